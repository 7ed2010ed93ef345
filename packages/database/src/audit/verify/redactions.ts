import type { RedactionAct } from "../acts.ts";

/** Which cells are redacted. */
export interface Redactions {
  /** The columns of a version that are, by their numbers in the structure; `undefined` where none is. */
  of(table: number, from: bigint, id: string, closed: boolean): ReadonlySet<number> | undefined;
}

/** What a series of acts redacted. */
export function redactionsOf(acts: readonly RedactionAct[]): Redactions {
  const versions = new Map<string, Set<number>>();
  for (const { table, id, columns, open, closed } of acts) {
    for (const name of [...open.map((from) => nameOf(table, from, id, false)), ...closed.map((from) => nameOf(table, from, id, true))]) {
      versions.set(name, new Set([...(versions.get(name) ?? []), ...columns]));
    }
  }
  // hardly any row is redacted, and each is asked for
  const rows = new Set(acts.map(({ id }) => id));
  return { of: (table, from, id, closed) => (rows.has(id) ? versions.get(nameOf(table, from, id, closed)) : undefined) };
}

function nameOf(table: number, from: bigint | string, id: string, closed: boolean): string {
  return `${table} ${from} ${id} ${closed ? "closed" : "open"}`;
}
