import type { Described, Label } from "./label.ts";

/** A closed list of values (an enum of the schema), each with its label. Values are UPPER_SNAKE. */
export interface Choices<Name extends string = string, Value extends string = string> {
  readonly name: Name;
  readonly label: Described;
  readonly values: Readonly<Record<Value, Described>>;
}

/** The union of the values of a `choices`: `type BlockerKind = Choice<typeof BlockerKind>`. */
export type Choice<Declared> = Declared extends Choices<string, infer Value> ? Value : never;

/**
 * Declares a closed list of values.
 *
 * @param name the GraphQL enum, e.g. `BlockerKind`
 */
export function choices<const Name extends string, const Values extends Readonly<Record<string, Described>>>(
  name: Name,
  label: Described,
  values: Values,
): Choices<Name, keyof Values & string> {
  return Object.freeze({ name, label, values });
}

/** A list that a county edits itself, with the entries that it starts with. Codes are lower-kebab. */
export interface DictionaryDeclaration<Code extends string = string> {
  readonly code: Code;
  readonly label: Label;
  readonly entries: Readonly<Record<string, Label>>;
}

/**
 * Declares a dictionary (字典). Its entries are added once, when the dictionary is first met; from then on they belong to the county. One that is
 * declared later is added to a county's dictionary that never had its code; what a county has renamed, moved, retired or removed stays so.
 *
 * @param code how the dictionary is named in data, e.g. `project-field`
 */
export function dictionary<const Code extends string>(
  code: Code,
  label: Label,
  entries: Readonly<Record<string, Label>>,
): DictionaryDeclaration<Code> {
  return Object.freeze({ code, label, entries });
}
