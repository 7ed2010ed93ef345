/** Writes bytes one after the other, numbers big-endian: the same values always give the same bytes. */
export class ByteWriter {
  readonly #parts: Buffer[] = [];

  unsigned(value: number, size: 1 | 2 | 4): this {
    const bytes = Buffer.alloc(size);
    bytes.writeUIntBE(value, 0, size);
    this.#parts.push(bytes);
    return this;
  }

  long(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    this.#parts.push(bytes);
    return this;
  }

  /** A UUID in PostgreSQL's text. */
  uuid(text: string): this {
    this.#parts.push(Buffer.from(text.replaceAll("-", ""), "hex"));
    return this;
  }

  /** Of a length that the reader knows. */
  fixed(bytes: Buffer): this {
    this.#parts.push(bytes);
    return this;
  }

  /** Of any length, which comes first. */
  framed(bytes: Buffer | string): this {
    const buffer = typeof bytes === "string" ? Buffer.from(bytes, "utf8") : bytes;
    return this.unsigned(buffer.length, 4).fixed(buffer);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Reads what a `ByteWriter` wrote. @throws RangeError where bytes are missing */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  unsigned(size: 1 | 2 | 4): number {
    this.#at += size;
    return this.#bytes.readUIntBE(this.#at - size, size);
  }

  long(): bigint {
    this.#at += 8;
    return this.#bytes.readBigInt64BE(this.#at - 8);
  }

  uuid(): string {
    const hex = this.fixed(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  fixed(length: number): Buffer {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("Bytes are missing.");
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }
}
