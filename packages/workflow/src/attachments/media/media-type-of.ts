import { open } from "node:fs/promises";

import { fileTypeFromFile } from "file-type";
import { openPromise } from "yauzl";

import { BINARY_OFFICE, extensionOf, OFD } from "./media-types.ts";

/** More entries than this are not looked through: a document lists what it is at its beginning. */
const MOST_ENTRIES = 1_000;

/**
 * What a file is by its content; its name decides between what has the same content: text and CSV.
 *
 * @returns a media type, also one that cannot be attached; `undefined` for what nothing is known of
 */
export async function mediaTypeOf(path: string, name: string): Promise<string | undefined> {
  const found = (await fileTypeFromFile(path))?.mime;
  if (found === "application/zip") return (await holdsEntry(path, "OFD.xml")) ? OFD : found;
  if (found === "application/x-cfb") return (await binaryOfficeType(path)) ?? found;
  if (found !== undefined) return found;
  if (await isText(path)) return extensionOf(name) === "csv" ? "text/csv" : "text/plain";
  return undefined;
}

/** Whether a zip has an entry of a name. One that cannot be read has none. */
async function holdsEntry(path: string, wanted: string): Promise<boolean> {
  try {
    const zip = await openPromise(path, { autoClose: true });
    try {
      let seen = 0;
      for await (const { fileName } of zip.eachEntry()) {
        if (fileName === wanted) return true;
        seen += 1;
        if (seen === MOST_ENTRIES) return false;
      }
    } finally {
      zip.close();
    }
  } catch {
    return false;
  }
  return false;
}

/** A compound file names its streams in UTF-16; those of Office's programs are never missing. An installer is such a file too, without them. */
async function binaryOfficeType(path: string): Promise<string | undefined> {
  const marks = Object.entries(BINARY_OFFICE).flatMap(([type, { holds }]) =>
    // a directory entry has 64 bytes for the name, the rest of them zero
    holds.map((name) => ({ type, bytes: Buffer.from(`${name}\0`, "utf16le") })),
  );
  const overlap = Math.max(...marks.map(({ bytes }) => bytes.length));
  let rest = Buffer.alloc(0);
  for await (const part of chunksOf(path)) {
    const window = Buffer.concat([rest, part]);
    const found = marks.find(({ bytes }) => window.includes(bytes));
    if (found !== undefined) return found.type;
    rest = Buffer.from(window.subarray(-overlap));
  }
  return undefined;
}

/** Whether all of a file is text: UTF-8, or GB 18030, in which office programs in China write CSV. */
async function isText(path: string): Promise<boolean> {
  const decoders = ["utf-8", "gb18030"].map((encoding) => new TextDecoder(encoding, { fatal: true }));
  const possible = new Set(decoders);
  const feed = (part: Buffer | undefined): void => {
    for (const decoder of possible) {
      try {
        decoder.decode(part, { stream: part !== undefined });
      } catch {
        possible.delete(decoder);
      }
    }
  };
  for await (const part of chunksOf(path)) {
    if (hasControls(part)) return false;
    feed(part);
    if (possible.size === 0) return false;
  }
  feed(undefined);
  return possible.size > 0;
}

/** Characters that no text has: all before the space but tabulators, line and page ends. */
function hasControls(bytes: Buffer): boolean {
  return bytes.some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d));
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, "r");
  for await (const part of file.createReadStream()) yield part as Buffer;
}
