import { versionCell, type CreatedVersion, type LeafBody } from "../leaves/leaf.ts";
import type { Marker } from "../leaves/marks.ts";
import type { ReadVersion } from "../relation.ts";
import type { ColumnState } from "../structure/structure.ts";
import { versionKey, type Redactions } from "./redactions.ts";

/** What the versions of a part are held against. */
export interface Sealed {
  readonly leaves: readonly { readonly body: LeafBody; readonly salts: Buffer }[];
  /** The columns in whose order the versions' cells were read. */
  readonly columns: readonly ColumnState[];
  readonly redactions: Redactions;
  readonly marker: Marker;
}

/** What came of it. */
export interface VersionsOutcome {
  /** A version is there, and some of its cells are not what was sealed. */
  readonly changed: readonly { readonly version: ReadVersion; readonly columns: readonly string[] }[];
  /** A redacted cell holds a value. */
  readonly undone: readonly { readonly version: ReadVersion; readonly columns: readonly string[] }[];
  readonly missing: readonly CreatedVersion[];
  readonly added: readonly ReadVersion[];
}

/** A version's entry in a leaf: which leaf, and which row of it. */
interface Entry {
  readonly leaf: number;
  readonly row: number;
}

/** Holds the versions that a transaction began against what was sealed of them. */
export function checkVersions(sealed: Sealed, versions: readonly ReadVersion[]): VersionsOutcome {
  const outcome = { changed: [], undone: [], missing: [], added: [] } as {
    -readonly [Part in keyof VersionsOutcome]: VersionsOutcome[Part][number][];
  };
  // of two that are alike the one in the history is believed: it is the present that somebody would bend
  const found = Map.groupBy(
    versions.toSorted((one, other) => Number(one.current) - Number(other.current)),
    nameOf,
  );
  const entries = entriesOf(sealed);
  for (const [name, own] of entries) {
    const first = sealed.leaves[0]?.body.created;
    const rows = [...(found.get(name) ?? [])];
    found.delete(name);
    const unmatched = own.primary.filter((entry) => {
      const at =
        own.primary.length === 1 && rows.length === 1 ? -1 : rows.findIndex((row) => isWhole(faults(sealed, row, entry, own.others)));
      if (at >= 0) rows.splice(at, 1);
      return at < 0;
    });
    for (const entry of unmatched) {
      const version = rows.shift();
      if (version === undefined) {
        const missing = first?.[entry.row];
        if (missing !== undefined) outcome.missing.push(missing);
        continue;
      }
      const { changed, undone } = faults(sealed, version, entry, own.others);
      if (changed.length > 0) outcome.changed.push({ version, columns: changed });
      if (undone.length > 0) outcome.undone.push({ version, columns: undone });
    }
    outcome.added.push(...rows);
  }
  outcome.added.push(...[...found.values()].flat());
  return outcome;
}

interface Faults {
  readonly changed: readonly string[];
  readonly undone: readonly string[];
}

function isWhole({ changed, undone }: Faults): boolean {
  return changed.length === 0 && undone.length === 0;
}

/** The columns of a version that are not what was sealed. */
function faults({ leaves, columns, redactions, marker }: Sealed, version: ReadVersion, entry: Entry, others: readonly Entry[]): Faults {
  const changed: string[] = [];
  const undone: string[] = [];
  for (const [at, column] of columns.entries()) {
    // its values are no more, neither here nor anywhere
    if (column[version.current ? "current" : "history"] === null) continue;
    const value = version.cells[at] ?? null;
    if (redactions.has(column.table, versionKey(version.from, version.id, version.closed), column.id)) {
      if (value !== null) undone.push(column.name);
      continue;
    }
    const marks = [entry, ...others].flatMap(({ leaf, row }) => {
      const { body, salts } = leaves[leaf] ?? {};
      const place = body?.columns.indexOf(column.id) ?? -1;
      return body === undefined || salts === undefined || place < 0
        ? []
        : [{ marks: body.marks, salts, cell: versionCell(body, row, place) }];
    });
    // a column that was added later and that no migration filled is empty in what was before
    const fits =
      marks.length === 0
        ? column.current === null || value === null
        : marks.some((mark) => marker.fits(mark.marks, mark.salts, mark.cell, value));
    if (!fits) changed.push(column.name);
  }
  return { changed, undone };
}

/** For each version its entries in the first leaf, and those in leaves that stand beside it. */
function entriesOf({ leaves }: Sealed): ReadonlyMap<string, { readonly primary: readonly Entry[]; readonly others: readonly Entry[] }> {
  const entries = new Map<string, { primary: Entry[]; others: Entry[] }>();
  for (const [leaf, { body }] of leaves.entries()) {
    for (const [row, version] of body.created.entries()) {
      const name = nameOf(version);
      const own = entries.get(name) ?? { primary: [], others: [] };
      own[leaf === 0 ? "primary" : "others"].push({ leaf, row });
      entries.set(name, own);
    }
  }
  return entries;
}

function nameOf({ id, closed }: Pick<CreatedVersion, "id" | "closed">): string {
  return `${id} ${closed}`;
}
