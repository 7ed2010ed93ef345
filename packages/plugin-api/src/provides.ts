import type { Column } from "./column.ts";
import type { ColumnOf, Columns, Entity, EntityDefinition } from "./entity.ts";
import type { CalendarDate } from "./values.ts";
import type { WorkCalendar } from "./work-calendar.ts";

type Declared<C extends Columns> = Entity & { readonly definition: EntityDefinition<string, C> };

/** The tree of units (单位): what scopes refer to. Packages know units by this alone. */
export interface UnitTree {
  readonly entity: Entity;
  /** The column that points at the unit above. */
  readonly parent: string;
  /** The column by which configuration and viewers name a unit. */
  readonly code: string;
}

/** The dictionaries (字典): what entry columns refer to. */
export interface Dictionaries {
  /** One row per dictionary. */
  readonly dictionary: Entity;
  /** One row per entry. */
  readonly entry: Entity;
}

/** The people (干部): who a viewer may be. */
export interface People {
  readonly entity: Entity<"Official">;
  /** The column by which configuration and viewers name a person. */
  readonly code: string;
}

/** The files that belong to rows: what fields of files list. The platform provides it by itself, where anything declares such a field. */
export interface FileRows {
  /** One row per file. */
  readonly entity: Entity;
  /** The subject column that points at the row that the file belongs to. */
  readonly subject: string;
  /** The text column that names the field of that row's entity. */
  readonly field: string;
}

/** What a plugin may fulfil for the whole platform; two that provide the same are refused. */
export interface Provides {
  readonly units?: UnitTree;
  readonly dictionaries?: Dictionaries;
  readonly people?: People;
  readonly calendar?: WorkCalendar;
  readonly files?: FileRows;
}

/** Declares which entity is the unit tree. */
export function unitTree<C extends Columns>(
  entity: Declared<C>,
  columns: { readonly parent: ColumnOf<NoInfer<C>, "self">; readonly code: ColumnOf<NoInfer<C>, "text"> },
): UnitTree {
  return Object.freeze({ entity, ...columns });
}

/** Declares which entity holds the people. */
export function people<C extends Columns>(
  entity: Entity<"Official"> & { readonly definition: EntityDefinition<"Official", C> },
  columns: { readonly code: ColumnOf<NoInfer<C>, "text"> },
): People {
  return Object.freeze({ entity, ...columns });
}

/** Declares which entity holds the files. */
export function fileRows<C extends Columns>(
  entity: Declared<C>,
  columns: { readonly subject: ColumnOf<NoInfer<C>, "subject">; readonly field: ColumnOf<NoInfer<C>, "text"> },
): FileRows {
  return Object.freeze({ entity, ...columns });
}

/** The columns that dictionaries are seeded and shown by. */
export interface DictionaryColumns extends Columns {
  readonly code: Column<"text", string>;
  readonly zh: Column<"text", string>;
  readonly en: Column<"text", string>;
}

/** The columns of an entry: those of a dictionary, its dictionary and its place. */
export interface EntryColumns extends DictionaryColumns {
  readonly dictionary: Column<"reference">;
  readonly position: Column<"integer", number>;
  /** Since when nobody can choose it anew; without it, entries are never retired. */
  readonly retiredOn?: Column<"date", CalendarDate | null>;
}

/** Declares which entities hold dictionaries and their entries. */
export function dictionaries<D extends DictionaryColumns, E extends EntryColumns>(
  dictionary: Declared<D>,
  entry: Declared<E>,
): Dictionaries {
  return Object.freeze({ dictionary, entry });
}
