import type { RedactionAct } from "../acts.ts";

/** Which cells are redacted. */
export interface Redactions {
  /** @param version as `versionKey` names it @param column by its number in the structure */
  has(table: number, version: string, column: number): boolean;
}

/** The name of a version among those of its table. */
export function versionKey(from: bigint | string, id: string, closed: boolean): string {
  return `${from} ${id} ${closed ? "closed" : "open"}`;
}

/** What a series of acts redacted. */
export function redactionsOf(acts: readonly RedactionAct[]): Redactions {
  const cells = new Map<string, Set<number>>();
  for (const { table, id, columns, open, closed } of acts) {
    const versions = [...open.map((from) => versionKey(from, id, false)), ...closed.map((from) => versionKey(from, id, true))];
    for (const version of versions) {
      const name = `${table} ${version}`;
      cells.set(name, new Set([...(cells.get(name) ?? []), ...columns]));
    }
  }
  return { has: (table, version, column) => cells.get(`${table} ${version}`)?.has(column) === true };
}
