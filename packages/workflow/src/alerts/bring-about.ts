import type { Instant } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import type { Concerned } from "./concerned.ts";

/** The alerts that should stand, of some rules and about some rows. */
export interface Wanted {
  readonly entity: EntityModel;
  readonly concerned: Concerned;
  readonly rules: readonly string[];
  /** The rows that are looked at; `null` for all of the entity. What else is open stays as it is. */
  readonly keys: readonly string[] | null;
  readonly now: Instant;
  /** SQL that gives rows `(rule, id, level, zh, en, severity)`; its parameters are numbered from `$1` on. */
  readonly standing: { readonly text: string; readonly values: readonly unknown[] };
}

/** What became of alerts. */
export interface BroughtAbout {
  readonly raised: number;
  readonly cleared: number;
  /** The inbox items that came into being. */
  readonly items: readonly string[];
}

/**
 * Raises the alerts that should stand and do not, clears those that stand and should not, and does the same for the inbox items of whom they
 * concern; all in one statement. An alert of a further level stands only where there is a unit above to concern.
 */
export async function bringAbout(client: ClientBase, wanted: Wanted): Promise<BroughtAbout> {
  const { entity, rules, keys, now, standing } = wanted;
  // of many rows that have just come PostgreSQL knows nothing yet, and would compare each with each
  if (keys === null) await client.query("select set_config('enable_nestloop', 'off', true)");
  const { rows } = await client.query<{ raised: number; cleared: number; items: string[] }>(sqlOf(wanted), [
    ...standing.values,
    now,
    rules,
    entity.name,
    ...(keys === null ? [] : [keys]),
  ]);
  return rows[0] ?? { raised: 0, cleared: 0, items: [] };
}

function sqlOf({ entity, concerned, standing, keys: looked }: Wanted): string {
  const [now, rules, name, keys] = [1, 2, 3, 4].map((at) => `$${standing.values.length + at}`);
  // said only where it is so: few rows are then found by their keys
  const lookedAt = (subject: string): string => (looked === null ? "true" : `${subject} = any (${keys}::uuid[])`);
  const same = (one: string, other: string): string =>
    `${one}.rule = ${other}.rule and ${one}.subject_id = ${other}.id and ${one}.level = ${other}.level`;
  return `
with called as (${standing.text}),
considered as materialized (
  select h.rule, h.id, h.level, h.zh, h.en, h.severity, t."${entity.title.column}" as about
  from called h join app."${entity.table}" t on t.id = h.id where ${lookedAt("h.id")}),
addressed as materialized (
  select h.rule, h.id, h.level, c.nth, c.unit, c.official
  from considered h join app."${entity.table}" t on t.id = h.id cross join lateral (${concerned.sql}) c(nth, unit, official)
  where c.unit is not null),
firsts as (select distinct on (a.rule, a.id, a.level) a.rule, a.id, a.level, a.unit from addressed a order by a.rule, a.id, a.level, a.nth),
holds as materialized (
  select h.*, f.unit from considered h left join firsts f on f.rule = h.rule and f.id = h.id and f.level = h.level
  where h.level = 0 or f.unit is not null),
raised as (
  insert into app.alert (rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at)
  select h.rule, h.zh, h.en, h.severity, h.level, h.id, ${name}, h.about, h.unit, ${now}::timestamptz from holds h
  where not exists (select from app.alert a where ${same("a", "h")} and a.cleared_at is null)
  on conflict (rule, subject_id, level) where cleared_at is null do nothing
  returning id, rule, subject_id, level),
cleared as (
  update app.alert a set cleared_at = ${now}::timestamptz
  where a.rule = any (${rules}::text[]) and a.cleared_at is null and ${lookedAt("a.subject_id")} and not exists (select from holds h where ${same("a", "h")})
  returning a.id),
open as materialized (
  select r.id, r.rule, r.subject_id, r.level from raised r
  union all
  select a.id, a.rule, a.subject_id, a.level from app.alert a join holds h on ${same("a", "h")} where a.cleared_at is null),
due as materialized (
  select distinct o.id as alert, a.rule, a.id, a.level, a.unit, a.official from open o join addressed a on ${same("o", "a")}),
items as (
  insert into app.inbox_item (alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at)
  select d.alert, h.zh, h.en, h.severity, h.level, h.id, ${name}, h.about, d.unit, d.official, ${now}::timestamptz
  from due d join holds h on h.rule = d.rule and h.id = d.id and h.level = d.level
  where not exists (
    select from app.inbox_item i where i.alert_id = d.alert and i.unit_id = d.unit and i.official_id is not distinct from d.official and i.done_at is null)
  returning id),
done as (
  update app.inbox_item i set done_at = ${now}::timestamptz from app.alert a
  where a.id = i.alert_id and i.done_at is null and a.rule = any (${rules}::text[]) and ${lookedAt("a.subject_id")}
    and not exists (select from due d where d.alert = i.alert_id and d.unit = i.unit_id and d.official is not distinct from i.official_id)
  returning i.id)
select (select count(*)::int from raised) as raised, (select count(*)::int from cleared) as cleared, array(select id::text from items) as items`;
}
