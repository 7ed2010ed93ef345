import { Client, type ClientConfig, type Connection } from "pg";
import { Parser } from "pg-protocol/dist/parser.js";

import { ReplyReader } from "./reply-reader.ts";

/** What is read of a message. */
interface Message {
  readonly name: string;
}

/** The part of pg's connection that takes what PostgreSQL sends apart: it is given its stream once that is open. */
interface Listening {
  attachListeners(stream: NodeJS.ReadableStream): void;
  emit(event: string, message: Message): void;
}

const READERS = new WeakMap<Connection, ReplyReader>();

/**
 * pg's client, whose replies to batches are read by a {@link ReplyReader}: it can have texts as bytes, one character for each. What is only handed on
 * need not be decoded, which for a large answer costs more than all else that is done with it.
 */
export class ByteClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const { connection } = this as unknown as { readonly connection: Connection & Listening };
    const parser = new Parser();
    const tell = (message: Message): void => {
      connection.emit(message.name === "error" ? "errorMessage" : message.name, message);
    };
    const reader = new ReplyReader((messages) => parser.parse(messages, tell));
    READERS.set(connection, reader);
    connection.attachListeners = (stream) => {
      stream.on("data", (chunk: Buffer) => reader.read(chunk));
    };
  }
}

/** The reader of a connection; `undefined` where that is no {@link ByteClient}'s. */
export function readerOf(connection: Connection): ReplyReader | undefined {
  return READERS.get(connection);
}

/** The bytes of a text, one character for each. */
export function toBytes(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The text whose bytes these are. */
export function fromBytes(bytes: string): string {
  return ASCII.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

/** A text by itself: one that was read shares its memory with all that came with it, which would last as long. For what outlasts its answer. */
export function byItself(text: string): string {
  const encoding = BYTES.test(text) ? "latin1" : "utf16le";
  return Buffer.from(text, encoding).toString(encoding);
}

// oxlint-disable-next-line no-control-regex -- from the first character of all
const ASCII = /^[\u0000-\u007f]*$/;
// oxlint-disable-next-line no-control-regex -- from the first character of all
const BYTES = /^[\u0000-\u00ff]*$/;
