import type { EntityManager } from "@mikro-orm/core";
import type { Enqueue, Entity, ReadContext, Tables } from "@xianmai/plugin-api";
import type { Kysely } from "kysely";
import type { ClientBase } from "pg";

import type { Orm } from "../mutate/orm.ts";
import { GrowingReadSet } from "../reads/read-set.ts";
import { runningAccess } from "./access.ts";
import { enqueueThrough, type IsDeclared } from "./context.ts";
import { readingKysely } from "./kysely.ts";

/** What plugins' code reads and writes with. */
export interface TransactionTools {
  readonly em: EntityManager;
  readonly db: ReadContext["db"];
  readonly enqueue: Enqueue;
}

/**
 * Runs code of plugins inside a running transaction that belongs to no request: what a resolver of a mutation has, over the rows that the
 * transaction's own settings let it see. What the unit of work changed is written when `work` resolves; nobody is told what was read.
 *
 * @param isDeclared which jobs can be queued in it
 */
export async function withinTransaction<Result>(
  orm: Orm,
  client: ClientBase,
  isDeclared: IsDeclared,
  work: (tools: TransactionTools) => Promise<Result>,
): Promise<Result> {
  const access = runningAccess(client);
  const kysely = readingKysely(access, new GrowingReadSet());
  const db = <const Read extends readonly Entity[]>(): Kysely<Tables<Read[number]>> => kysely as unknown as Kysely<Tables<Read[number]>>;
  return orm.within(access.query, async (em) => work({ em, db, enqueue: enqueueThrough(access, isDeclared) }));
}
