import {
  GraphQLBoolean,
  GraphQLEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  type GraphQLInputType,
} from "graphql";

import { parseGlobalId } from "../schema/global-id.ts";

type Path = readonly (string | number)[];

/**
 * The place of a variable's value in a plan. A plan is made from the shape of the variables alone: it cannot look at a value that it does
 * not depend on, so one plan serves every value of that shape.
 */
export class Slot {
  readonly path: Path;
  /** The entities that the global ids in it name, where it holds global ids: a plan for `node` depends on them. */
  readonly entities: readonly string[];

  constructor(path: Path, entities: readonly string[]) {
    this.path = path;
    this.entities = entities;
  }

  /** What tells one shape from another. */
  toJSON(): string {
    return `$${this.entities.join(",")}`;
  }
}

/** The variables of an operation as a plan sees them. */
export interface Shape {
  /** Slots where a value does not matter, values where it does (booleans, directions, page sizes, null or not). */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Equal for variables that share a plan. */
  readonly key: string;
}

/** What is known of a variable before it has a value. */
export interface VariableKind {
  readonly name: string;
  readonly type: GraphQLInputType;
  /** Whether it is a page size, which stands in the SQL as a literal. */
  readonly literal: boolean;
}

/**
 * Takes the shape of coerced variables.
 *
 * @param isData whether an enum's values are data (choices, stages) rather than a part of the question (directions, dimensions)
 */
export function shapeOf(
  kinds: readonly VariableKind[],
  values: Readonly<Record<string, unknown>>,
  isData: (type: GraphQLEnumType) => boolean,
): Shape {
  // a plan is made once for a shape, whose key alone tells that it is there
  const key = keyOfLeaves(kinds, values, isData);
  if (key === undefined) {
    const variables = slottedVariables(kinds, values, isData);
    return { variables, key: JSON.stringify(variables) };
  }
  let made: Readonly<Record<string, unknown>> | undefined;
  return {
    key,
    get variables() {
      return (made ??= slottedVariables(kinds, values, isData));
    },
  };
}

function slottedVariables(
  kinds: readonly VariableKind[],
  values: Readonly<Record<string, unknown>>,
  isData: (type: GraphQLEnumType) => boolean,
): Readonly<Record<string, unknown>> {
  const variables: Record<string, unknown> = {};
  for (const { name, type, literal } of kinds) {
    if (Object.hasOwn(values, name)) variables[name] = literal ? values[name] : slotted(values[name], type, [name], isData);
  }
  return variables;
}

/** The key of the shape of variables each of which is one value that a plan does not depend on; `undefined` where an operation has others. */
function keyOfLeaves(
  kinds: readonly VariableKind[],
  values: Readonly<Record<string, unknown>>,
  isData: (type: GraphQLEnumType) => boolean,
): string | undefined {
  let key = "";
  for (const { name, type, literal } of kinds) {
    const leaf: GraphQLInputType = isNonNullType(type) ? type.ofType : type;
    if (literal || isPartOfTheQuestion(leaf, isData) || !(isScalarType(leaf) || leaf instanceof GraphQLEnumType)) return undefined;
    if (!Object.hasOwn(values, name)) continue;
    const value = values[name];
    key +=
      value === null || value === undefined
        ? `${name}:null `
        : `${name}:$${(typeof value === "string" ? parseGlobalId(value) : undefined)?.entity ?? ""} `;
  }
  return key;
}

function slotted(value: unknown, type: GraphQLInputType, path: Path, isData: (type: GraphQLEnumType) => boolean): unknown {
  if (isNonNullType(type)) return slotted(value, type.ofType, path, isData);
  if (value === null || value === undefined || isPartOfTheQuestion(type, isData)) return value;
  if (isListType(type)) {
    const { ofType } = type;
    const item: GraphQLInputType = isNonNullType(ofType) ? ofType.ofType : ofType;
    const items = value as readonly unknown[];
    const leaves = isScalarType(item) || item instanceof GraphQLEnumType;
    if (leaves && !isPartOfTheQuestion(item, isData) && !items.includes(null)) return new Slot(path, entitiesIn(items));
    return items.map((one, at) => slotted(one, item, [...path, at], isData));
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => {
        const field = fields[name];
        return [name, field === undefined ? one : slotted(one, field.type, [...path, name], isData)];
      }),
    );
  }
  return new Slot(path, entitiesIn([value]));
}

function isPartOfTheQuestion(type: GraphQLInputType, isData: (type: GraphQLEnumType) => boolean): boolean {
  return type === GraphQLBoolean || (type instanceof GraphQLEnumType && !isData(type));
}

function entitiesIn(values: readonly unknown[]): readonly string[] {
  const names = values.flatMap((value) => (typeof value === "string" ? (parseGlobalId(value)?.entity ?? []) : []));
  return [...new Set(names)].sort();
}

/** Puts the values into the slots of an argument: a leaf, or a list of leaves. */
export function filled(source: unknown, variables: Readonly<Record<string, unknown>>): unknown {
  if (source instanceof Slot) return at(variables, source.path);
  return Array.isArray(source) ? source.map((item) => filled(item, variables)) : source;
}

function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) found = (found as Readonly<Record<string | number, unknown>>)[step];
  return found;
}
