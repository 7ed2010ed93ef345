import { createHash, hash } from "node:crypto";

/** Bytes of a mark and of a salt: 128 bits, so that no second value with the same mark can be found, and no salt guessed. */
export const MARK_SIZE = 16;

/**
 * The salts of a leaf's cells, one after the other, all from its seed. Each can be given away, or destroyed, without telling of the others:
 * so a cell can be redacted for good, and the rest still be checked.
 */
export function saltsOf(seed: Buffer, cells: number): Buffer {
  if (cells === 0) return Buffer.alloc(0);
  return createHash("shake256", { outputLength: cells * MARK_SIZE })
    .update(seed)
    .digest();
}

/** Digests values; its scratch space spares an allocation per cell. */
export class Marker {
  #scratch = Buffer.alloc(4096);

  /**
   * The mark of one cell: the first 16 bytes of SHA-256 over its salt and its value.
   *
   * @param at which of the salts
   * @returns one character per byte
   */
  mark(salts: Buffer, at: number, value: string | null): string {
    const room = MARK_SIZE + 1 + (value === null ? 0 : value.length * 3);
    if (this.#scratch.length < room) this.#scratch = Buffer.alloc(room * 2);
    salts.copy(this.#scratch, 0, at * MARK_SIZE, (at + 1) * MARK_SIZE);
    // an empty text is not an absent one
    this.#scratch[MARK_SIZE] = value === null ? 0 : 1;
    const length = value === null ? 0 : this.#scratch.write(value, MARK_SIZE + 1, "utf8");
    return hash("sha256", this.#scratch.subarray(0, MARK_SIZE + 1 + length), "binary").slice(0, MARK_SIZE);
  }

  /** Whether the stored mark is that of a value. */
  fits(marks: Buffer, salts: Buffer, at: number, value: string | null): boolean {
    return this.mark(salts, at, value) === marks.toString("latin1", at * MARK_SIZE, (at + 1) * MARK_SIZE);
  }
}

/** Whether a salt was destroyed: its cell is redacted. */
export function isDestroyed(salts: Buffer, at: number): boolean {
  return salts.subarray(at * MARK_SIZE, (at + 1) * MARK_SIZE).every((byte) => byte === 0);
}
