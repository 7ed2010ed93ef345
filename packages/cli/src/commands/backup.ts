import { resolve } from "node:path";

import { backup, type BackupReport } from "@xianmai/database/backup";
import { systemClock } from "@xianmai/plugin-api";

import { cutShort } from "../cut-short.ts";
import { exitCode } from "../exit-code.ts";
import { readSettings, type Flags } from "../platform.ts";
import { progressLine, type Terminal } from "../terminal.ts";
import { version } from "../version.ts";

/** How to back up. */
export interface BackupChoices extends Flags {
  readonly portable?: true;
  /** False where `--no-verify` was given. */
  readonly verify: boolean;
}

/** Where backups go unless told otherwise, from where the command is called. */
const usual = "backups";

/**
 * `xianmai backup [folder]`: makes a backup of the platform, which may be running, in a folder of backups, and prints where it lies.
 *
 * @throws Refusal and Interrupted as `backup` says, with nothing left behind
 */
export async function backUp(terminal: Terminal, folder: string | undefined, choices: BackupChoices): Promise<number> {
  const { dataFolder, databaseUrl, databaseAppUrl, timeZone } = await readSettings(choices);
  const target = resolve(folder ?? usual);
  const log = (line: { readonly zh: string; readonly en: string }): void => terminal.note(progressLine(line));
  terminal.note(`  备份到 Backing up to ${target}\n`);
  const report = await cutShort(terminal, (signal) =>
    backup({
      dataFolder,
      databaseUrl,
      databaseAppUrl,
      target,
      portable: choices.portable === true,
      verify: choices.verify,
      version,
      clock: systemClock(timeZone),
      signal,
      log,
    }),
  );
  terminal.note(verdict(report));
  terminal.out(`${report.folder}\n`);
  return exitCode.done;
}

function verdict({ checked, bytes, files }: BackupReport): string {
  const size = `${(bytes / 1e6).toFixed(1)} MB, ${files.toLocaleString("en-US")} 个文件 files`;
  switch (checked) {
    case "restored":
      return `✓ 备份完成，并已试恢复（${size}）。 Backed up, and restored elsewhere for a check.\n`;
    case "read":
      return `✓ 备份完成，已重新读取核对（${size}）。 Backed up, and read back.\n`;
    case "no":
      return `✓ 备份完成，按要求未核对（${size}）。 Backed up, and not checked, as you asked.\n`;
  }
}
