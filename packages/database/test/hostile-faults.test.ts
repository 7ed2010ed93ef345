import { setTimeout as delay } from "node:timers/promises";

import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";

import { migrate, type Change, type FeedReset } from "@xianmai/database";
import { entityOf } from "@xianmai/plugin-api/model";

import { meet, transaction } from "./hostile/acts.ts";
import { makeCluster, type Cluster, type Victim } from "./hostile/cluster.ts";
import { Follower } from "./hostile/follower.ts";
import { Ledger, type Fate } from "./hostile/ledger.ts";
import { Mirror, present } from "./hostile/mirror.ts";
import { connect, finish, write, type Asked, type Feat } from "./hostile/writer.ts";
import { query } from "./postgres/harness.ts";
import { county as model } from "./sample.ts";

const WRITERS = 5;
const ROUNDS = 12;

/**
 * When the kill comes: so many milliseconds after the first writer's start; so many microseconds after PostgreSQL has been asked for the so-manieth
 * time to commit or to prepare; or when all writers have ended and so many numbers of transactions are used up.
 */
type Strike = { readonly after: number } | { readonly asked: number; readonly microseconds: number } | { readonly usedUp: number };

interface Round {
  /** What each writer does until PostgreSQL is killed, and from when it is back. */
  readonly before: readonly (readonly Feat[])[];
  readonly after: readonly (readonly Feat[])[];
  readonly victim: Victim;
  readonly strike: Strike;
  /** When the feed is read, beside before the kill, where nobody writes, and in the end. */
  readonly reads: "all the time" | "after the kill" | "never";
}

const feat: fc.Arbitrary<Feat> = fc
  .tuple(transaction, fc.constantFrom<Fate[]>("at once", "at once", "after the crash", "last", "never"))
  .map(([one, fate]) => ({ ...one, fate }));

const program = fc.array(fc.array(feat, { minLength: 1, maxLength: 5 }), { minLength: WRITERS, maxLength: WRITERS });

const round: fc.Arbitrary<Round> = fc.record({
  before: program,
  after: program,
  victim: fc.constantFrom<Victim[]>("postmaster", "everything", "everything", "session"),
  strike: fc.oneof(
    { weight: 2, arbitrary: fc.record({ after: fc.integer({ min: 1, max: 300 }) }) },
    { weight: 4, arbitrary: fc.record({ asked: fc.integer({ min: 1, max: 8 }), microseconds: fc.integer({ min: 0, max: 1500 }) }) },
    { weight: 2, arbitrary: fc.record({ usedUp: fc.integer({ min: 1, max: 40 }) }) },
  ),
  reads: fc.constantFrom("all the time", "after the kill", "never"),
});

/** By its rows transactions are known. */
const witnesses = entityOf(model, "Dictionary");
const entities = [entityOf(model, "Unit"), entityOf(model, "Work"), witnesses];

