import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";

import { Refusal } from "@xianmai/plugin-api";

import { openDataFolder } from "../postgres/data-folder.ts";
import { codeOf } from "../postgres/system-error.ts";
import { keyExposed, keyMissing, keyUnreadable } from "./refusals.ts";

/** A key and the short name under which seals mention it. The name tells nothing about the key. */
export interface AuditKey {
  readonly id: string;
  readonly secret: Buffer;
}

/** The keys of a file: seals are made with the newest, and checked with the one that they name. */
export interface AuditKeys {
  readonly newest: AuditKey;
  readonly byId: ReadonlyMap<string, Buffer>;
}

const HEAD =
  "# 县脉审计密钥：请另存一份，丢失后已有的封存无法校验。 Keys of the audit: keep a copy, for without them no seal can be checked.\n";
const LINE = /^xianmai-audit-key-1 ([0-9a-f]{64}) (first|added)$/;

interface ReadKey extends AuditKey {
  /** By somebody, on purpose; the first one of a database is made without being asked for. */
  readonly added: boolean;
}

/**
 * Reads the keys of a file.
 *
 * @returns `undefined` when there is no such file
 * @throws Refusal AUDIT_KEY_UNREADABLE, AUDIT_KEY_EXPOSED when others than its owner may read it
 */
export function readAuditKeys(file: string): AuditKeys | undefined {
  const keys = readKeys(file);
  return keys === undefined ? undefined : ring(file, keys);
}

/**
 * The keys to seal with; the first one is made where nothing was ever sealed.
 *
 * @param sealedWith the key of the newest seal; `undefined` where there is none
 * @throws Refusal AUDIT_KEY_MISSING when the newest seal was made with a key that is not in the file: a new one must be added on purpose
 */
export function openAuditKeys(file: string, sealedWith: string | undefined): AuditKeys {
  const keys = readKeys(file) ?? (sealedWith === undefined ? makeFile(file, "first") : []);
  const known = sealedWith === undefined || keys.some(({ id }) => id === sealedWith);
  if (!known && keys.at(-1)?.added !== true) throw keyMissing(file, sealedWith);
  return ring(file, keys);
}

/** Adds a key, with which seals are made from now on: in place of one that leaked, or after one that was lost. @returns its name */
export function addAuditKey(file: string): string {
  const keys = readKeys(file);
  if (keys === undefined) return ring(file, makeFile(file, "added")).newest.id;
  const { id, line } = newKey("added");
  appendFileSync(file, line);
  return id;
}

function ring(file: string, keys: readonly ReadKey[]): AuditKeys {
  const newest = keys.at(-1);
  if (newest === undefined) throw keyUnreadable(file, undefined);
  return { newest, byId: new Map(keys.map(({ id, secret }) => [id, secret])) };
}

function readKeys(file: string): readonly ReadKey[] | undefined {
  try {
    // Windows has no such bits
    if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) throw keyExposed(file);
    return readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line): readonly ReadKey[] => {
        const [, hex, kind] = LINE.exec(line.trim()) ?? [];
        if (hex === undefined) return [];
        const secret = Buffer.from(hex, "hex");
        return [{ id: nameOf(secret), secret, added: kind === "added" }];
      });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error instanceof Refusal ? error : keyUnreadable(file, error);
  }
}

/** Written aside and linked into place, so that of two that start at once one makes the file and the other reads it whole. */
function makeFile(file: string, kind: "first" | "added"): readonly ReadKey[] {
  const folder = openDataFolder(dirname(file));
  const half = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(half, HEAD + newKey(kind).line, { mode: 0o600 });
  folder.handOver(half);
  try {
    linkSync(half, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw keyUnreadable(file, error);
  } finally {
    rmSync(half);
  }
  return readKeys(file) ?? [];
}

function newKey(kind: "first" | "added"): { readonly id: string; readonly line: string } {
  const secret = randomBytes(32);
  return { id: nameOf(secret), line: `xianmai-audit-key-1 ${secret.toString("hex")} ${kind}\n` };
}

function nameOf(secret: Buffer): string {
  return createHash("sha256").update("xianmai audit key").update(secret).digest("hex").slice(0, 12);
}
