import type { Field } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLBoolean,
  GraphQLID,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLOutputType,
} from "graphql";

import { about, both, describe, inverseLabel } from "./describe.ts";
import { revisionFields, type RevisionTypes } from "./dictionary-revisions.ts";
import { valuesOf } from "./enums.ts";
import { carrying } from "./meaning.ts";
import { byResponseKey, nodeByResponseKey } from "./response-key.ts";
import type { Scalars } from "./scalars.ts";
import { stageHistoryField } from "./stage-changes.ts";

/** Makes `Node`, the interface of everything that has a global id. */
export function nodeInterface(): GraphQLInterfaceType {
  return new GraphQLInterfaceType({
    name: "Node",
    description: both("有全局标识的记录。", "A row that has a global id."),
    fields: { id: { type: new GraphQLNonNull(GraphQLID), description: both("全局标识", "Global id") } },
    resolveType: (value: unknown) => (value as { readonly __typename: string }).__typename,
  });
}

/** A field's type and arguments. */
type Typed = Pick<GraphQLFieldConfig<unknown, unknown>, "type" | "args">;

/** What the object type of an entity is made with. */
export interface ObjectParts {
  /** The entity of the unit tree: who refers to it for its scope inherits no row's. */
  readonly units: EntityModel | undefined;
  readonly node: GraphQLInterfaceType;
  readonly scalars: Scalars;
  readonly enums: ReadonlyMap<string, GraphQLEnumType>;
  object(entity: EntityModel): GraphQLObjectType;
  /** The list field of the rows that point at an entity. */
  list(entity: EntityModel): Typed;
  /** The field of sums and groups over them. */
  aggregates(entity: EntityModel): Typed;
  /** What its stage became, once; `undefined` where it has none. */
  readonly stageChange: GraphQLObjectType | undefined;
  /** The types of its revisions, where it is the dictionaries. */
  readonly revisions: RevisionTypes | undefined;
  /** What else its rows show. */
  more(): GraphQLFieldConfigMap<unknown, unknown>;
}

/** Makes the object type of an entity: id, columns, references, lists of what points here, added fields. */
export function entityObject(entity: EntityModel, parts: ObjectParts): GraphQLObjectType {
  return new GraphQLObjectType({
    name: entity.name,
    description: describe(entity.label),
    interfaces: [parts.node],
    extensions: carrying({ plugin: entity.plugin, entity }),
    fields: (): GraphQLFieldConfigMap<unknown, unknown> => ({
      id: {
        type: new GraphQLNonNull(GraphQLID),
        description: both("全局标识", "Global id"),
        resolve: byResponseKey,
        extensions: carrying({ kind: "id" }),
      },
      version: {
        type: new GraphQLNonNull(GraphQLString),
        description: both(
          "版本：记录每次变化后都不同，修改时写入 ifVersion",
          "The version: another one after every change of the row; to be handed to ifVersion",
        ),
        resolve: byResponseKey,
        extensions: carrying({ kind: "version" }),
      },
      ...Object.fromEntries(entity.columns.map((column) => [column.name, columnField(entity, column, parts)])),
      ...Object.fromEntries(
        entity.inverses.flatMap((inverse) => {
          const { entity: other } = inverse;
          const field = (typed: Typed, kind: "inverse" | "inverseAggregates", zh: string, en: string) => ({
            ...typed,
            description: about(inverseLabel(inverse), zh, en),
            resolve: byResponseKey,
            extensions: carrying({ kind, inverse }),
          });
          return [
            [inverse.name, field(parts.list(other), "inverse", "", "")],
            [inverse.aggregates, field(parts.aggregates(other), "inverseAggregates", "：分组汇总", ": figures, by group")],
          ];
        }),
      ),
      ...stageHistoryField(parts.stageChange),
      ...revisionFields(parts.revisions, parts.scalars),
      ...parts.more(),
      ...Object.fromEntries(entity.fields.map((field) => [field.name, addedField(field, parts.scalars)])),
    }),
  });
}

function columnField(entity: EntityModel, column: ColumnModel, parts: ObjectParts): GraphQLFieldConfig<unknown, unknown> {
  const { target } = column;
  if (column.kind === "subject") {
    return {
      type: parts.node,
      description: describe(column.label),
      resolve: nodeByResponseKey,
      extensions: carrying({ kind: "subject", column }),
    };
  }
  const type = target === undefined ? leafType(column, parts.scalars, parts.enums) : parts.object(target);
  const certain = target === undefined ? column.required : isCertain(entity, column, parts.units);
  return {
    type: certain ? new GraphQLNonNull(type) : type,
    description: describe(column.label),
    resolve: byResponseKey,
    extensions: carrying(target === undefined ? { kind: "column", column } : { kind: "reference", column }),
  };
}

/** The type of a value that a column holds itself, without its nullability. */
export function leafType(
  column: ColumnModel,
  scalars: Scalars,
  enums: ReadonlyMap<string, GraphQLEnumType>,
): GraphQLEnumType | Exclude<ReturnType<typeof plainType>, undefined> {
  const type = plainType(column, scalars) ?? enums.get(valuesOf(column)?.name ?? "");
  if (type === undefined) throw new Error(`Column ${column.name} (${column.kind}) has no scalar type.`);
  return type;
}

function plainType(column: ColumnModel, scalars: Scalars) {
  switch (column.kind) {
    case "text":
      return GraphQLString;
    case "texts":
      return new GraphQLList(new GraphQLNonNull(GraphQLString));
    case "integer":
      return GraphQLInt;
    case "boolean":
      return GraphQLBoolean;
    case "money":
    case "decimal":
    case "percent":
      return scalars.Decimal;
    case "date":
      return scalars.Date;
    case "yearMonth":
      return scalars.YearMonth;
    case "dateTime":
      return scalars.DateTime;
    case "choice":
    case "stage":
    case "entry":
    case "reference":
    case "self":
    case "subject":
      return undefined;
  }
}

/** Whether a reference is never null in an answer: required, and its target open to everyone or the parent that lends the row its scope. */
function isCertain(entity: EntityModel, column: ColumnModel, units: EntityModel | undefined): boolean {
  const { target } = column;
  if (!column.required || target === undefined) return false;
  return isOpen(target) || (readScope(entity) === column.name && target !== units);
}

/** Whether every row of an entity may be read by anyone. */
export function isOpen(entity: EntityModel): boolean {
  return readScope(entity) === "everyone";
}

function readScope(entity: EntityModel): string | readonly string[] {
  const { scope } = entity.entity.definition.head;
  return typeof scope === "object" && "read" in scope ? scope.read : scope;
}

function addedField(field: Field, scalars: Scalars): GraphQLFieldConfig<unknown, unknown> {
  const types: Readonly<Record<Field["type"], GraphQLOutputType>> = {
    text: GraphQLString,
    integer: GraphQLInt,
    boolean: GraphQLBoolean,
    decimal: scalars.Decimal,
    money: scalars.Decimal,
  };
  return {
    type: types[field.type],
    description: describe(field.label),
    resolve: byResponseKey,
    extensions: carrying({ kind: "added", field }),
  };
}
