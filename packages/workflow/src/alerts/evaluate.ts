import type { ReadPool, Settings, WritePool } from "@xianmai/database";
import type { Clock, Id, Instant, ReadContext } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";
import { kyselyOver } from "@xianmai/query";
import type { ClientBase } from "pg";

import { nextMoment, readClocks, type StagedRow } from "../clock-reading.ts";
import type { ClockRule, DeclaredRule } from "./alert-rules.ts";
import { bringAbout, type BroughtAbout } from "./bring-about.ts";
import { standingAlerts } from "./clock-alerts.ts";

/** What alerts are worked out with. */
export interface Evaluation {
  readonly model: Model;
  readonly writePool: WritePool;
  readonly readPool: ReadPool;
  readonly clock: Clock;
  /** Stops what PostgreSQL is doing for it: what is under way is undone. */
  readonly signal?: AbortSignal;
  /** Told in the transaction in which inbox items come into being, so that whatever it writes comes with them or not at all. */
  readonly onItems?: (client: ClientBase, items: readonly string[]) => Promise<void>;
}

/** The platform itself, in the records of who changed what. */
const ACTOR = "xianmai";
/** One evaluation after the other in the whole database, whatever the nodes; beside the sealer's and the migrations' locks. */
const LOCK = "130726, 14";

/** Raises and clears what a declared alert says, of some rows or of all. */
export async function evaluateDeclared(evaluation: Evaluation, rule: DeclaredRule, keys: readonly string[] | null): Promise<BroughtAbout> {
  const { clock } = evaluation;
  const { alert, entity } = rule;
  return alone(evaluation, `alert:${alert.name}`, async (client) => {
    const { text, values } = rule.find(clock);
    const at = values.length;
    const standing = {
      text: `select $${at + 1}::text as rule, f.id, 0 as level, $${at + 2}::text as zh, $${at + 3}::text as en, $${at + 4}::text as severity from (${text}) f`,
      values: [...values, alert.name, alert.label.zh, alert.label.en, alert.severity],
    };
    return bringAbout(client, { entity, concerned: rule.concerned, rules: rule.names, keys, now: clock.now(), standing });
  });
}

/** Rows whose clocks are looked at, in one transaction. */
const PORTION = 500;

/**
 * Raises and clears what the clocks of an entity's rows call for.
 *
 * @param keys the rows; those that are not there any more count for nothing
 * @param next is told when each of them is to be looked at again
 */
export async function evaluateClocks(
  evaluation: Evaluation,
  rule: ClockRule,
  keys: readonly string[],
  next: (key: string, at: Instant | undefined) => void,
): Promise<void> {
  for (let at = 0; at < keys.length; at += PORTION) await evaluatePortion(evaluation, rule, keys.slice(at, at + PORTION), next);
}

async function evaluatePortion(
  evaluation: Evaluation,
  rule: ClockRule,
  keys: readonly string[],
  next: (key: string, at: Instant | undefined) => void,
): Promise<void> {
  const { clock } = evaluation;
  const { entity } = rule;
  await alone(evaluation, `clocks:${entity.name}`, async (client) => {
    const now = clock.now();
    const readings = await readRows(evaluation, rule, keys);
    const standing = [...readings].flatMap(([id, reading]) => standingAlerts(entity.entity, reading, now).map((one) => ({ id, ...one })));
    const brought = await bringAbout(client, {
      entity,
      concerned: rule.concerned,
      rules: rule.names,
      keys,
      now,
      standing: {
        text: "select * from unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[]) c(rule, id, level, zh, en, severity)",
        values: (["rule", "id", "level", "zh", "en", "severity"] as const).map((name) => standing.map((one) => one[name])),
      },
    });
    for (const key of keys) {
      const reading = readings.get(key as Id<string>);
      next(key, reading === undefined ? undefined : nextMoment(reading, now));
    }
    return brought;
  });
}

/** Reads rows with their clocks in one snapshot, which is taken while nobody else evaluates. */
async function readRows({ model, readPool, clock }: Evaluation, { entity, stage }: ClockRule, keys: readonly string[]) {
  return readPool.session(settings(clock), async ({ client }) => {
    const { rows } = await client.query<StagedRow>(
      `select id, "${stage.column.column}" as stage from app."${entity.table}" where id = any ($1::uuid[])`,
      [keys],
    );
    const db = kyselyOver(client);
    const { readings } = await readClocks(model, entity, rows, { clock, db: (() => db) as unknown as ReadContext["db"] });
    return readings;
  });
}

/** The rows whose clocks run or stand still, and those about which an alert of a clock is open. */
export async function clockedRows({ readPool, clock }: Evaluation, { entity, stage, names }: ClockRule): Promise<readonly string[]> {
  const states = Object.entries(stage.lifecycle.states).flatMap(([name, state]) =>
    state.clock === undefined && state.pauses !== true ? [] : [name],
  );
  return readPool.session(settings(clock), async ({ client }) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from app."${entity.table}" where "${stage.column.column}" = any ($1::text[])
       union select subject_id from app.alert where rule = any ($2::text[]) and cleared_at is null`,
      [states, names],
    );
    return rows.map(({ id }) => id);
  });
}

/** Clears what rules have raised that nobody declares any more. @param names the rules that there are */
export async function clearForgotten(evaluation: Evaluation, names: readonly string[]): Promise<void> {
  await alone(evaluation, "alerts", async (client) => {
    await client.query(
      `with cleared as (update app.alert set cleared_at = $1 where cleared_at is null and rule <> all ($2::text[]) returning id)
       update app.inbox_item i set done_at = $1 from cleared c where i.alert_id = c.id and i.done_at is null`,
      [evaluation.clock.now(), names],
    );
    return { raised: 0, cleared: 0, items: [] };
  });
}

function settings({ timeZone }: Clock): Settings {
  return { role: "xm_all", actor: ACTOR, timeZone };
}

/** Runs `work` in a transaction, while nobody else does the same. */
async function alone(
  { writePool, clock, onItems, signal }: Evaluation,
  origin: string,
  work: (client: ClientBase) => Promise<BroughtAbout>,
): Promise<BroughtAbout> {
  return writePool.use(
    async (connection) =>
      connection.transaction({ ...settings(clock), origin }, async (client) => {
        await client.query(`select pg_advisory_xact_lock(${LOCK})`);
        const brought = await work(client);
        if (brought.items.length > 0) await onItems?.(client, brought.items);
        return brought;
      }),
    signal,
  );
}
