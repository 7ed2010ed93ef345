import { Client, type ClientConfig, type Connection } from "pg";
import { Parser } from "pg-protocol/dist/parser.js";

/** What is read of a message. */
interface Message {
  readonly name: string;
}

/** The part of pg's connection that takes what PostgreSQL sends apart: it is given its stream once that is open. */
interface Listening {
  attachListeners(stream: NodeJS.ReadableStream): void;
  emit(event: string, message: Message): void;
}

/** The parser's reader, and how it reads texts. */
interface Reading {
  readonly reader: { encoding: "utf-8" | "latin1" };
}

const READERS = new WeakMap<Connection, Reading["reader"]>();

/**
 * pg's client, whose texts can be had as bytes: one character for each, as `latin1` reads them. What is only handed on need not be decoded, which
 * for a large answer costs more than all else that is done with it.
 */
export class ByteClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const { connection } = this as unknown as { readonly connection: Connection & Listening };
    const parser = new Parser();
    READERS.set(connection, (parser as unknown as Reading).reader);
    connection.attachListeners = (stream) => {
      stream.on("data", (chunk: Buffer) => {
        parser.parse(chunk, (message: Message) => {
          connection.emit(message.name === "error" ? "errorMessage" : message.name, message);
        });
      });
    };
  }
}

/** Has the texts of a connection's next messages read as bytes, or as the texts that they are. */
export function readBytes(connection: Connection, yes: boolean): void {
  const reader = READERS.get(connection);
  if (reader === undefined) throw new Error("This connection cannot read texts as bytes.");
  reader.encoding = yes ? "latin1" : "utf-8";
}

/** The bytes of a text, one character for each. */
export function toBytes(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The text whose bytes these are. */
export function fromBytes(bytes: string): string {
  return ASCII.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

// oxlint-disable-next-line no-control-regex -- from the first character of all
const ASCII = /^[\u0000-\u007f]*$/;
