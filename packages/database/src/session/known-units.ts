import type { FoundUnits } from "./settings.ts";

/** How many viewers' units are kept: there are as many as there are sets of units that somebody is responsible for. */
const MOST = 1000;

/** The units of viewers as they were found last, for as long as the tree has not changed: whoever uses them looks whether it has. */
export class KnownUnits {
  readonly #found = new Map<string, FoundUnits>();

  get(codes: readonly string[]): FoundUnits | undefined {
    return this.#found.get(keyOf(codes));
  }

  keep(codes: readonly string[], found: FoundUnits): void {
    const [oldest] = this.#found.keys();
    if (this.#found.size >= MOST && oldest !== undefined) this.#found.delete(oldest);
    this.#found.set(keyOf(codes), found);
  }

  forget(codes: readonly string[]): void {
    this.#found.delete(keyOf(codes));
  }

  /** A connection was lost: perhaps it is another server that answers from now on, whose stamps mean something else. */
  forgetAll(): void {
    this.#found.clear();
  }
}

function keyOf(codes: readonly string[]): string {
  return JSON.stringify(codes);
}
