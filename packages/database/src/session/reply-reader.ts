/** What of the reply to a batch is not read by pg. */
export interface BatchReply {
  row(cells: readonly (string | null)[]): void;
  complete(rowCount: number): void;
}

/** The first bytes of PostgreSQL's messages, by what they are. */
const CODES = { dataRow: 0x44, commandComplete: 0x43, parseComplete: 0x31, bindComplete: 0x32, closeComplete: 0x33 } as const;

/** Bytes before what a message says: its code, and its length without the code. */
const HEAD = 5;
const [ZERO, NINE] = [0x30, 0x39];

/**
 * Takes what PostgreSQL sends apart into messages. In the reply to a batch it reads rows and ends of statements itself, which for a large answer
 * costs less than half of what pg's parser takes; whatever else comes goes to that, message by message.
 */
export class ReplyReader {
  readonly #pass: (messages: Buffer) => void;
  /** What has come of a message that is not complete, and how many bytes it takes until it is, or until its head is. */
  #waiting: Buffer[] = [];
  #here = 0;
  #needed = 0;
  #reply: BatchReply | undefined;
  #asBytes = false;

  /** @param pass takes complete messages */
  constructor(pass: (messages: Buffer) => void) {
    this.#pass = pass;
  }

  /** From the next message on comes the reply to a batch; `undefined` once it is over. @param asBytes see `fromBytes` */
  expect(reply: BatchReply | undefined, asBytes = false): void {
    this.#reply = reply;
    this.#asBytes = asBytes;
  }

  /** Takes what has come. */
  read(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#waiting.length > 0) {
      this.#waiting.push(chunk);
      this.#here += chunk.length;
      if (this.#here < this.#needed) return;
      bytes = Buffer.concat(this.#waiting);
      this.#waiting = [];
    }
    let at = 0;
    let text: string | undefined;
    while (bytes.length - at >= HEAD) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      const reply = this.#reply;
      if (reply === undefined) this.#pass(bytes.subarray(at, end));
      else {
        switch (bytes[at]) {
          case CODES.dataRow:
            // decoded once for all: what is cut out of a text costs less than what is cut out of bytes
            if (this.#asBytes) text ??= bytes.toString("latin1");
            reply.row(rowIn(bytes, at, text));
            break;
          case CODES.commandComplete:
            reply.complete(rowCountIn(bytes, end));
            break;
          case CODES.parseComplete:
          case CODES.bindComplete:
          case CODES.closeComplete:
            break;
          default:
            this.#pass(bytes.subarray(at, end));
        }
      }
      at = end;
    }
    if (at === bytes.length) return;
    this.#waiting = [at === 0 ? bytes : bytes.subarray(at)];
    this.#here = bytes.length - at;
    this.#needed = this.#here < HEAD ? HEAD : 1 + bytes.readUInt32BE(at + 1);
  }
}

/** The cells of a row. @param text the same bytes as text, one character for each; without it they are UTF-8 */
function rowIn(bytes: Buffer, at: number, text: string | undefined): readonly (string | null)[] {
  const cells: (string | null)[] = [];
  let from = at + HEAD + 2;
  for (let left = bytes.readUInt16BE(at + HEAD); left > 0; left -= 1) {
    const length = bytes.readInt32BE(from);
    from += 4;
    if (length < 0) {
      cells.push(null);
      continue;
    }
    cells.push(text === undefined ? bytes.toString("utf8", from, from + length) : text.substring(from, from + length));
    from += length;
  }
  return cells;
}

/** The number at the end of what a statement says that it did, such as `SELECT 12`; 0 where there is none. */
function rowCountIn(bytes: Buffer, end: number): number {
  let count = 0;
  let factor = 1;
  // a zero byte closes it
  for (let at = end - 2; ; at -= 1) {
    const digit = bytes[at] ?? 0;
    if (digit < ZERO || digit > NINE) return count;
    count += (digit - ZERO) * factor;
    factor *= 10;
  }
}
