import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { writeThrough } from "./copy.ts";
import { notCopied } from "./refusals.ts";
import { damaged, noBackup, tooNew } from "./restore-refusals.ts";

/** The format that this version writes. One that it cannot read has a higher number. */
const FORMAT = 1;

const FILE = "manifest.json";
const SEAL = "manifest.json.sha256";

/** A path within a backup: it never leads out of it, whoever wrote the manifest. */
const path = z
  .string()
  .refine((text) => !text.startsWith("/") && !text.includes("\\") && text.split("/").every((part) => !["", ".", ".."].includes(part)));

const file = z.object({ path, size: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** Which rows a table has: their number, and the sum of the hashes of their texts, whatever their order. */
const figure = z.object({ rows: z.int().nonnegative(), sum: z.string() });

const manifest = z.object({
  format: z.literal(FORMAT),
  /** `cluster`: the private server's own files; `tables`: every table as text, for any PostgreSQL. */
  form: z.enum(["cluster", "tables"]),
  /** Version of the platform that made it. */
  xianmai: z.string(),
  /** Version of the PostgreSQL that it is a copy of, such as `18.4`. */
  postgresql: z.string(),
  beganAt: z.string(),
  endedAt: z.string(),
  /** Of the change feed. */
  generation: z.int(),
  /** What stamps have above the number of their transaction. */
  base: z.string().regex(/^\d{1,19}$/),
  /** The moment that `tables` tells of: everything that it sees is in the backup. */
  snapshot: z.string(),
  /** What was tried after writing: `restored` elsewhere and compared, only `read` back, or nothing. */
  checked: z.enum(["restored", "read", "no"]),
  /** Tables by `schema.name`. */
  tables: z.record(z.string(), figure),
  /** How the tables lie in the backup, where they do. */
  data: z.array(z.object({ schema: z.string(), name: z.string(), columns: z.array(z.string()), path })),
  /** All folders, the empty ones too. */
  folders: z.array(path),
  files: z.array(file),
});

/** What a backup says of itself. */
export type Manifest = z.output<typeof manifest>;
/** Which rows a table has. */
export type Figure = z.output<typeof figure>;
/** How a table lies in a backup. */
export type TableData = Manifest["data"][number];

/** A manifest of this version's format. */
export function manifestOf(content: Omit<Manifest, "format">): Manifest {
  return { format: FORMAT, ...content };
}

/** The rows of all tables. */
export function rowsIn(tables: Manifest["tables"]): number {
  return Object.values(tables).reduce((sum, { rows }) => sum + rows, 0);
}

/** Writes the manifest beside what it describes: the last files of a backup. */
export async function writeManifest(folder: string, content: Manifest): Promise<void> {
  const text = `${JSON.stringify(content, undefined, 1)}\n`;
  await writeThrough(join(folder, FILE), text);
  // in the format of sha256sum, so that anyone can check it
  await writeThrough(join(folder, SEAL), `${sha256(text)}  ${FILE}\n`);
}

/**
 * Reads what a backup says of itself.
 *
 * @throws Refusal BACKUP_UNKNOWN where there is none, or one that was not finished; BACKUP_TOO_NEW; BACKUP_DAMAGED
 */
export async function readManifest(folder: string): Promise<Manifest> {
  if (/\.(partial|checking)\/*$/.test(folder) || !existsSync(join(folder, FILE)) || !existsSync(join(folder, SEAL))) throw noBackup(folder);
  const [text, seal] = [await readText(join(folder, FILE)), await readText(join(folder, SEAL))];
  if (!seal.startsWith(sha256(text))) throw damaged(folder, [{ path: FILE, zh: "内容已改变", en: "its content changed" }]);
  const found: unknown = JSON.parse(text);
  const { format } = z.object({ format: z.int() }).parse(found);
  if (format > FORMAT) throw tooNew(folder, format);
  return manifest.parse(found);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw notCopied(path, error);
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
