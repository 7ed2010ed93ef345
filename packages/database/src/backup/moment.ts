import { randomInt } from "node:crypto";

import type { ClientBase } from "pg";

import type { Moment } from "./figures.ts";

/** A moment of the feed. */
export interface FeedMoment extends Moment {
  readonly generation: number;
}

/** Begins a transaction that sees one moment, and reads which. Nothing in it writes. */
export async function beginMoment(client: ClientBase): Promise<FeedMoment> {
  await client.query("begin isolation level repeatable read, read only");
  const { rows } = await client.query<FeedMoment>(
    `select pg_current_snapshot()::text as snapshot, xm.base()::text as base, (select max(generation)::int from xm.generation) as generation`,
  );
  if (rows[0] === undefined) throw new Error("The feed has no generation.");
  return rows[0];
}

/** Whether a database is a platform's. */
export async function hasPlatform(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>("select to_regclass('xm.generation') is not null as there");
  return rows[0]?.there === true;
}

/** The low 48 bits of a stamp are its transaction's. */
const BASE_STEP = 1n << 48n;

/**
 * What the feed's number is moved on by at most and at least. The original goes on counting, one for each migration, and its cursors must never
 * be taken for ours; nor those of another copy restored from the same backup.
 */
const [LEAST, MOST] = [10_000, 1_000_000];

/**
 * Begins the life of a restored copy: the feed has a new generation, so that whoever read the original's is told of a gap, and stamps have a
 * higher base, since here transactions count from somewhere else.
 *
 * @returns the generation
 */
export async function beginLife(client: ClientBase, reason: string): Promise<number> {
  const { rows } = await client.query<{ generation: number; base: string }>(
    "select max(generation)::int as generation, xm.base()::text as base from xm.generation",
  );
  const base = ((BigInt(rows[0]?.base ?? 0) >> 48n) + 1n) * BASE_STEP;
  const generation = (rows[0]?.generation ?? 0) + randomInt(LEAST, MOST);
  await client.query(`create or replace function xm.base() returns bigint stable parallel safe return ${base}`);
  await client.query("insert into xm.generation (generation, reason) overriding system value values ($1, $2)", [generation, reason]);
  await client.query("select setval(pg_get_serial_sequence('xm.generation', 'generation'), $1)", [generation]);
  return generation;
}
