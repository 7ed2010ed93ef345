import type { StepDeclaration, Viewer } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, FilesModel } from "@xianmai/plugin-api/model";

/** The stage of an entity with its lifecycle and guards. */
export type Stage = NonNullable<EntityModel["stage"]>;

/** A row as plugins are given it. */
export type KnownRow = Readonly<Record<string, unknown>>;

/** The states from which a step leads. */
export function sourcesOf({ from }: Pick<StepDeclaration, "from">): readonly string[] {
  return typeof from === "string" ? [from] : from;
}

/**
 * The columns that must have a value by the time a step is taken, and have none: neither in the row nor written by the step.
 *
 * @param valueOf what the row will hold
 */
export function lacking(
  entity: EntityModel,
  { requires = [], sets = {} }: Pick<StepDeclaration, "requires" | "sets">,
  valueOf: (column: ColumnModel) => unknown,
): readonly ColumnModel[] {
  return requires
    .filter((name) => !Object.hasOwn(sets, name))
    .flatMap((name) => entity.columns.find((column) => column.name === name) ?? [])
    .filter((column) => isEmpty(valueOf(column)));
}

/** The fields of files that must hold one by the time a step is taken. */
export function filesRequired({ files }: EntityModel, { requires = [] }: Pick<StepDeclaration, "requires">): readonly FilesModel[] {
  return files.filter(({ name }) => requires.includes(name));
}

/** What a plugin's guard says of a step: `undefined` for yes, else its code. */
export function guarded({ rules }: Stage, step: string, row: KnownRow, viewer: Viewer): string | undefined {
  return rules?.guards[step]?.(row as never, viewer);
}

/**
 * Whether a viewer who may write a row can take a step of it: its stage, the permission, the guard allow it, and what it requires is in the row or
 * can be given with the step.
 *
 * @param filled the fields of files of the row that hold some
 */
export function permits(
  entity: EntityModel,
  stage: Stage,
  step: string,
  { row, filled }: { readonly row: KnownRow; readonly filled: ReadonlySet<string> },
  viewer: Viewer,
): boolean {
  const declared = stage.lifecycle.steps[step];
  if (declared === undefined || !sourcesOf(declared).includes(String(row[stage.column.rowKey]))) return false;
  if (declared.permission !== undefined && !viewer.may(declared.permission)) return false;
  const files = filesRequired(entity, declared).filter(({ name }) => !filled.has(name));
  const missing = [...lacking(entity, declared, ({ rowKey }) => row[rowKey]), ...files];
  return missing.every(({ name }) => declared.takes?.includes(name) === true) && guarded(stage, step, row, viewer) === undefined;
}

/** Blank text and an empty list say as little as nothing. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
