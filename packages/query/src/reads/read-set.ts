import { byItself } from "@xianmai/database";
import type { Instant } from "@xianmai/plugin-api";

/**
 * What an answer depends on: as long as nothing of it changes, asking again gives the same. Rows are those that the viewer's scope shows; a row that
 * comes into it or leaves it has changed.
 */
export interface ReadSet {
  /** By table, the keys of rows that were looked up, also of those that were not there; none where there was nothing to look up. */
  readonly rows: ReadonlyMap<string, ReadonlySet<string>>;
  /** By table, the keys that rows of it refer to where all that refer to them were read. */
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
  /** The tables of which every row that the viewer sees may count. */
  readonly tables: ReadonlySet<string>;
  /** Whether it depends on the very official who asks, beside their scope. */
  readonly perUser: boolean;
  /** The moment from which on it may be another by the passing of time alone; `undefined` for never. */
  readonly until: Instant | undefined;
  /** Whether what it depends on is known: SQL of a plugin's own text may read anything. */
  readonly complete: boolean;
}

/** A read-set while it grows. */
export class GrowingReadSet implements ReadSet {
  readonly rows = new Map<string, Set<string>>();
  readonly lists = new Map<string, Set<string>>();
  readonly tables = new Set<string>();
  perUser = false;
  until: Instant | undefined;
  complete = true;

  /** Rows by their keys, whether or not they were there. */
  addRows(table: string, keys: Iterable<string>): void {
    into(this.rows, table, keys);
  }

  /** All rows of a table that refer to one of these. */
  addLists(table: string, keys: Iterable<string>): void {
    into(this.lists, table, keys);
  }

  addTable(table: string): void {
    this.tables.add(table);
  }

  /** The answer may change at a moment. */
  changesAt(moment: Instant): void {
    if (this.until === undefined || moment < this.until) this.until = moment;
  }

  /** Takes in what another depends on. */
  add(other: ReadSet): void {
    for (const [table, keys] of other.rows) this.addRows(table, keys);
    for (const [table, keys] of other.lists) this.addLists(table, keys);
    for (const table of other.tables) this.addTable(table);
    if (other.until !== undefined) this.changesAt(other.until);
    this.perUser ||= other.perUser;
    this.complete &&= other.complete;
  }
}

function into(map: Map<string, Set<string>>, table: string, keys: Iterable<string>): void {
  const known = map.get(table) ?? new Set();
  map.set(table, known);
  // a read-set may be kept for long after its answer
  for (const key of keys) if (!known.has(key)) known.add(byItself(key));
}
