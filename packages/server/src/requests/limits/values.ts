import { Kind, valueFromASTUntyped, type DirectiveNode, type FieldNode, type OperationDefinitionNode, type ValueNode } from "graphql";

/** Looks up a variable as a request gives it, or as its operation presets it. */
export type Variables = (name: string) => unknown;

/** The variables of a request. What they are worth is checked elsewhere: one that does not fit counts as not given. */
export function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode, given: Readonly<Record<string, unknown>>): Variables {
  return (name) => {
    if (Object.hasOwn(given, name)) return given[name];
    const preset = variableDefinitions.find(({ variable }) => variable.name.value === name)?.defaultValue;
    return preset === undefined ? undefined : valueFromASTUntyped(preset);
  };
}

/** The value of an argument as plain data; `undefined` where it is not given. */
export function argumentOf({ arguments: given = [] }: FieldNode | DirectiveNode, name: string, variables: Variables): unknown {
  const value = given.find((one) => one.name.value === name)?.value;
  return value === undefined ? undefined : plain(value, variables);
}

/** Whether `@skip` or `@include` leaves a selection out. */
export function isLeftOut(directives: readonly DirectiveNode[] | undefined, variables: Variables): boolean {
  return (directives ?? []).some((directive) => {
    const { value } = directive.name;
    if (value !== "skip" && value !== "include") return false;
    return argumentOf(directive, "if", variables) === (value === "skip");
  });
}

function plain(value: ValueNode, variables: Variables): unknown {
  if (value.kind === Kind.VARIABLE) return variables(value.name.value);
  // only how many there are is asked, and one of them may be a variable
  if (value.kind === Kind.LIST) return value.values.map(() => null);
  return valueFromASTUntyped(value);
}
