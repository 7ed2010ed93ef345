import { byItself } from "./byte-client.ts";

/** How many viewers' units are kept: there are as many as there are sets of units that somebody is responsible for. */
const MOST = 1000;

/** The units of a viewer as they were found in the tree of a stamp. */
export interface FoundUnits {
  /** As PostgreSQL writes an array. */
  readonly ids: string;
  readonly stamp: string;
}

/** The units of viewers as they were found last, for as long as the tree has not changed: whoever uses them looks whether it has. */
export class KnownUnits {
  readonly #found = new Map<string, FoundUnits>();
  readonly #keys = new WeakMap<readonly string[], string>();

  get(codes: readonly string[]): FoundUnits | undefined {
    return this.#found.get(this.#keyOf(codes));
  }

  keep(codes: readonly string[], { ids, stamp }: FoundUnits): void {
    const [oldest] = this.#found.keys();
    if (this.#found.size >= MOST && oldest !== undefined) this.#found.delete(oldest);
    this.#found.set(this.#keyOf(codes), { ids: byItself(ids), stamp: byItself(stamp) });
  }

  forget(codes: readonly string[]): void {
    this.#found.delete(this.#keyOf(codes));
  }

  /** A connection was lost: perhaps it is another server that answers from now on, whose stamps mean something else. */
  forgetAll(): void {
    this.#found.clear();
  }

  #keyOf(codes: readonly string[]): string {
    const key = this.#keys.get(codes) ?? JSON.stringify(codes);
    this.#keys.set(codes, key);
    return key;
  }
}
