import { restore, type RestoreReport } from "@xianmai/database/backup";
import { systemClock } from "@xianmai/plugin-api";

import { cutShort } from "../cut-short.ts";
import { exitCode } from "../exit-code.ts";
import { readSettings, type Flags } from "../platform.ts";
import { progressLine, type Terminal } from "../terminal.ts";

/**
 * `xianmai restore <backup> --data <folder>`: restores a backup into a new data folder, or into the empty database of `DATABASE_URL`.
 *
 * @throws Refusal and Interrupted as `restore` says, with nothing restored
 */
export async function restoreFrom(terminal: Terminal, folder: string, flags: Flags): Promise<number> {
  const { dataFolder, databaseUrl, databaseAppUrl, timeZone } = await readSettings(flags);
  const log = (line: { readonly zh: string; readonly en: string }): void => terminal.note(progressLine(line));
  terminal.note(`  恢复 Restoring ${folder}\n`);
  const report = await cutShort(terminal, (signal) =>
    restore({ backup: folder, dataFolder, databaseUrl, databaseAppUrl, clock: systemClock(timeZone), signal, log }),
  );
  terminal.out(reportText(report, timeZone));
  return exitCode.done;
}

function reportText({ where, takenAt, tables, rows }: RestoreReport, timeZone: string): string {
  const at = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(new Date(takenAt));
  return [
    `✓ 已恢复到 Restored to ${where}`,
    `  截至 As of ${at} (${timeZone}): ${tables} 张表 tables, ${rows.toLocaleString("en-US")} 行 rows`,
    "  变更流从新的一代开始：曾订阅原平台的客户端会被告知有缺口。",
    "  The change feed begins a new generation: clients that followed the original are told of a gap.",
    "",
  ].join("\n");
}
