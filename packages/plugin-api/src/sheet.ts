import type { Columns, EntityDefinition, Entity } from "./entity.ts";
import type { Described } from "./label.ts";

/** How one column of an entity is found and read in a sheet. */
export interface SheetColumn {
  /** Further headers that mean this column, besides its own labels. White space, brackets and width do not matter. */
  readonly headers?: readonly string[];
  /** Texts that mean a value, where offices write it otherwise: `{ 拟建: "PLANNED" }`; for choices, stages and entries. */
  readonly values?: Readonly<Record<string, string>>;
  /** For a reference: a row that is not found is created from its title (`"create"`) instead of reported. */
  readonly missing?: "create";
  /** For an amount or a number whose sum over all rows means something: an export has it in a row of totals (合计). */
  readonly total?: true;
}

/** A sheet (Excel) over an entity: rows are recognised by its natural key. */
export interface Sheet {
  readonly name: string;
  readonly label: Described;
  readonly entity: Entity;
  readonly columns: Readonly<Record<string, SheetColumn>>;
}

/**
 * Declares a sheet. The columns named here are the ones it carries; all others are left as they are.
 *
 * @param name what `xianmai import <name>` calls it
 */
export function sheet<Declared extends Columns>(
  entity: Entity & { readonly definition: EntityDefinition<string, Declared> },
  name: string,
  label: Described,
  columns: { readonly [Name in keyof NoInfer<Declared> & string]?: SheetColumn },
): Sheet {
  return Object.freeze({ name, label, entity, columns: columns as Readonly<Record<string, SheetColumn>> });
}
