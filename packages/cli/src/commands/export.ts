import { randomUUID } from "node:crypto";
import { createWriteStream, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import process from "node:process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { checkRowSecurity, migrate } from "@xianmai/database";
import { Refusal } from "@xianmai/plugin-api";
import { openExporter, sheetNamed } from "@xianmai/server";
import type { ExportedSheet } from "@xianmai/sheets";

import { exitCode } from "../exit-code.ts";
import { composeFrom, readSettings, withDatabase, type Flags } from "../platform.ts";
import { messageOf } from "../system-error.ts";
import type { Terminal } from "../terminal.ts";

/** What is exported. */
export interface ExportChoices extends Flags {
  /** A day or a moment; the present unless given. */
  readonly asOf?: string;
  /** Which rows, as the API filters them, in JSON; all unless given. */
  readonly filter?: string;
  /** Whose rows: `role=township; units=130726100`; the county's unless given. */
  readonly viewer?: string;
}

/**
 * `xianmai export <sheet> [file]`: the declared sheet as a workbook, whole or not at all: a file that was there stays until the new one is complete.
 *
 * @throws Refusal SHEET_UNKNOWN, EXPORT_NOT_XLSX, EXPORT_FILTER_INVALID, FILE_UNWRITABLE, VIEWER_INVALID, VIEWER_UNKNOWN, and those of `exportDeclaredSheet`
 */
export async function exportFile(terminal: Terminal, sheet: string, path: string | undefined, choices: ExportChoices): Promise<number> {
  if (path !== undefined && extname(path).toLowerCase() !== ".xlsx") throw notXlsx(path);
  const settings = await readSettings(choices);
  const composition = await composeFrom(settings);
  const { model } = composition;
  sheetNamed(model, sheet);
  const written = await withDatabase(terminal, settings, async ({ postgres, log }) => {
    await migrate({ owner: postgres.owner, model, log });
    await checkRowSecurity(postgres.app);
    await using exporter = await openExporter(composition, postgres);
    const { asOf, filter, viewer } = choices;
    await using exported = await exporter.export({ sheet, asOf, filter, viewer });
    const file = path ?? exported.fileName;
    await write(exported, file);
    return { file, rows: exported.rows };
  });
  terminal.out(`✓ ${sheet} → ${written.file}\n  已导出 Exported: ${written.rows} 行 rows\n`);
  return exitCode.done;
}

async function write(exported: ExportedSheet, path: string): Promise<void> {
  const draft = join(dirname(resolve(path)), `.xianmai-${randomUUID()}.xlsx`);
  // Ctrl-C ends the process without coming back here
  const clear = (): void => rmSync(draft, { force: true });
  process.once("exit", clear);
  try {
    await pipeline(Readable.from(exported.bytes()), createWriteStream(draft, { flags: "wx" }));
    await rename(draft, path);
  } catch (error) {
    clear();
    throw new Refusal(
      "FILE_UNWRITABLE",
      { zh: `无法写入文件 ${path}：${messageOf(error)}。`, en: `The file ${path} cannot be written: ${messageOf(error)}.` },
      { zh: "请检查文件夹、权限和剩余空间。", en: "See to the folder, the rights and the space that is left." },
      { cause: error },
    );
  } finally {
    process.off("exit", clear);
  }
}

function notXlsx(path: string): Refusal {
  return new Refusal(
    "EXPORT_NOT_XLSX",
    { zh: `导出的文件须以 .xlsx 结尾，而不是 ${path}。`, en: `An export is an .xlsx, and ${path} does not end so.` },
    { zh: "请把文件名改为 .xlsx，或不写文件名。", en: "Name it .xlsx, or name no file." },
  );
}
