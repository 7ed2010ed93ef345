import { nearestName, similarName } from "../cells/nearest.ts";
import { matchingForm } from "../cells/text.ts";

/** A row as a sheet may name it. */
export interface NamedRow {
  readonly id: string;
  /** The natural key, where it is one text. */
  readonly key: string | undefined;
  readonly title: string;
  /** Short and former names. */
  readonly knownAs: readonly string[];
}

/** What a name led to. */
export type Named = { readonly found: NamedRow } | { readonly several: readonly NamedRow[] } | undefined;

/** The rows of one entity by every name that they go by. */
export interface NameIndex {
  /** Finds the row that a text names: by key, else by title, else by a further name. White space, width, case and brackets do not matter. */
  find(text: string): Named;
  /** The name most like a text. */
  nearest(text: string): string | undefined;
  /** A name that may be the same one, written otherwise. */
  similar(text: string): string | undefined;
  titleOf(id: string): string | undefined;
  add(row: NamedRow): void;
}

/** A search for a like name looks at every name: a file full of unknown ones gets it for its first. */
const NEAREST_SOUGHT = 100;

/** Indexes rows by their names. */
export function indexNames(rows: Iterable<NamedRow>): NameIndex {
  const byKey = new Map<string, NamedRow[]>();
  const byTitle = new Map<string, NamedRow[]>();
  const byFurtherName = new Map<string, NamedRow[]>();
  const titles = new Map<string, string>();
  const nearest = new Map<string, string | undefined>();
  const similar = new Map<string, string | undefined>();
  const names = new Set<string>();

  function put(index: Map<string, NamedRow[]>, text: string, row: NamedRow): void {
    const form = matchingForm(text);
    const there = index.get(form);
    if (there === undefined) index.set(form, [row]);
    else if (!there.includes(row)) there.push(row);
  }

  function add(row: NamedRow): void {
    titles.set(row.id, row.title);
    if (row.key !== undefined) put(byKey, row.key, row);
    put(byTitle, row.title, row);
    for (const name of row.knownAs) put(byFurtherName, name, row);
    for (const name of [row.title, ...row.knownAs]) names.add(name);
  }

  for (const row of rows) add(row);
  return {
    add,
    find(text) {
      const form = matchingForm(text);
      for (const index of [byKey, byTitle, byFurtherName]) {
        const [first, ...others] = index.get(form) ?? [];
        if (first !== undefined) return others.length === 0 ? { found: first } : { several: [first, ...others] };
      }
      return undefined;
    },
    nearest(text) {
      if (!nearest.has(text)) nearest.set(text, nearest.size < NEAREST_SOUGHT ? nearestName(text, names) : undefined);
      return nearest.get(text);
    },
    similar(text) {
      if (similar.size < NEAREST_SOUGHT && !similar.has(text)) similar.set(text, similarName(text, names));
      return similar.get(text);
    },
    titleOf: (id) => titles.get(id),
  };
}
