/** More rows than this are as many as all of them. */
const MOST_ROWS = 2000;

/** Which rows are to be looked at. */
export type Rows = "all" | ReadonlySet<string>;

/** What is still to be looked at, by what it is looked at for. */
export class Backlog<By> {
  readonly #rows = new Map<By, "all" | Set<string>>();

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  /** Adds rows; `null` and `"all"` are all of them. */
  add(by: By, rows: "all" | Iterable<string> | null): void {
    const known = this.#rows.get(by);
    if (known === "all") return;
    if (rows === "all" || rows === null) {
      this.#rows.set(by, "all");
      return;
    }
    const all = known ?? new Set<string>();
    for (const row of rows) all.add(row);
    if (all.size > 0) this.#rows.set(by, all.size > MOST_ROWS ? "all" : all);
  }

  /** Takes everything out. */
  take(): readonly (readonly [By, Rows])[] {
    const taken = [...this.#rows];
    this.#rows.clear();
    return taken;
  }
}
