import { createHash } from "node:crypto";
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Label } from "@xianmai/plugin-api";

import { codeOf } from "../postgres/system-error.ts";
import { inParallel } from "./parallel.ts";
import { notCopied } from "./refusals.ts";
import { sizeText } from "./sizes.ts";

/** A file of a backup. */
export interface FileEntry {
  /** Below the backup, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** Whom copied files are to belong to, where that is not whoever copies. */
export interface Ownership {
  readonly uid: number;
  readonly gid: number;
}

/** What it takes to copy files from one folder into another. */
export interface CopyOrder {
  readonly from: string;
  readonly to: string;
  /** Paths below both, with `/`. */
  readonly paths: Iterable<string>;
  /** Put before each path in what is returned: where `to` lies in the backup. */
  readonly prefix?: string;
  /** A file that went while its folder was being read is left out instead of an error: PostgreSQL drops files all the time. */
  readonly mayVanish?: boolean;
  readonly owner?: Ownership | undefined;
  readonly signal: AbortSignal;
  readonly log: (line: Label) => void;
}

const CHUNK = 1 << 20;
/** File systems write several files to the disk at once in the time that one takes. */
const WIDTH = 4;
const TELL_EVERY = 5_000;

/**
 * Copies files, written through to the disk, for their owner alone, in bounded memory. Folders are made as needed.
 *
 * @returns what was copied, by path, with the hash of what was read
 * @throws Refusal FILES_NOT_COPIED naming the file
 */
export async function copyFiles(order: CopyOrder): Promise<readonly FileEntry[]> {
  const { from, to, paths, prefix = "", owner, signal, log } = order;
  const copied: FileEntry[] = [];
  let bytes = 0;
  let told = performance.now();
  const tell = (count: number): void => {
    bytes += count;
    if (performance.now() - told < TELL_EVERY) return;
    told = performance.now();
    log({ zh: `已复制 ${sizeText(bytes)} …`, en: `Copied ${sizeText(bytes)} so far …` });
  };
  const made = new Map<string, Promise<void>>();
  const folder = (path: string): Promise<void> => {
    const known = made.get(path) ?? makeFolders([path], owner);
    made.set(path, known);
    return known;
  };
  await inParallel(paths, WIDTH, signal, async (path) => {
    const target = join(to, path);
    await folder(dirname(target));
    const content = await copyFile(join(from, path), target, owner, signal, tell);
    if (content !== undefined) copied.push({ path: `${prefix}${path}`, ...content });
    else if (order.mayVanish !== true) throw notCopied(join(from, path), new Error("no such file"));
  });
  for (const path of made.keys()) await syncFolder(path);
  return copied.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** Makes folders that only their owner may enter. */
export async function makeFolders(paths: readonly string[], owner?: Ownership): Promise<void> {
  for (const path of paths) {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      if (owner !== undefined) await use(path, (handle) => handle.chown(owner.uid, owner.gid));
    } catch (error) {
      throw notCopied(path, error);
    }
  }
}

/** Writes a small file for its owner alone, through to the disk. @returns its size and hash */
export async function writeThrough(path: string, content: string | Buffer): Promise<Omit<FileEntry, "path">> {
  const bytes = Buffer.from(content);
  await failingAs(path, async () => {
    const handle = await open(path, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
  return { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Makes the names in a folder durable, where the system can. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await use(path, (handle) => handle.sync());
}

/** Reads a file to its end for its size and hash. @returns `undefined` where there is none */
export async function contentOf(path: string, signal: AbortSignal): Promise<Omit<FileEntry, "path"> | undefined> {
  return copyFile(path, undefined, undefined, signal, () => undefined);
}

async function copyFile(
  from: string,
  to: string | undefined,
  owner: Ownership | undefined,
  signal: AbortSignal,
  tell: (count: number) => void,
): Promise<Omit<FileEntry, "path"> | undefined> {
  const source = await openToRead(from);
  if (source === undefined) return undefined;
  try {
    const target = to === undefined ? undefined : await failingAs(to, () => open(to, "wx", 0o600));
    try {
      const content = await pour(source, from, target, to ?? "", signal, tell);
      if (target !== undefined && owner !== undefined) await failingAs(to ?? "", () => target.chown(owner.uid, owner.gid));
      if (target !== undefined) await failingAs(to ?? "", () => target.sync());
      return content;
    } finally {
      await target?.close();
    }
  } finally {
    await source.close();
  }
}

async function pour(
  source: FileHandle,
  from: string,
  target: FileHandle | undefined,
  to: string,
  signal: AbortSignal,
  tell: (count: number) => void,
): Promise<Omit<FileEntry, "path">> {
  const hash = createHash("sha256");
  const { size: expected } = await failingAs(from, () => source.stat());
  // most files of a database are far smaller than a chunk; one that grows meanwhile is read on
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, expected + 1));
  let size = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await failingAs(from, () => source.read(buffer, 0, buffer.length, size));
    if (bytesRead === 0) break;
    const part = buffer.subarray(0, bytesRead);
    hash.update(part);
    if (target !== undefined) await failingAs(to, () => target.writeFile(part));
    size += bytesRead;
    tell(bytesRead);
  }
  return { size, sha256: hash.digest("hex") };
}

async function openToRead(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw notCopied(path, error);
  }
}

async function failingAs<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw notCopied(path, error);
  }
}

async function use(path: string, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, "r");
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}
