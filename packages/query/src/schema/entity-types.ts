import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { entityOf } from "@xianmai/plugin-api/model";
import {
  GraphQLNonNull,
  type GraphQLDirective,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLEnumType,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from "graphql";

import { asOfDirective } from "./as-of.ts";
import { aggregateField, aggregateTypes, figureTypes, type AggregateField, type AggregateTypes } from "./aggregates.ts";
import { connectionTypes, listArguments, pageInfoType, type ConnectionTypes } from "./connections.ts";
import { commonEnums, valueEnums } from "./enums.ts";
import { entityFilters, operatorFilters, type EntityFilters } from "./filters.ts";
import { entityObject, nodeInterface } from "./objects.ts";
import { entityOrder } from "./orders.ts";
import { problemType } from "./problems.ts";
import { Readings } from "./readings.ts";
import { refuseReservedNames } from "./reserved.ts";
import { createScalars, type Scalars } from "./scalars.ts";

/** The GraphQL types of one entity. */
export interface EntityTypeSet extends EntityFilters, ConnectionTypes, AggregateTypes {
  readonly entity: EntityModel;
  readonly object: GraphQLObjectType;
  readonly order: GraphQLInputObjectType;
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
}

/**
 * Makes the GraphQL types of declared entities: objects, enums, scalars, filters, orders, connections, aggregates, each described in both languages.
 *
 * @throws Refusal COLUMN_NAME_RESERVED
 */
export function createEntityTypes(model: Model, { timeZone = "Asia/Shanghai" }: EntityTypeOptions = {}): EntityTypes {
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
  for (const entity of model.entities) {
    const made = entityObject(entity, { units: model.units?.entity, node, scalars, enums, object, list, aggregates });
    sets.set(entity, {
      entity,
      object: made,
      order: entityOrder(entity, common.direction, (target) => of(target).order),
      ...connectionTypes(entity, made, pageInfo),
      ...entityFilters(entity, operators, of),
      ...aggregateTypes(entity, { scalars, enums, bucket: common.bucket, figures, object }),
    });
  }
  return {
    model,
    scalars,
    node,
    asOf: asOfDirective(scalars.DateTime),
    problem,
    enums,
    readings: new Readings(),
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
      ...[...sets.values()].flatMap(typesOf),
    ],
  };
}

function typesOf(set: EntityTypeSet): readonly GraphQLNamedType[] {
  const { object, connection, edge, filter, reference, list, order, group, grouping } = set;
  return [object, connection, edge, filter, reference, list, order, group, ...(grouping === undefined ? [] : Object.values(grouping))];
}
