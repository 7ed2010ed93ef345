import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import { checkRowSecurity, createWritePool, migrate, settingsOf, type WriteConnection } from "@xianmai/database";
import { countyViewer, Refusal, systemClock, type Viewer } from "@xianmai/plugin-api";
import { findViewer, sheetNamed, type Composition } from "@xianmai/server";
import { importSheet, type ImportOutcome } from "@xianmai/sheets";

import { exitCode } from "../exit-code.ts";
import { outcomeText } from "../outcome-text.ts";
import { composeFrom, readSettings, withDatabase, type Flags } from "../platform.ts";
import { messageOf } from "../system-error.ts";
import type { Terminal } from "../terminal.ts";

/** How a file is imported. */
export interface ImportChoices extends Flags {
  readonly dryRun?: true;
  readonly json?: true;
  /** Who imports: `role=township; units=130726100,130726101; user=<code of an official>`; the county unless given. */
  readonly viewer?: string;
}

/**
 * `xianmai import <sheet> <file>`: everything in the file is checked, every problem said; then all of it is written, or nothing.
 *
 * @throws Refusal SHEET_UNKNOWN, FILE_UNREADABLE, VIEWER_INVALID, VIEWER_UNKNOWN, and those of `importSheet` and `migrate`
 */
export async function importFile(terminal: Terminal, sheetName: string, path: string, choices: ImportChoices): Promise<number> {
  const bytes = await bytesOf(path);
  const settings = await readSettings(choices);
  const composition = await composeFrom(settings);
  const { model } = composition;
  const sheet = sheetNamed(model, sheetName);
  const outcome = await withDatabase(terminal, settings, async ({ postgres, log }) => {
    await migrate({ owner: postgres.owner, model, log });
    const pool = createWritePool(postgres.app, { size: 1 });
    try {
      const file = { name: basename(path), bytes };
      const clock = systemClock(settings.timeZone);
      const origin = `import ${sheetName} ${file.name}`;
      await checkRowSecurity(postgres.app);
      return await pool.use(async (connection) => {
        const viewer = await viewerFor(choices, composition, connection);
        return connection.transaction({ ...settingsOf(viewer), origin }, (client) =>
          importSheet({ model, sheet, file, client, clock, dryRun: choices.dryRun === true }),
        );
      });
    } finally {
      await pool.close();
    }
  });
  terminal.out(choices.json === true ? `${JSON.stringify(outcome, undefined, 2)}\n` : outcomeText(outcome));
  return codeOfOutcome(outcome);
}

async function viewerFor({ viewer }: ImportChoices, { model, plugins }: Composition, connection: WriteConnection): Promise<Viewer> {
  if (viewer === undefined) return countyViewer;
  return findViewer({ model, plugins, readAll: (statements) => connection.read({ role: "xm_all" }, statements) }, viewer);
}

function codeOfOutcome({ problemCount }: ImportOutcome): number {
  return problemCount === 0 ? exitCode.done : exitCode.refused;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Refusal(
      "FILE_UNREADABLE",
      { zh: `无法读取文件 ${path}：${messageOf(error)}。`, en: `The file ${path} cannot be read: ${messageOf(error)}.` },
      { zh: "请检查路径和权限。", en: "See to the path and the rights." },
      { cause: error },
    );
  }
}