/** Vacuums and checkpoints until it is told to stop, or PostgreSQL is gone. */
async function tidy(cluster: Cluster, stop: AbortSignal): Promise<void> {
  const client = await connect(cluster.superuser);
  try {
    while (!stop.aborted) {
      // what is prepared keeps the tables' ends from being cut off, for which vacuum would wait five seconds
      await client.query("vacuum (freeze, truncate false) app.unit, app.work, xmh.unit, xmh.work, xm.change");
      await client.query("checkpoint");
    }
  } catch {
    // killed, or somebody has held a table for too long
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Works, and reads the feed meanwhile where it is to be read all the time. */
async function during(work: Promise<unknown>, follower: Follower, { reads }: Round): Promise<void> {
  let working = true;
  const ended = work.finally(() => {
    working = false;
  });
  const reading = (async () => {
    while (reads === "all the time" && working) await follower.step();
  })();
  await Promise.all([ended, reading]);
}

async function writeAll(
  cluster: Cluster,
  programs: readonly (readonly Feat[])[],
  ledger: Ledger,
  asked: Asked = () => undefined,
): Promise<void> {
  const stop = new AbortController();
  const tidying = tidy(cluster, stop.signal);
  await Promise.all(programs.map(async (feats) => write(cluster.owner, feats, ledger, asked))).finally(() => stop.abort());
  await tidying;
}

/** Lets writers write, and PostgreSQL be killed amid them or when they have ended, and started again. */
async function struck(cluster: Cluster, follower: Follower, ledger: Ledger, round: Round): Promise<void> {
  const { before, victim, strike } = round;
  const shoot = await cluster.aim(victim);
  let shot: Promise<void> | undefined;
  const kill = async (session?: number): Promise<void> => {
    shot ??= shoot(session).then(async () => (victim === "session" ? undefined : cluster.restart()));
    return shot;
  };
  let times = 0;
  const asked = (session: number): void => {
    times += 1;
    if (!("asked" in strike) || times !== strike.asked) return;
    // no timer is as fine as what is to be met: before, amid and after the commit
    for (const until = performance.now() + strike.microseconds / 1000; performance.now() < until;);
    // whoever ends the round hears how it went
    kill(session).catch(() => undefined);
  };
  const later = "after" in strike ? delay(strike.after).then(async () => kill()) : undefined;
  await during(Promise.all([writeAll(cluster, before, ledger, asked), later]), follower, round);
  if ("usedUp" in strike) {
    // these transactions are over, and no crash remembers them
    await query(cluster.owner, "begin; select pg_current_xact_id(); rollback; ".repeat(strike.usedUp));
    await follower.step();
  }
  await kill();
  // it may be recovering yet
  await (await connect(cluster.owner)).end();
}

/** Ends the prepared transactions that wait for it now. */
async function finishThose(cluster: Cluster, ledger: Ledger, which: (fate: Fate) => boolean): Promise<void> {
  const waiting = [...ledger.prepared].filter(([, fate]) => which(fate));
  const client = await connect(cluster.owner);
  for (const [id, fate] of waiting) await finish(client, id, fate, ledger);
  await client.end();
}

/** @returns what was acknowledged and is not so, or is so and was never asked for */
async function settled(cluster: Cluster, ledger: Ledger): Promise<ReturnType<Ledger["settle"]>> {
  const there = await query<{ id: string }>(cluster.owner, `select id from app.${witnesses.table} where code = id::text`);
  const prepared = await query<{ gid: string }>(cluster.owner, "select gid from pg_prepared_xacts");
  return ledger.settle(new Set(there.map(({ id }) => id)), new Set(prepared.map(({ gid }) => gid)));
}

/** How often it was told that a transaction's own row was added and changed: once each, of every one that was committed, and of no other. */
class Tales {
  readonly #told = new Map<string, string>();

  readonly hear = (changes: readonly Change[]): void => {
    for (const { table, operation, keys } of changes) {
      if (table !== witnesses.table) continue;
      for (const id of keys ?? []) this.#told.set(id, (this.#told.get(id) ?? "") + operation);
    }
  };

  wrong(done: ReadonlySet<string>): readonly string[] {
    return [...new Set([...this.#told.keys(), ...done])].filter((id) => this.#told.get(id) !== (done.has(id) ? "IU" : undefined));
  }
}

test(
  "kill -9 of PostgreSQL amid writers of every kind: what was acknowledged is there, what was prepared may still be committed, and who reads the feed alone knows the tables",
  { timeout: 120_000 },
  async () => {
    const cluster = await makeCluster();
    onTestFinished(() => cluster.remove());
    await migrate({ owner: cluster.owner, model, log: () => undefined });
    const [ledger, mirror, tales] = [new Ledger(), new Mirror(entities), new Tales()];
    const follower = new Follower(cluster.app, mirror, tales.hear);
    onTestFinished(() => follower.close());
    await follower.step();
    for (const [name, row] of await present(cluster.app, entities)) mirror.rows.set(name, row);
    const first = await connect(cluster.owner);
    await meet(first);
    await first.end();

    const agree = async (resets: readonly FeedReset[]): Promise<void> => {
      // whoever finds out that it was thrown out connects again
      expect((await follower.step()) || (await follower.step())).toBe(true);
      expect(follower.resets).toEqual(resets);
      expect(tales.wrong(ledger.done)).toEqual([]);
      expect(mirror.rows).toEqual(await present(cluster.app, entities));
    };
    await fc.assert(
      fc.asyncProperty(round, async (one) => {
        await query(cluster.owner, "delete from app.work; delete from app.unit where code not like 'u_'");
        const resets: readonly FeedReset[] = [...follower.resets, ...(one.victim === "session" ? [] : ["restart" as const])];
        await struck(cluster, follower, ledger, one);
        expect(await settled(cluster, ledger)).toEqual({ lost: [], strange: [] });
        if (one.reads !== "never") await agree(resets);

        const finishing = finishThose(cluster, ledger, (fate) => fate !== "last");
        await during(Promise.all([writeAll(cluster, one.after, ledger), finishing]), follower, one);
        await finishThose(cluster, ledger, () => true);
        expect(await settled(cluster, ledger)).toEqual({ lost: [], strange: [] });
        await agree(resets);
      }),
      { numRuns: ROUNDS, endOnFailure: true },
    );
  },
);
