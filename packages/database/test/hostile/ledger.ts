/** What is to become of a transaction once it is prepared: it is committed at once, after a crash, when all others are over; or undone. */
export type Fate = "at once" | "after the crash" | "last" | "never";

/**
 * What writers know of their transactions. Each begins with a row of its own, by whose key it is known; so nothing is known of one that neither
 * was acknowledged nor is in the tables.
 */
export class Ledger {
  /** PostgreSQL has said that they were committed. */
  readonly done = new Set<string>();
  /** Rolled back, or PostgreSQL was never asked to commit. */
  readonly undone = new Set<string>();
  /** PostgreSQL was asked to commit, and has not said anything. */
  readonly #asked = new Set<string>();
  /** PostgreSQL was asked to prepare, and has not said anything. */
  readonly #asking = new Map<string, Fate>();
  /** Prepared: they outlive everything. */
  readonly prepared = new Map<string, Fate>();

  begin(id: string): void {
    this.undone.add(id);
  }

  ask(id: string): void {
    this.undone.delete(id);
    this.#asked.add(id);
  }

  askToPrepare(id: string, fate: Fate): void {
    this.undone.delete(id);
    this.#asking.set(id, fate);
  }

  isPrepared(id: string): void {
    this.prepared.set(id, this.#asking.get(id) ?? "never");
    this.#asking.delete(id);
  }

  /** @param committed otherwise it is rolled back */
  isOver(id: string, committed: boolean): void {
    this.#asked.delete(id);
    this.#asking.delete(id);
    this.prepared.delete(id);
    this.undone.delete(id);
    (committed ? this.done : this.undone).add(id);
  }

  /**
   * Settles what was in doubt when PostgreSQL was killed.
   *
   * @param there the keys of all rows by which transactions are known
   * @param prepared the transactions that PostgreSQL holds prepared
   * @returns what had been acknowledged and is gone, and what is there though nobody had asked for it
   */
  settle(
    there: ReadonlySet<string>,
    prepared: ReadonlySet<string>,
  ): { readonly lost: readonly string[]; readonly strange: readonly string[] } {
    for (const id of this.#asked) this.isOver(id, there.has(id));
    for (const id of this.#asking.keys()) {
      if (prepared.has(id)) this.isPrepared(id);
      else this.isOver(id, false);
    }
    // one that was to be committed at once may have been, and then its row says so
    for (const [id, fate] of this.prepared) if (!prepared.has(id) && fate === "at once" && there.has(id)) this.isOver(id, true);
    return {
      lost: [...[...this.done].filter((id) => !there.has(id)), ...[...this.prepared.keys()].filter((id) => !prepared.has(id))],
      strange: [...[...there].filter((id) => !this.done.has(id)), ...[...prepared].filter((id) => !this.prepared.has(id))],
    };
  }
}
