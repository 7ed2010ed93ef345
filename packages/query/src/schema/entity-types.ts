import { scopesOf, writableSql } from "@xianmai/database";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { entityOf } from "@xianmai/plugin-api/model";
import {
  GraphQLNonNull,
  type GraphQLDirective,
  type GraphQLFieldConfigMap,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLEnumType,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from "graphql";

import { asOfDirective } from "./as-of.ts";
import { aggregateField, aggregateTypes, figureTypes, type AggregateField, type AggregateTypes } from "./aggregates.ts";
import { connectionTypes, listArguments, pageInfoType, type ConnectionTypes } from "./connections.ts";
import { revisionTypes } from "./dictionary-revisions.ts";
import { commonEnums, stepValues, valueEnums } from "./enums.ts";
import { entityFilters, operatorFilters, type EntityFilters } from "./filters.ts";
import { entityObject, nodeInterface } from "./objects.ts";
import { entityOrder } from "./orders.ts";
import { problemType } from "./problems.ts";
import { Readings } from "./readings.ts";
import { refuseReservedNames } from "./reserved.ts";
import { createScalars, type Scalars } from "./scalars.ts";
import { changedByType, stageChangeType } from "./stage-changes.ts";
import { stageFiguresType } from "./stage-figures.ts";

/** The GraphQL types of one entity. */
export interface EntityTypeSet extends EntityFilters, ConnectionTypes, AggregateTypes {
  readonly entity: EntityModel;
  readonly object: GraphQLObjectType;
  readonly order: GraphQLInputObjectType;
  /** The enum of its steps, where it has any. */
  readonly steps: GraphQLEnumType | undefined;
  /** What its stage became, once: the items of `stageHistory`. */
  readonly stageChange: GraphQLObjectType | undefined;
  /** The figures of one of its stages. */
  readonly stageFigures: GraphQLObjectType | undefined;
}

/** The GraphQL types of a composition: graphql-js objects, made from the model alone. */
export interface EntityTypes {
  readonly model: Model;
  readonly scalars: Scalars;
  readonly node: GraphQLInterfaceType;
  /** `@asOf`. */
  readonly asOf: GraphQLDirective;
  /** An expected failure in a payload. */
  readonly problem: GraphQLObjectType;
  /** The enums of choices and stages by name. */
  readonly enums: ReadonlyMap<string, GraphQLEnumType>;
  /** How long the periods are into which dates are grouped. */
  readonly bucket: GraphQLEnumType;
  /** Whether whoever asks may write a row of an entity, as SQL over the SQL of its key. */
  writable(entity: EntityModel, id: string): string;
  /** How characters are read, for searches. */
  readonly readings: Readings;
  /** The types of an entity. @throws Error for one that is not in the model: a mistake of the caller */
  of(entity: EntityModel | string): EntityTypeSet;
  /** Every type, also those that no root field leads to. `pluginOf` tells whose each is. */
  readonly all: readonly GraphQLNamedType[];
}

/** What differs from county to county. */
export interface EntityTypeOptions {
  /** IANA name of the time zone in which `DateTime` is shown: Asia/Shanghai unless given. */
  readonly timeZone?: string;
  /** What rows show besides what they are and what refers to them: fields made by `rowField`. Asked once for each entity. */
  readonly fields?: (entity: EntityModel, types: EntityTypes) => GraphQLFieldConfigMap<unknown, unknown>;
}

/**
 * Makes the GraphQL types of declared entities: objects, enums, scalars, filters, orders, connections, aggregates, each described in both languages.
 *
 * @throws Refusal COLUMN_NAME_RESERVED
 */
export function createEntityTypes(model: Model, { timeZone = "Asia/Shanghai", fields = () => ({}) }: EntityTypeOptions = {}): EntityTypes {
  refuseReservedNames(model);
  const scalars = createScalars(timeZone);
  const enums = valueEnums(model);
  const common = commonEnums();
  const operators = operatorFilters(scalars, enums);
  const node = nodeInterface();
  const pageInfo = pageInfoType();
  const figures = figureTypes(scalars);
  const problem = problemType();
  const sets = new Map<EntityModel, EntityTypeSet>();
  const of = (entity: EntityModel | string): EntityTypeSet => {
    const set = sets.get(typeof entity === "string" ? entityOf(model, entity) : entity);
    if (set === undefined)
      throw new Error(`These types were made from another model than that of ${typeof entity === "string" ? entity : entity.name}.`);
    return set;
  };
  const object = (entity: EntityModel): GraphQLObjectType => of(entity).object;
  const list = (entity: EntityModel): { type: GraphQLNonNull<GraphQLObjectType>; args: ReturnType<typeof listArguments> } => ({
    type: new GraphQLNonNull(of(entity).connection),
    args: listArguments(of(entity).filter, of(entity).order, true),
  });
  const aggregates = (entity: EntityModel): AggregateField => aggregateField(of(entity));
  const { people } = model;
  const changedBy = changedByType(people === undefined ? undefined : () => object(people.entity));
  const dictionary = model.dictionaries?.dictionary;
  const revisions = dictionary === undefined ? undefined : revisionTypes(dictionary, scalars, changedBy);
  for (const entity of model.entities) {
    const steps = stepValues(entity);
    const stageChange = stageChangeType(entity, { scalars, enums, steps, by: changedBy });
    const parts = {
      units: model.units?.entity,
      node,
      scalars,
      enums,
      object,
      list,
      aggregates,
      stageChange,
      revisions: entity === dictionary ? revisions : undefined,
      more: () => fields(entity, types),
    };
    const made = entityObject(entity, parts);
    sets.set(entity, {
      entity,
      object: made,
      steps,
      stageChange,
      stageFigures: stageFiguresType(entity, { scalars, enums, worksByCalendar: model.calendar !== undefined }),
      order: entityOrder(entity, common.direction, (target) => of(target).order),
      ...connectionTypes(entity, made, pageInfo),
      ...entityFilters(entity, operators, of),
      ...aggregateTypes(entity, { scalars, enums, bucket: common.bucket, figures, object }),
    });
  }
  const types: EntityTypes = {
    model,
    scalars,
    node,
    asOf: asOfDirective(scalars.DateTime),
    problem,
    enums,
    bucket: common.bucket,
    readings: new Readings(),
    writable: writableBy(model),
    of,
    all: [
      scalars.Decimal,
      scalars.Date,
      scalars.DateTime,
      scalars.YearMonth,
      common.direction,
      common.bucket,
      figures.integer,
      figures.decimal,
      ...enums.values(),
      ...operators.all,
      node,
      pageInfo,
      problem,
      ...(revisions === undefined ? [] : [revisions.revision, revisions.change, revisions.kind, revisions.term]),
      ...[...sets.values()].flatMap(typesOf),
    ],
  };
  return types;
}

/** Scopes are found when they are first asked for: a model without any has types all the same. */
function writableBy(model: Model): EntityTypes["writable"] {
  let scopes: ReadonlyMap<string, ReturnType<typeof scopesOf>[number]> | undefined;
  return ({ table, name }, id) => {
    scopes ??= new Map(scopesOf(model).map((scope) => [scope.table, scope]));
    const scope = scopes.get(table);
    if (scope === undefined) throw new Error(`The scope of ${name} is not known.`);
    return writableSql(scope, id);
  };
}

function typesOf(set: EntityTypeSet): readonly GraphQLNamedType[] {
  const { object, connection, edge, filter, reference, list, order, group, grouping, steps, stageChange, stageFigures } = set;
  return [
    object,
    connection,
    edge,
    filter,
    reference,
    list,
    order,
    group,
    ...(grouping === undefined ? [] : Object.values(grouping)),
    ...[steps, stageChange, stageFigures].filter((type) => type !== undefined),
  ];
}
