import { onTestFinished } from "vitest";
import { countyViewer, fixedClock, type Instant, type Language, type Viewer } from "@xianmai/plugin-api";
import { createReadPool, createWritePool, migrate, type ReadPool, type WritePool } from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";
import { createTestDatabase } from "@xianmai/database/testing";
import {
  GraphQLObjectType,
  GraphQLSchema,
  parse,
  specifiedDirectives,
  validate,
  type ExecutionResult,
  type GraphQLFieldConfigMap,
} from "graphql";
import { Client } from "pg";

import {
  createEntityTypes,
  createExecutor,
  createOrm,
  mutationFields,
  queryFields,
  resultText,
  type EntityTypes,
  type Executor,
  type Orm,
  type RawResult,
} from "@xianmai/query";

import { county } from "./plugin.ts";

type Fields = GraphQLFieldConfigMap<unknown, unknown>;

export interface CountyOptions {
  readonly query?: (types: EntityTypes) => Fields;
  readonly mutation?: (types: EntityTypes) => Fields;
  readonly subscription?: (types: EntityTypes) => Fields;
}

export interface Asked {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly language?: Language;
  readonly viewer?: Viewer;
}

/** A platform over the county's entities, with a database of the test's own. */
export interface CountyPlatform {
  readonly schema: GraphQLSchema;
  readonly types: EntityTypes;
  readonly executor: Executor;
  readonly owner: Client;
  readonly readPool: ReadPool;
  readonly writePool: WritePool;
  readonly orm: Orm;
  /** Runs an operation; the answer as a client would have it. */
  readonly answer: (document: string, asked?: Asked) => Promise<ExecutionResult>;
  /** The same without its moment. */
  readonly ask: (document: string, asked?: Asked) => Promise<ExecutionResult>;
  /** The bytes of the answer, without its moment. */
  readonly text: (document: string, asked?: Asked) => Promise<string>;
  /** The round trips since the last call: how many statements each had. */
  readonly roundTrips: () => readonly number[];
}

export const CLOCK = fixedClock("2023-11-20T01:00:00.000Z" as Instant, "Asia/Shanghai");

export function createSchema(types: EntityTypes, options: CountyOptions = {}): GraphQLSchema {
  const object = (name: string, fields: Fields): GraphQLObjectType => new GraphQLObjectType({ name, fields });
  return new GraphQLSchema({
    query: object("Query", { ...queryFields(types), ...options.query?.(types) }),
    mutation: object("Mutation", { ...mutationFields(types), ...options.mutation?.(types) }),
    ...(options.subscription === undefined ? {} : { subscription: object("Subscription", options.subscription(types)) }),
    directives: [...specifiedDirectives, types.asOf],
    types: types.all,
  });
}

export async function openCounty(options: CountyOptions = {}): Promise<CountyPlatform> {
  const prepare = async ({ owner }: { readonly owner: ConnectionSettings }): Promise<void> => {
    await migrate({ owner, model: county, log: () => undefined });
  };
  const database = await createTestDatabase({ name: "query: county", prepare });
  const types = createEntityTypes(county);
  const schema = createSchema(types, options);
  const readPool = createReadPool(database.app, { size: 2 });
  const writePool = createWritePool(database.app, { size: 2 });
  const orm = createOrm({ model: county, app: database.app });
  const owner = new Client(database.owner);
  await owner.connect();
  onTestFinished(async () => {
    await Promise.all([readPool.close(), writePool.close(), orm.close(), owner.end()]);
    await database.drop();
  });
  let trips: number[] = [];
  const executor = createExecutor({ schema, types, readPool, writePool, orm, observe: ({ statements }) => trips.push(statements) });
  const documents = new Map<string, ReturnType<typeof parse>>();
  const run = async (
    source: string,
    { variables, language = "en", viewer = countyViewer }: Asked = {},
  ): Promise<ExecutionResult | RawResult> => {
    const document = documents.get(source) ?? parse(source);
    documents.set(source, document);
    const errors = validate(schema, document);
    if (errors.length > 0) throw new Error(errors.map(String).join("\n"));
    return executor.execute({ document, variables, context: { viewer, clock: CLOCK, language } });
  };
  const text = async (source: string, asked?: Asked): Promise<string> => {
    const { data, errors } = await run(source, asked);
    return resultText((errors === undefined ? { data } : { errors, data }) as RawResult);
  };
  return {
    schema,
    types,
    executor,
    owner,
    readPool,
    writePool,
    orm,
    text,
    answer: async (source, asked) => JSON.parse(resultText(await run(source, asked))) as ExecutionResult,
    ask: async (source, asked) => JSON.parse(await text(source, asked)) as ExecutionResult,
    roundTrips: () => {
      const since = trips;
      trips = [];
      return since;
    },
  };
}
