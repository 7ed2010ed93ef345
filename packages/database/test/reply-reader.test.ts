import fc from "fast-check";
import { expect, test } from "vitest";

import { toBytes } from "@xianmai/database";

import { ReplyReader } from "../src/session/reply-reader.ts";

type Cells = readonly (string | null)[];

/** A message of PostgreSQL's, and what it is to a batch. */
type Message =
  | { readonly kind: "row"; readonly cells: Cells }
  | { readonly kind: "complete"; readonly tag: string; readonly count: number }
  | { readonly kind: "nothing"; readonly code: string }
  | { readonly kind: "other"; readonly code: string; readonly text: string };

function message(code: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(code, "latin1");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function number(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

function encoded(one: Message): Buffer {
  switch (one.kind) {
    case "row":
      return message("D", number(one.cells.length, 2), ...one.cells.flatMap((cell) => encodedCell(cell)));
    case "complete":
      return message("C", Buffer.from(`${one.tag}\0`));
    case "nothing":
      return message(one.code);
    case "other":
      return message(one.code, Buffer.from(`${one.text}\0`));
  }
}

function encodedCell(cell: string | null): readonly Buffer[] {
  if (cell === null) return [number(-1, 4)];
  const bytes = Buffer.from(cell);
  return [number(bytes.length, 4), bytes];
}

const cell = fc.option(fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("光伏", "", "x".repeat(3000))), { nil: null });
const count = fc.nat(2_000_000);
const messages: fc.Arbitrary<readonly Message[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.array(cell, { maxLength: 5 }).map((cells): Message => ({ kind: "row", cells })) },
    { weight: 2, arbitrary: count.map((rows): Message => ({ kind: "complete", tag: `SELECT ${rows}`, count: rows })) },
    { weight: 1, arbitrary: fc.constantFrom("BEGIN", "SET").map((tag): Message => ({ kind: "complete", tag, count: 0 })) },
    { weight: 1, arbitrary: fc.constantFrom("1", "2", "3").map((code): Message => ({ kind: "nothing", code })) },
    { weight: 1, arbitrary: fc.constantFrom("N", "S", "E", "Z", "A").map((code): Message => ({ kind: "other", code, text: "某 notice" })) },
  ),
  { maxLength: 30 },
);

/** Cuts bytes at some places, as a network does. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((one, other) => one - other), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

test("a reply is the same rows and counts, and everything else goes on whole and in its order, wherever the network cuts it", () => {
  fc.assert(
    fc.property(messages, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (sent, places, asBytes) => {
      const rows: Cells[] = [];
      const counts: number[] = [];
      const passed: Buffer[] = [];
      const reader = new ReplyReader((whole) => passed.push(Buffer.from(whole)));
      reader.expect({ row: (cells) => rows.push(cells), complete: (done) => counts.push(done) }, asBytes);
      for (const chunk of cut(Buffer.concat(sent.map(encoded)), places)) reader.read(chunk);
      const text = (one: string | null): string | null => (one !== null && asBytes ? toBytes(one) : one);
      expect(rows).toEqual(sent.flatMap((one) => (one.kind === "row" ? [one.cells.map(text)] : [])));
      expect(counts).toEqual(sent.flatMap((one) => (one.kind === "complete" ? [one.count] : [])));
      expect(passed).toEqual(sent.filter(({ kind }) => kind === "other").map(encoded));
    }),
  );
});

test("without a batch all goes on as it came, also what was cut in two while one was answered", () => {
  const [row, ready] = [encoded({ kind: "row", cells: ["1"] }), encoded({ kind: "other", code: "Z", text: "I" })];
  const passed: Buffer[] = [];
  const reader = new ReplyReader((whole) => {
    passed.push(Buffer.from(whole));
    reader.expect(undefined);
  });
  reader.expect({ row: () => undefined, complete: () => undefined });
  const whole = Buffer.concat([row, ready, row]);
  for (const chunk of cut(whole, [row.length + 2, whole.length - 1])) reader.read(chunk);
  expect(passed).toEqual([ready, row]);
});
