/** How many shapes of variables an operation keeps plans for. */
const MOST = 64;

/** Values made once per key, the oldest given up where there are too many. */
export class Kept<Value> {
  readonly #values = new Map<string, Value>();

  /** Whether a key has its value already. */
  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** The value of a key. */
  get(key: string, make: () => Value): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const made = make();
    const [oldest] = this.#values.keys();
    if (this.#values.size >= MOST && oldest !== undefined) this.#values.delete(oldest);
    this.#values.set(key, made);
    return made;
  }
}
