import type { Instant } from "@xianmai/plugin-api";

/** When rows are to be looked at next. They are walked only when one of them is due. */
export class NextMoments {
  readonly #moments = new Map<string, Instant>();
  /** No moment is earlier; there may be none at it any more. */
  #soonest: Instant | undefined;

  /** @param at `undefined` for a row that time does not change any more */
  set(key: string, at: Instant | undefined): void {
    if (at === undefined) {
      this.#moments.delete(key);
      return;
    }
    this.#moments.set(key, at);
    if (this.#soonest === undefined || at < this.#soonest) this.#soonest = at;
  }

  /** Takes out the rows whose moment has come. */
  due(now: Instant): readonly string[] {
    if (this.#soonest === undefined || now < this.#soonest) return [];
    const due: string[] = [];
    let soonest: Instant | undefined;
    for (const [key, at] of this.#moments) {
      if (at <= now) due.push(key);
      else if (soonest === undefined || at < soonest) soonest = at;
    }
    for (const key of due) this.#moments.delete(key);
    this.#soonest = soonest;
    return due;
  }
}
