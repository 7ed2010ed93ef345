import { randomUUID } from "node:crypto";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { WrittenCells } from "./table.ts";

/** Characters of rows that are held in memory before a file is needed. */
const HELD = 4 * 1024 * 1024;
const READ_AT_ONCE = 256 * 1024;

/**
 * Rows that are kept until they are written: few in memory, many in a file that has no name any more and ends with the process. So an export takes
 * its rows from the database as fast as that gives them, and hands them on as fast as whoever waits takes them.
 */
export class RowStore implements AsyncDisposable {
  #held: string[] = [];
  #size = 0;
  #file: FileHandle | undefined;
  #count = 0;
  #closed = false;

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** Keeps a row. */
  async add(row: WrittenCells): Promise<void> {
    const line = JSON.stringify(row);
    this.#held.push(line);
    this.#size += line.length;
    this.#count += 1;
    if (this.#size >= HELD) await this.#spill();
  }

  /** All rows in the order in which they came, as often as they are asked for. @throws Error once it is closed: a table without its rows would pass for one */
  async *rows(): AsyncGenerator<WrittenCells> {
    if (this.#closed) throw new Error("The rows of this table are gone: it was closed before they were written.");
    for await (const line of this.#lines()) yield JSON.parse(line) as WrittenCells;
    for (const line of this.#held) yield JSON.parse(line) as WrittenCells;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#file?.close();
    this.#file = undefined;
    this.#held = [];
  }

  async #spill(): Promise<void> {
    this.#file ??= await nameless();
    await this.#file.appendFile(`${this.#held.join("\n")}\n`);
    this.#held = [];
    this.#size = 0;
  }

  async *#lines(): AsyncGenerator<string> {
    if (this.#file === undefined) return;
    const decoder = new TextDecoder();
    const buffer = Buffer.alloc(READ_AT_ONCE);
    let [position, rest] = [0, ""];
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }
}

/** A file that only this process can read, and that nothing has to clear away. */
async function nameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `xianmai-rows-${randomUUID()}`);
  const file = await open(path, "ax+", 0o600);
  await unlink(path);
  return file;
}
