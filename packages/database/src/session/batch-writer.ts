import type { Preparation } from "./prepared.ts";
import type { Statement } from "./statement.ts";

/** Most bytes that a character of a text takes in UTF-8. */
const MOST_PER_CHARACTER = 3;
/** Bytes of the messages of a statement beside its texts, at most; and beside each of its values. */
const [OF_STATEMENT, OF_VALUE] = [64, 4];

const EXECUTE = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0]);
const SYNC = Buffer.from([0x53, 0, 0, 0, 4]);
const [BIND, PARSE, CLOSE] = [0x42, 0x50, 0x43];
/** Of a statement, in a message that closes one. */
const STATEMENT = 0x53;

/** A statement with what must be sent for it. */
export interface Prepared {
  readonly statement: Statement;
  readonly preparation: Preparation;
}

/**
 * Writes the messages of a batch, with its Sync, as PostgreSQL takes them (Frontend/Backend Protocol 3): all into one piece, where pg's serializer
 * makes one for each.
 */
export function messagesOf(statements: readonly Prepared[]): Buffer {
  const bytes = Buffer.allocUnsafe(statements.reduce((sum, one) => sum + mostBytes(one), SYNC.length));
  let at = 0;
  for (const { statement, preparation } of statements) {
    for (const name of preparation.close) at = writeClose(bytes, at, name);
    if (preparation.parse) at = writeParse(bytes, at, preparation.name, statement.text);
    at = writeBind(bytes, at, preparation.name, statement.values);
    at += EXECUTE.copy(bytes, at);
  }
  at += SYNC.copy(bytes, at);
  return bytes.subarray(0, at);
}

function mostBytes({ statement, preparation: { name, close, parse } }: Prepared): number {
  let characters = parse ? name.length * 2 + statement.text.length : name.length;
  let rest = OF_STATEMENT;
  for (const old of close) {
    characters += old.length;
    rest += OF_STATEMENT;
  }
  for (const value of statement.values) {
    characters += value?.length ?? 0;
    rest += OF_VALUE;
  }
  return characters * MOST_PER_CHARACTER + rest;
}

/** The head of a message: its code, and room for its length, which is written at its end. */
function begin(bytes: Buffer, at: number, code: number): number {
  bytes[at] = code;
  return at + 5;
}

function end(bytes: Buffer, from: number, at: number): number {
  bytes.writeInt32BE(at - from - 1, from + 1);
  return at;
}

function writeName(bytes: Buffer, at: number, name: string): number {
  const after = at + bytes.write(name, at);
  bytes[after] = 0;
  return after + 1;
}

function writeClose(bytes: Buffer, from: number, name: string): number {
  const at = begin(bytes, from, CLOSE);
  bytes[at] = STATEMENT;
  return end(bytes, from, writeName(bytes, at + 1, name));
}

/** The types of its parameters are the server's to find. */
function writeParse(bytes: Buffer, from: number, name: string, text: string): number {
  const at = writeName(bytes, writeName(bytes, begin(bytes, from, PARSE), name), text);
  return end(bytes, from, bytes.writeInt16BE(0, at));
}

/** Values and results are texts. */
function writeBind(bytes: Buffer, from: number, name: string, values: Statement["values"]): number {
  let at = writeName(bytes, writeName(bytes, begin(bytes, from, BIND), ""), name);
  at = bytes.writeInt16BE(0, at);
  at = bytes.writeUInt16BE(values.length, at);
  for (const value of values) {
    if (value === null) at = bytes.writeInt32BE(-1, at);
    else {
      const length = bytes.write(value, at + 4);
      bytes.writeInt32BE(length, at);
      at += 4 + length;
    }
  }
  return end(bytes, from, bytes.writeInt16BE(0, at));
}
