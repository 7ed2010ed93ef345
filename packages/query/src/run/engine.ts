import { settingsOf, type ReadPool, type Settings, type WritePool } from "@xianmai/database";
import type { Field } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import type { GraphQLSchema } from "graphql";

import type { Orm } from "../mutate/orm.ts";
import type { PreparedOperation } from "../plan/prepared.ts";
import type { Shape } from "../plan/slots.ts";
import type { EntityTypes } from "../schema/entity-types.ts";
import { poolAccess, sessionAccess, type Access } from "./access.ts";
import { readContext, type Missed } from "./context.ts";
import type { ContextOf } from "./load-added.ts";
import type { RequestContext } from "./request.ts";
import type { ViewerSettings } from "./viewer-settings.ts";

/** What code of a plugin's reads the database: an added field, or a root field by its name. */
export type Reader = Field | string;

/** What was sent to the database in one round trip. */
export interface BatchObservation {
  readonly operation: string | undefined;
  readonly statements: number;
}

/** What every operation of an executor is run with. */
export interface Engine {
  readonly schema: GraphQLSchema;
  readonly types: EntityTypes;
  readonly readPool: ReadPool;
  readonly writePool: WritePool;
  readonly orm: Orm;
  readonly settings: ViewerSettings;
  /** Plugins' code that was seen reading the database: it is given a session from the start. */
  readonly readers: Set<Reader>;
  readonly observe: ((observation: BatchObservation) => void) | undefined;
}

/** An operation with everything that one run of it needs. */
export interface Run {
  readonly prepared: PreparedOperation;
  readonly shape: Shape;
  /** As the client sent them. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Coerced to their types. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly request: RequestContext;
}

/** The settings under which a request writes, and reads what it has written. */
export function readSettings({ viewer, clock }: RequestContext): Settings {
  return { ...settingsOf(viewer), timeZone: clock.timeZone };
}

/** The entity whose rows decide which rows the viewer sees: the units, for whoever sees those of some units alone. */
export function readsByUnits({ types }: Engine, { request }: Run): EntityModel | undefined {
  return settingsOf(request.viewer).units === undefined ? undefined : types.model.units?.entity;
}

/** Tells whoever watches of every round trip. */
export function observed(engine: Engine, { prepared }: Run, access: Access): Access {
  const { observe } = engine;
  if (observe === undefined) return access;
  const operation = prepared.operation.name?.value;
  return {
    hasClient: access.hasClient,
    moment: access.moment,
    batch: (statements) => {
      if (statements.length > 0) observe({ operation, statements: statements.length });
      return access.batch(statements);
    },
    query: async (work) => {
      observe({ operation, statements: 1 });
      return access.query(work);
    },
  };
}

/** Called by `read` with the database as it may be used, and what to tell when that was not enough. */
export type Reading<Result> = (access: Access, missed: (reader: Reader) => void) => Promise<Result>;

/** Where and for whom something is read. */
export interface ReadParts {
  /** The present, or a past. */
  readonly pool: ReadPool;
  /** The plugins' code that takes part. */
  readonly readers: readonly Reader[];
  /** Whether a session is needed whatever they do. */
  readonly session: boolean;
}

/**
 * Reads in one snapshot. What only sends statements takes one round trip and holds nothing. Where a plugin's own code turns out to query the
 * database, which one cannot see before, the reading is begun anew in a session, and that code has a session from then on.
 */
export function read<Result>(engine: Engine, run: Run, { pool, readers, session }: ReadParts, reading: Reading<Result>): Promise<Result> {
  const settings = engine.settings.of(run.request);
  // without any code there is nothing that could turn out
  if (!session && readers.length === 0)
    return reading(observed(engine, run, poolAccess(pool, settings, run.request.signal)), () => undefined);
  return readWithCode(engine, run, { pool, readers, session }, settings, reading);
}

async function readWithCode<Result>(
  engine: Engine,
  run: Run,
  { pool, readers, session }: ReadParts,
  settings: Settings,
  reading: Reading<Result>,
): Promise<Result> {
  const { signal } = run.request;
  if (!session && !readers.some((reader) => engine.readers.has(reader))) {
    const missed = new Set<Reader>();
    const result = await settled(reading(observed(engine, run, poolAccess(pool, settings, signal)), (reader) => missed.add(reader)));
    if (missed.size === 0) return unwrapped(result);
    for (const reader of missed) engine.readers.add(reader);
  }
  return pool.session(settings, async (held) => reading(observed(engine, run, sessionAccess(held)), () => undefined), signal);
}

async function settled<Result>(promise: Promise<Result>): Promise<PromiseSettledResult<Result>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

function unwrapped<Result>(result: PromiseSettledResult<Result>): Result {
  if (result.status === "fulfilled") return result.value;
  throw result.reason;
}

/** The context of an added field's code. */
export function fieldContext(request: RequestContext, access: Access, missed: (reader: Reader) => void): ContextOf {
  return (field, reads) => readContext(request, () => access, ((): void => missed(field)) satisfies Missed, reads);
}
