import type { Choices, DictionaryDeclaration } from "./choices.ts";
import { filesField, type FilesField, type FilesOptions } from "./files.ts";
import type { Described, Label } from "./label.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { CalendarDate, DecimalText, Id, Instant, Money, YearMonth } from "./values.ts";

/** Every kind of column. Each knows its SQL, its GraphQL type, its filter, its sheet cell (see `model/kinds.ts`). */
export type ColumnKind =
  | "text"
  | "texts"
  | "integer"
  | "money"
  | "decimal"
  | "percent"
  | "date"
  | "yearMonth"
  | "dateTime"
  | "boolean"
  | "choice"
  | "stage"
  | "entry"
  | "reference"
  | "self"
  | "subject";

/** What any column may say of itself. */
export interface ColumnOptions extends Described {
  /** The row may lack it (null). Columns are required unless they say so. */
  readonly optional?: boolean;
  /** The column's name before it was renamed, so that the next migration renames instead of dropping. */
  readonly was?: string;
  /** Given when the row is made, and never changed: no generated update takes it, and no sheet changes it. */
  readonly fixed?: boolean;
}

/** What a text must look like, said to whoever writes another. */
export interface TextPattern extends Label {
  /** Matches what is allowed: somewhere in the text, unless it says ^ and $. */
  readonly matches: RegExp;
}

/** Text columns choose how they sort: code points (`C`, the default) or as Chinese readers expect (`zh`). */
export interface TextOptions extends ColumnOptions {
  readonly collation?: "zh";
  /** No two rows share it. */
  readonly unique?: boolean;
  /** Mutations and sheets refuse another text, with the label of the pattern: what it must be, and the remedy, as a sentence. */
  readonly pattern?: TextPattern;
}

/** A reference names the list of its rows on the other side: it exists in GraphQL alone, no plugin touches another's class. */
export interface ReferenceOptions extends ColumnOptions {
  readonly inverse?: string;
}

/** A subject names the entities whose rows it may be, and their list of the rows that are about them. */
export interface SubjectOptions extends Described {
  /** The text column beside it that holds the name of the row's entity. */
  readonly type: string;
  /** The entities whose rows it may be; asked at composition. */
  readonly of: () => readonly EntityReference[];
  readonly inverse: string;
}

/** Anything that carries an entity's definition: the author's class. */
export interface EntityReference<Name extends string = string> {
  readonly definition: { readonly name: Name };
}

/** The place of the entity's own id in `column.self`; `Row` resolves it. */
export interface OwnId {
  readonly ownId: true;
}

declare const value: unique symbol;

/** A declared column: inert data, plus the type of its value, which exists for the compiler alone. */
export interface Column<Kind extends ColumnKind = ColumnKind, Value = unknown> {
  readonly kind: Kind;
  readonly options: ColumnOptions &
    Pick<TextOptions, "collation" | "unique" | "pattern"> &
    Pick<ReferenceOptions, "inverse"> &
    Partial<Pick<SubjectOptions, "type" | "of">>;
  readonly target?: () => EntityReference;
  readonly choices?: Choices;
  readonly dictionary?: DictionaryDeclaration;
  readonly lifecycle?: Lifecycle;
  readonly default?: string | number | boolean;
  readonly [value]?: Value;
}

/** The type of a column's value in a row. */
export type ValueOf<Declared> = Declared extends Column<ColumnKind, infer Value> ? Value : never;

type Nullable<Value, Options> = Options extends { readonly optional: true } ? Value | null : Value;

function make<Kind extends ColumnKind, Value>(
  kind: Kind,
  given: ColumnOptions & { readonly default?: string | number | boolean },
  extra: Pick<Column, "target" | "choices" | "dictionary" | "lifecycle" | "default"> = {},
): Column<Kind, Value> {
  const { default: fallback, ...options } = given;
  return Object.freeze({ kind, options, ...(fallback === undefined ? {} : { default: fallback }), ...extra });
}

/** The kinds of column an entity is made of. */
export const column = Object.freeze({
  /** Text of any length. */
  text: <const O extends TextOptions>(options: O): Column<"text", Nullable<string, O>> => make("text", options),
  /** A list of texts in one cell, such as former names. Never null: an empty list is the absence. */
  texts: (options: Omit<ColumnOptions, "optional">): Column<"texts", readonly string[]> => make("texts", options),
  /** A whole number of 32 bits. */
  integer: <const O extends ColumnOptions & { readonly default?: number }>(options: O): Column<"integer", Nullable<number, O>> =>
    make("integer", options),
  /** Money: 分 in the table, 万元 in the API. */
  money: <const O extends ColumnOptions>(options: O): Column<"money", Nullable<Money, O>> => make("money", options),
  /** An exact decimal. */
  decimal: <const O extends ColumnOptions>(options: O): Column<"decimal", Nullable<DecimalText, O>> => make("decimal", options),
  /** A percentage: `"12.5"` is 12.5 %. */
  percent: <const O extends ColumnOptions>(options: O): Column<"percent", Nullable<DecimalText, O>> => make("percent", options),
  /** A calendar date. */
  date: <const O extends ColumnOptions>(options: O): Column<"date", Nullable<CalendarDate, O>> => make("date", options),
  /** A calendar month. */
  yearMonth: <const O extends ColumnOptions>(options: O): Column<"yearMonth", Nullable<YearMonth, O>> => make("yearMonth", options),
  /** A moment, to the millisecond. */
  dateTime: <const O extends ColumnOptions>(options: O): Column<"dateTime", Nullable<Instant, O>> => make("dateTime", options),
  /** Yes or no. */
  boolean: <const O extends ColumnOptions & { readonly default?: boolean }>(options: O): Column<"boolean", Nullable<boolean, O>> =>
    make("boolean", options),
  /** One of a closed list. */
  choice: <Value extends string, const O extends ColumnOptions & { readonly default?: NoInfer<Value> }>(
    declared: Choices<string, Value>,
    options: O,
  ): Column<"choice", Nullable<Value, O>> => make("choice", options, { choices: declared }),
  /** The stage of a lifecycle: moved by its steps alone, begins at its start. */
  stage: <States extends string>(declared: Lifecycle<string, States>, options?: Described): Column<"stage", States> =>
    make("stage", options ?? declared.label, { lifecycle: declared, default: declared.start }),
  /** An entry of a dictionary that the county edits. */
  entry: <const O extends ColumnOptions>(
    declared: DictionaryDeclaration,
    options: O,
  ): Column<"entry", Nullable<Id<"DictionaryEntry">, O>> => make("entry", options, { dictionary: declared }),
  /** A row of another entity. */
  reference: <Name extends string, const O extends ReferenceOptions>(
    target: () => EntityReference<Name>,
    options: O,
  ): Column<"reference", Nullable<Id<Name>, O>> => make("reference", options, { target }),
  /** A row of the same entity: always optional, since the first row has none to point at. */
  self: (options: Omit<ReferenceOptions, "optional">): Column<"self", OwnId | null> => make("self", { ...options, optional: true }),
  /**
   * A row of one of several entities: what a comment or a file is about. It is deleted with that row, and may have its scope. Keys are random, so the
   * key alone tells the row; the column that `type` names tells where it is.
   */
  subject: (options: SubjectOptions): Column<"subject", Id<string>> => make("subject", options),
  /**
   * Files (佐证材料): a list of attachments that belong to the row, with their hashes, types and sizes. No column of the table, so that rows, sheets
   * and generated mutations know nothing of it; files come by `attachFile`, or with a step that takes them.
   */
  files: (options: FilesOptions): FilesField => filesField(options),
});
