import { versionCell, type CreatedVersion, type LeafBody } from "../leaves/leaf.ts";
import type { Marker } from "../leaves/marks.ts";
import type { ReadVersion } from "../relation.ts";
import type { ColumnState } from "../structure/structure.ts";
import type { Redactions } from "./redactions.ts";

/** What the versions of a part are held against. */
export interface Sealed {
  /** The leaf of the part, and those that stand beside it. */
  readonly leaves: readonly { readonly body: LeafBody; readonly salts: Buffer }[];
  /** The columns in whose order the versions' cells were read. */
  readonly columns: readonly ColumnState[];
  readonly redactions: Redactions;
  readonly marker: Marker;
}

/** A version with columns in which something is wrong. */
export interface FaultyVersion {
  readonly version: ReadVersion;
  readonly columns: readonly string[];
}

/** What came of it. */
export interface VersionsOutcome {
  /** A version is there, and some of its cells are not what was sealed. */
  readonly changed: readonly FaultyVersion[];
  /** A redacted cell holds a value. */
  readonly undone: readonly FaultyVersion[];
  readonly missing: readonly CreatedVersion[];
  readonly added: readonly ReadVersion[];
}

/** A version's entry: which leaf, and which row of it. */
interface Entry {
  readonly leaf: number;
  readonly row: number;
}

/** The entries of the versions of one name: several where a transaction changed a row several times. */
interface Entries {
  readonly primary: Entry[];
  readonly others: Entry[];
}

/** Holds the versions that a transaction began against what was sealed of them. */
export function checkVersions(sealed: Sealed, versions: readonly ReadVersion[]): VersionsOutcome {
  const [changed, undone, missing, added]: [FaultyVersion[], FaultyVersion[], CreatedVersion[], ReadVersion[]] = [[], [], [], []];
  // of two that are alike the one in the history is believed: it is the present that somebody would bend
  const found = Map.groupBy(
    versions.toSorted((one, other) => Number(one.current) - Number(other.current)),
    nameOf,
  );
  const places = placesOf(sealed);
  for (const [name, { primary, others }] of entriesOf(sealed)) {
    const rows = found.get(name) ?? [];
    found.delete(name);
    const alone = primary.length === 1 && rows.length === 1;
    const left = alone
      ? primary
      : primary.filter((entry) => !takeFitting(rows, (row) => isWhole(faults(sealed, places, row, entry, others))));
    for (const entry of left) {
      const version = rows.shift();
      const gone = sealed.leaves[0]?.body.created[entry.row];
      if (version === undefined) {
        if (gone !== undefined) missing.push(gone);
        continue;
      }
      const fault = faults(sealed, places, version, entry, others);
      if (fault.changed.length > 0) changed.push({ version, columns: fault.changed });
      if (fault.undone.length > 0) undone.push({ version, columns: fault.undone });
    }
    added.push(...rows);
  }
  for (const rows of found.values()) added.push(...rows);
  return { changed, undone, missing, added };
}

function takeFitting(rows: ReadVersion[], fits: (row: ReadVersion) => boolean): boolean {
  const at = rows.findIndex(fits);
  if (at >= 0) rows.splice(at, 1);
  return at >= 0;
}

interface Faults {
  readonly changed: readonly string[];
  readonly undone: readonly string[];
}

function isWhole({ changed, undone }: Faults): boolean {
  return changed.length === 0 && undone.length === 0;
}

/** For each column its place in each leaf; negative where the leaf has no marks of it. */
type Places = readonly (readonly number[])[];

function placesOf({ leaves, columns }: Sealed): Places {
  return columns.map(({ id }) => leaves.map(({ body }) => body.columns.indexOf(id)));
}

/** The columns of a version that are not what was sealed. */
function faults(sealed: Sealed, places: Places, version: ReadVersion, entry: Entry, others: readonly Entry[]): Faults {
  const changed: string[] = [];
  const undone: string[] = [];
  const { from, id, closed, current, cells } = version;
  for (const [at, column] of sealed.columns.entries()) {
    // its values are no more, neither here nor anywhere
    if ((current ? column.current : column.history) === null) continue;
    const value = cells[at] ?? null;
    // of a column that was dropped the present lost its values, and versions that ended since are without; what is kept must be true
    if (column.current === null && value === null) continue;
    if (sealed.redactions.of(column.table, from, id, closed)?.has(column.id) === true) {
      if (value !== null) undone.push(column.name);
      continue;
    }
    const own = places[at] ?? [];
    const fit = fitOf(sealed, own, entry, value);
    const rest = fit === true || others.length === 0 ? [] : others.map((other) => fitOf(sealed, own, other, value));
    if (fit === true || rest.includes(true)) continue;
    // a column that was added later and that no migration filled is empty in what was before
    const covered = fit !== undefined || rest.includes(false);
    if (covered || (column.current !== null && value !== null)) changed.push(column.name);
  }
  return { changed, undone };
}

/** Whether a value is what a leaf has of it; `undefined` where the leaf has nothing of the column. */
function fitOf({ leaves, marker }: Sealed, places: readonly number[], { leaf, row }: Entry, value: string | null): boolean | undefined {
  const place = places[leaf] ?? -1;
  const own = leaves[leaf];
  if (own === undefined || place < 0) return undefined;
  return marker.fits(own.body.marks, own.salts, versionCell(own.body, row, place), value);
}

/** For each version its entries in the leaf of the part, and in those that stand beside it. */
function entriesOf({ leaves }: Sealed): ReadonlyMap<string, Entries> {
  const entries = new Map<string, Entries>();
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

function nameOf({ id, closed }: CreatedVersion): string {
  return closed ? `${id} closed` : id;
}
