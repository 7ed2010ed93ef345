import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { FileStore } from "@tus/file-store";
import type { FileStorage } from "@xianmai/workflow";

import { HALF, type FileFolders } from "./folders.ts";
import { findUpload } from "./upload-store.ts";

/** Where the bytes with a hash lie below the folder of files: `<aa>/<sha256>`. */
export function placeOf(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/** Keeps the bytes of files in a folder. */
export function createFileStorage({ data, files }: FileFolders, store: FileStore): FileStorage {
  return {
    upload: async (id, viewer) => findUpload(store, id, viewer),
    keep: async ({ path }) => {
      const incoming = join(files, `${randomUUID()}${HALF}`);
      try {
        const sha256 = await copyHashed(path, incoming);
        data.handOver(incoming);
        const place = join(files, placeOf(sha256));
        const folder = join(place, "..");
        if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) {
          data.handOver(folder);
          await syncFolder(files);
        }
        // what lies there has the same content, and is as new as this from now on
        await rename(incoming, place);
        await syncFolder(folder);
        return sha256;
      } catch (error) {
        await rm(incoming, { force: true });
        throw error;
      }
    },
    discard: async ({ id }) => {
      // what stays is removed with what was abandoned
      await store.remove(id).catch(() => undefined);
    },
  };
}

/** Copies a file, through to the disk. @returns the SHA-256 of what was copied */
async function copyHashed(from: string, to: string): Promise<string> {
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(part: Buffer, _, done) {
      hash.update(part);
      done(null, part);
    },
  });
  await pipeline(createReadStream(from), hashing, createWriteStream(to, { flags: "wx", mode: 0o600, flush: true }));
  return hash.digest("hex");
}

/** Makes the names in a folder durable, where the system can. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
