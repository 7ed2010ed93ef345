import { Worker } from "node:worker_threads";

import type { Refusal } from "@xianmai/plugin-api";

import { checkArchive } from "./archive.ts";
import type { ParseOrder } from "./parse-worker.ts";
import type { Parsed } from "./parse.ts";
import { recognise } from "./recognise.ts";
import { damagedFile, emptyFile, encryptedFile, fileTooLarge, notXlsx, type OtherArchive } from "./refusals.ts";
import type { SheetFile, Workbook } from "./workbook.ts";

const MEBIBYTE = 1024 * 1024;

/** The most that is read of one file. 100,000 rows of 12 columns take 5 MiB, 60 MiB unpacked and 400 MiB while they are read. */
export interface OpenLimits {
  readonly fileBytes: number;
  readonly unpackedBytes: number;
  readonly entries: number;
  readonly heapMebibytes: number;
  readonly milliseconds: number;
}

/** The limits unless the caller sets others. */
export const OPEN_LIMITS: OpenLimits = Object.freeze({
  fileBytes: 64 * MEBIBYTE,
  unpackedBytes: 256 * MEBIBYTE,
  entries: 10_000,
  heapMebibytes: 1536,
  milliseconds: 120_000,
});

/**
 * Opens an .xlsx: recognised by content, checked against bombs, parsed in a worker with bounded memory and time. Formulas are not calculated, macros
 * not run, links not followed.
 *
 * @param options.formats also tells percentages apart by their number format, for sheets that need it (more memory)
 * @throws Refusal `SHEET_FILE_…` for anything that is no readable .xlsx
 */
export async function openWorkbook(
  file: SheetFile,
  options: { readonly formats?: boolean; readonly limits?: Partial<OpenLimits> } = {},
): Promise<Workbook> {
  const limits = { ...OPEN_LIMITS, ...options.limits };
  const kind = recognise(file.bytes);
  if (kind === "empty") throw emptyFile(file.name);
  if (kind === "encrypted") throw encryptedFile(file.name);
  if (kind !== "zip") throw notXlsx(file.name, kind);
  if (file.bytes.length > limits.fileBytes) {
    throw fileTooLarge(
      file.name,
      { zh: `共 ${inMebibytes(file.bytes.length)}`, en: `${inMebibytes(file.bytes.length)} in all` },
      inMebibytes(limits.fileBytes),
    );
  }
  const names = archiveNames(file, limits);
  const other = otherArchive(names);
  if (other !== undefined) throw notXlsx(file.name, other);
  const order: ParseOrder = { bytes: file.bytes, formats: options.formats === true, macros: names.has("xl/vbaProject.bin") };
  const parsed = await parseInWorker(file.name, order, limits);
  if ("workbook" in parsed) return parsed.workbook;
  throw parsed.failure === "damaged" ? damagedFile(file.name, parsed.detail) : tooManyCells(file.name);
}

function archiveNames(file: SheetFile, limits: OpenLimits): ReadonlySet<string> {
  const check = checkArchive(file.bytes, limits);
  switch (check.verdict) {
    case "fits":
      return check.names;
    case "damaged":
      throw damagedFile(file.name, check.detail);
    case "tooManyEntries":
      throw fileTooLarge(file.name, { zh: `内含 ${check.entries} 个部分`, en: `it has ${check.entries} parts` }, `${limits.entries}`);
    case "tooLarge":
      throw fileTooLarge(file.name, { zh: "解压后超限", en: "it unpacks to more" }, inMebibytes(limits.unpackedBytes));
  }
}

function otherArchive(names: ReadonlySet<string>): OtherArchive | undefined {
  if (names.has("xl/workbook.bin")) return "xlsb";
  if (names.has("word/document.xml")) return "docx";
  if (names.has("ppt/presentation.xml")) return "pptx";
  if (names.has("content.xml") && names.has("mimetype")) return "ods";
  return names.has("[Content_Types].xml") ? undefined : "zip";
}

function tooManyCells(file: string): Refusal {
  return fileTooLarge(file, { zh: "单元格太多", en: "it has too many cells" }, "20,000,000");
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / MEBIBYTE)} MiB`;
}

/** The worker's file beside this one, which is TypeScript in development and JavaScript once built. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./parse-worker.ts" : "./parse-worker.js", import.meta.url);
}

async function parseInWorker(file: string, order: ParseOrder, limits: OpenLimits): Promise<Parsed> {
  const worker = new Worker(workerFile(), {
    workerData: order,
    // the parent's flags (conditions, loaders) are not for it
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMebibytes },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Parsed>();
  const deadline = setTimeout(
    () => reject(fileTooLarge(file, { zh: "读取时间过长", en: "reading it takes too long" }, `${limits.milliseconds / 1000} s`)),
    limits.milliseconds,
  );
  worker.once("message", resolve);
  worker.once("error", (error: Error & { readonly code?: string }) =>
    reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooManyCells(file) : damagedFile(file, error.message)),
  );
  worker.once("exit", () => reject(damagedFile(file, "no answer")));
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    await worker.terminate();
  }
}
