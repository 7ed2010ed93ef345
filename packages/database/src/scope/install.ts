import type { Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { follow } from "../capture/follow.ts";
import { readCaptured } from "../catalog.ts";
import { quoted } from "../names.ts";
import { closeTable } from "./close.ts";
import { hasPolicies, hasTrigger, readInstalledScopes, type InstalledScopes } from "./installed.ts";
import { historyPolicies, policySql, tablePolicies, WHOLE_COUNTY, type Policy } from "./policies.ts";
import { isKept, scopesOf, type KeptColumn, type TableScope } from "./scopes.ts";
import { SCOPE_TRIGGERS, triggerStatements, type ScopeTrigger } from "./trigger.ts";
import { keptColumnSql, keptIndex, refillSql, scopeTriggers } from "./triggers.ts";
import { treeBodies, treeStatements } from "./units.ts";

/** What is to be done to one table. */
interface TableWork {
  readonly scope: TableScope;
  readonly triggers: readonly ScopeTrigger[];
  /** Whether its columns, triggers or policies are not what they should be. */
  readonly isFaulty: boolean;
  /** Whether its rows may not hold what is lent to them. */
  readonly isStale: boolean;
}

/** What is to be done to a database; nothing where all is well. */
export interface ScopeWork {
  readonly tables: readonly TableWork[];
  /** Whether viewers' units are found otherwise than they should be. */
  readonly unitsDiffer: boolean;
}

/** Compares a database with the scopes that a model declares. Tables that are not there yet, or not as far yet, are left out. */
export async function scopeWork(client: ClientBase, model: Model): Promise<ScopeWork> {
  const installed = await readInstalledScopes(client);
  const bodies = treeBodies(model);
  const { rows } = await client.query<{ name: string; body: string }>(
    "select proname as name, prosrc as body from pg_proc where pronamespace = 'xm'::regnamespace and proname = any($1) and prosecdef",
    [Object.keys(bodies)],
  );
  const found = new Map(rows.map(({ name, body }) => [name, body]));
  const scopes = present(scopesOf(model), installed);
  const triggersOf = new Map(scopes.map((scope) => [scope.table, scopeTriggers(scope, scopes)]));
  const broken = new Set([...triggersOf].flatMap(([table, triggers]) => (hasTriggers(installed, table, triggers) ? [] : [table])));
  const tables = scopes.map((scope): TableWork => {
    const triggers = triggersOf.get(scope.table) ?? [];
    const keepsColumns = hasColumns(installed, scope);
    const isFaulty = broken.has(scope.table) || !keepsColumns || !arePoliciesRight(installed, scope);
    const lenders = scope.kept.flatMap(lendersOf);
    const isStale = scope.kept.length > 0 && (!keepsColumns || [scope.table, ...lenders].some((table) => broken.has(table)));
    return { scope, triggers, isFaulty, isStale };
  });
  const unitsThere = model.units === undefined || installed.columns.has(model.units.entity.table);
  return {
    tables: tables.filter(({ isFaulty, isStale }) => isFaulty || isStale),
    unitsDiffer: unitsThere && Object.entries(bodies).some(([name, body]) => found.get(name) !== body),
  };
}

/** The scopes all of whose columns are in the database; what inherits from one that is not is left out with it. */
function present(scopes: readonly TableScope[], { columns }: InstalledScopes): readonly TableScope[] {
  const complete = new Set<string>();
  return scopes.filter(({ table, read, write, kept, guarded }) => {
    const found = columns.get(table);
    const hidden = new Set(kept.map(({ name }) => name));
    const own = [read, write].flatMap((right) => (right === "everyone" ? [] : [...right.units, ...right.lists]));
    const pointers = kept.flatMap(({ from, subject }) => (subject === undefined ? from.map(({ by }) => by) : [subject.by, subject.type]));
    const needed = [...own.filter((name) => !hidden.has(name)), ...pointers];
    const lenders = kept.flatMap(lendersOf);
    const isComplete =
      found !== undefined &&
      needed.every((name) => found.has(name)) &&
      guarded.every((reference) => found.has(reference.column) && columns.has(reference.table)) &&
      lenders.every((lender) => complete.has(lender));
    if (isComplete) complete.add(table);
    return isComplete;
  });
}

function lendersOf({ from, subject }: KeptColumn): readonly string[] {
  return subject === undefined ? from.map(({ lender }) => lender) : subject.lenders.map(({ table }) => table);
}

function hasColumns({ columns, indexes }: InstalledScopes, { table, kept }: TableScope): boolean {
  const found = [...(columns.get(table) ?? [])].filter(isKept);
  return (
    found.length === kept.length &&
    kept.every((column) => found.includes(column.name) && indexes.get(table)?.has(keptIndex(table, column).name) === true)
  );
}

function hasTriggers(installed: InstalledScopes, table: string, wanted: readonly ScopeTrigger[]): boolean {
  const found = installed.triggers.filter((trigger) => trigger.table === table && SCOPE_TRIGGERS.includes(trigger.name));
  return found.length === wanted.length && wanted.every((trigger) => hasTrigger(installed, trigger));
}

function arePoliciesRight(installed: InstalledScopes, scope: TableScope): boolean {
  return (
    hasPolicies(installed, "app", scope.table, tablePolicies(scope)) && hasPolicies(installed, "xmh", scope.table, historyPolicies(scope))
  );
}

/**
 * Installs what is not as it should be, in the running transaction: hidden columns with their history, triggers, policies; then the rows take
 * over what is lent to them, those above before those below.
 *
 * @param generation the feed's generation that the transaction begins
 * @returns the tables concerned
 */
export async function installScopes(
  client: ClientBase,
  model: Model,
  { tables, unitsDiffer }: ScopeWork,
  generation: number,
): Promise<readonly string[]> {
  if (unitsDiffer) for (const statement of treeStatements(model)) await client.query(statement);
  if (tables.length === 0) return [];
  const before = await readCaptured(client);
  const present = new Map([...before.values()].map(({ name, columns }) => [name, columns]));
  for (const { scope } of tables) {
    const hidden = (present.get(scope.table) ?? []).filter(({ name }) => isKept(name));
    await closeTable(client, scope.table);
    for (const statement of columnStatements(scope, hidden)) await client.query(statement);
  }
  await follow(client, before, generation);
  for (const { scope, triggers } of tables) {
    for (const trigger of triggers) for (const statement of triggerStatements(trigger)) await client.query(statement);
    for (const statement of openStatements(scope)) await client.query(statement);
  }
  for (const { scope, isStale } of tables) if (isStale) await client.query(refillSql(scope));
  return tables.filter(({ isFaulty }) => isFaulty).map(({ scope }) => scope.table);
}

/** Takes the hidden columns to what they should be: one of another type, or of no use any more, goes. */
function columnStatements(
  { table, kept }: TableScope,
  hidden: readonly { readonly name: string; readonly type: string }[],
): readonly string[] {
  const alter = `alter table app.${quoted(table)}`;
  const missing = kept.filter((column) => !hidden.some(({ name }) => name === column.name));
  return [
    ...hidden.filter(({ name }) => !kept.some((column) => column.name === name)).map(({ name }) => `${alter} drop column ${quoted(name)}`),
    ...missing.map((column) => `${alter} add column ${keptColumnSql(column)}`),
    ...kept
      .map((column) => keptIndex(table, column))
      .map(({ name, sql }) => sql.replace(`create index ${quoted(name)}`, `create index if not exists ${quoted(name)}`)),
  ];
}

/** The statements that install the hidden columns, triggers and policies of a table that has none. */
export function scopeStatements(scope: TableScope, scopes: readonly TableScope[]): readonly string[] {
  return [...scopeTriggers(scope, scopes).flatMap(triggerStatements), ...openStatements(scope)];
}

function openStatements(scope: TableScope): readonly string[] {
  const opened = (on: string, policies: readonly Policy[]): readonly string[] =>
    policies.filter(({ name }) => name !== WHOLE_COUNTY.name).map((policy) => policySql(on, policy));
  return [...opened(`app.${quoted(scope.table)}`, tablePolicies(scope)), ...opened(`xmh.${quoted(scope.table)}`, historyPolicies(scope))];
}
