import type { Column, ColumnKind, OwnId, ValueOf } from "./column.ts";
import type { FilesField } from "./files.ts";
import type { Described } from "./label.ts";
import type { Id } from "./values.ts";

/** The declared columns of an entity by name. */
export type Columns = Readonly<Record<string, Column>>;

/** What an entity is declared of: columns, and fields of files beside them. */
export type Declarations = Readonly<Record<string, Column | FilesField>>;

/** The columns among declarations. */
export type ColumnsIn<Declared extends Declarations> = {
  readonly [Key in keyof Declared as Declared[Key] extends FilesField ? never : Key]: Extract<Declared[Key], Column>;
};

type PointingKind = "reference" | "self" | "entry" | "subject";

/** The key of a column in a row: `owner`, a reference, is `ownerId`. */
export type RowKey<Declared extends Columns, Name extends keyof Declared & string> =
  Declared[Name] extends Column<PointingKind> ? `${Name}Id` : Name;

type Resolve<Value, Entity extends string> = Value extends OwnId ? Id<Entity> : Value;

/** The row of an entity, the same from MikroORM and from kysely: references are ids, absent values null. */
export type Row<Name extends string, Declared extends Columns> = { readonly id: Id<Name> } & {
  -readonly [Key in keyof Declared & string as RowKey<Declared, Key>]: Resolve<ValueOf<Declared[Key]>, Name>;
};

/** The names of the columns of some kinds. */
export type ColumnOf<Declared extends Columns, Kind extends ColumnKind> = {
  [Key in keyof Declared & string]: Declared[Key] extends Column<Kind> ? Key : never;
}[keyof Declared & string];

type OneOrMore<Name> = Name | readonly Name[];

/** Whose rows these are: references to a unit, or to a row whose scope is inherited. `"everyone"` says openly that anyone reads. */
export type Scope<Reference extends string = string> =
  | "everyone"
  | OneOrMore<Reference>
  | { readonly read: "everyone" | OneOrMore<Reference>; readonly write: "everyone" | OneOrMore<Reference> };

/** What an entity says of itself, beside its columns. */
export interface EntityHead<Declared extends Columns = Columns> extends Described {
  /** The column that stands for the row where one line must do. */
  readonly title: ColumnOf<Declared, "text">;
  /** The natural key: what an import recognises a row by, unique, and the order of lists unless `order` says otherwise. */
  readonly key?: OneOrMore<keyof Declared & string>;
  /** Further columns (text or texts) by which a sheet may name a row: short and former names. */
  readonly knownAs?: readonly ColumnOf<Declared, "text" | "texts">[];
  readonly scope: Scope<ColumnOf<Declared, "reference" | "self" | "subject">>;
  /** The column that lists sort by, before the natural key. */
  readonly order?: keyof Declared & string;
  /** The list's name where -s, -ies, -es do not fit. */
  readonly plural?: string;
  /** The permission under which a create mutation is generated; none, no mutation. */
  readonly create?: string;
  /** The same for update. A stage is never in it: lifecycles move stages. */
  readonly update?: string;
  /** The same for delete. */
  readonly delete?: string;
}

/** What `entity()` returns as a static of the author's class: frozen, inert. */
export interface EntityDefinition<Name extends string = string, Declared extends Columns = Columns> {
  readonly name: Name;
  readonly head: Described & {
    readonly title: string;
    readonly key?: OneOrMore<string>;
    readonly knownAs?: readonly string[];
    readonly scope: Scope;
    readonly order?: string;
    readonly plural?: string;
    readonly create?: string;
    readonly update?: string;
    readonly delete?: string;
  };
  readonly columns: Declared;
  /** The fields of files, by name. */
  readonly files: Readonly<Record<string, FilesField>>;
}

/** The base of an author's class: `class Blocker extends entity("Blocker", …) {}`. */
export interface EntityClass<Name extends string = string, Declared extends Columns = Columns> {
  new (): Row<Name, Declared>;
  readonly definition: EntityDefinition<Name, Declared>;
}

/** Any entity class, where only its definition matters. */
export interface Entity<Name extends string = string> {
  new (): { readonly id: Id<Name> };
  readonly definition: EntityDefinition<Name>;
}

/** The row type of an entity class: `RowOf<typeof Project>` is `Project`. */
export type RowOf<Declared extends Entity> = InstanceType<Declared>;

/**
 * Declares an entity. From it follow its table, API, sheet, labels, change feed, history, scope.
 *
 * @param name the GraphQL type, singular: `ProgressReport`
 * @returns a class to extend, so that one name is value and type; declaring registers nothing anywhere
 */
export function entity<const Name extends string, const Declared extends Declarations>(
  name: Name,
  head: EntityHead<NoInfer<ColumnsIn<Declared>>>,
  declared: Declared,
): EntityClass<Name, ColumnsIn<Declared>> {
  const entries = Object.entries(declared);
  const columns = Object.freeze(Object.fromEntries(entries.filter(([, { kind }]) => kind !== "files")));
  const files = Object.fromEntries(entries.flatMap(([key, one]) => (one.kind === "files" ? [[key, one] as const] : [])));
  const definition: EntityDefinition<Name, ColumnsIn<Declared>> = Object.freeze({
    name,
    head: Object.freeze(head),
    columns: columns as ColumnsIn<Declared>,
    files: Object.freeze(files),
  });
  class Declaration {
    static readonly definition = definition;
  }
  return Declaration as unknown as EntityClass<Name, ColumnsIn<Declared>>;
}
