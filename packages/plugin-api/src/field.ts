import type { ReadContext } from "./context.ts";
import type { Entity, RowOf } from "./entity.ts";
import type { Described } from "./label.ts";
import type { DecimalText, Id, Money } from "./values.ts";

interface FieldValues {
  readonly text: string;
  readonly integer: number;
  readonly boolean: boolean;
  readonly decimal: DecimalText;
  readonly money: Money;
}

/** A field that a plugin adds to an entity, its own or another's: batched by construction. */
export interface Field {
  readonly entity: Entity;
  readonly name: string;
  readonly label: Described;
  readonly type: keyof FieldValues;
  /** Column names fetched for `load`, besides the id. */
  readonly requires: readonly string[];
  readonly load: (rows: readonly never[], context: ReadContext) => Promise<ReadonlyMap<Id<string>, unknown>>;
}

/**
 * Declares a field on an entity. `load` is called once for all rows of an answer; a row that it leaves out reads null.
 *
 * @param name the GraphQL field
 */
export function field<Declared extends Entity, const Type extends keyof FieldValues>(
  entity: Declared,
  name: string,
  options: Described & { readonly type: Type; readonly requires?: readonly string[] },
  load: (
    rows: readonly RowOf<Declared>[],
    context: ReadContext,
  ) => Promise<ReadonlyMap<Id<Declared["definition"]["name"]>, FieldValues[Type]>>,
): Field {
  const { type, requires = [], ...label } = options;
  return Object.freeze({ entity, name, label, type, requires, load: load as Field["load"] });
}
