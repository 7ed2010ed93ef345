import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import type { Client } from "pg";

import { beginGeneration } from "../migrations/platform-runner.ts";
import { quoted } from "../names.ts";
import { structureAfter, type RedactionAct } from "./acts.ts";
import { readHead } from "./chain.ts";
import { redactionNeedsValue, redactionOverTampering, redactionRowUnknown } from "./refusals.ts";
import { punctureLeaves, type RedactedVersion } from "./puncture.ts";
import { relationOf, versionOf, versionsSql, type Relation } from "./relation.ts";
import { keysFor, noteHead, openClient, sealRest, type SealerOptions, type SealHead } from "./sealer.ts";
import { asNextSealer, inSnapshot } from "./sealing/lock.ts";
import { readMoment } from "./sealing/plan.ts";
import { readActs, writeSeal } from "./sealing/seal.ts";
import { textRows } from "./session.ts";
import { readCatalog } from "./structure/catalog.ts";
import type { ColumnState } from "./structure/structure.ts";

/** Whose personal data is to go, and why. */
export interface RedactionRequest {
  readonly entity: EntityModel;
  /** The row's key; the row may be deleted already. */
  readonly id: string;
  readonly columns: readonly ColumnModel[];
  /** What the row, if it still stands, says instead, by the column's declared name; a column that is not named becomes empty. */
  readonly instead: Readonly<Record<string, string>>;
  readonly actor: string | undefined;
  readonly reason: string;
}

/** What a redaction came to. */
export interface RedactionOutcome {
  /** Old versions whose cells are empty now. */
  readonly versions: number;
  /** The seal that records it. */
  readonly head: SealHead;
}

/**
 * Takes values out of a row and of all its past, for good. The row itself is changed like by anyone else, which is captured; in the versions
 * before, the cells become empty, and the salts of their digests are destroyed, so that nobody can try out what they were, be it with the
 * key. That it was done, by whom and why, is sealed; the audit verifies as before.
 *
 * What it cannot reach: backups and write-ahead log from before, and copies elsewhere. The feed begins a new generation, since readers may
 * keep what they read.
 *
 * @throws Refusal REDACTION_NEEDS_VALUE, REDACTION_ROW_UNKNOWN, AUDIT_BROKEN when the versions are not those that were sealed, and those of a sealer
 */
export async function redact(options: SealerOptions, request: RedactionRequest): Promise<RedactionOutcome> {
  const client = await openClient(options.owner);
  try {
    const outcome = await asNextSealer(client, async () => {
      const keys = await keysFor(client, options.files);
      await changeRow(client, request);
      // what is not sealed could be anything
      await sealRest(client, keys);
      return inSnapshot(client, "read write", async () => {
        const { act, versions } = await redactPast(client, request);
        const head = await readHead(client);
        if (head === undefined) throw redactionRowUnknown(request.entity.name, request.id);
        const { at } = await readMoment(client);
        await beginGeneration(client, `redaction ${request.entity.table}`);
        return { versions, head: await writeSeal(client, keys, head, { ...head, at, acts: [act] }, () => Promise.resolve()) };
      });
    });
    noteHead(options.files, outcome.head);
    const table = quoted(request.entity.table);
    // what was overwritten lies in the files until then; a table that is busy is left to the next time
    await client.query(`vacuum (skip_locked) app.${table}, xmh.${table}, xm.seal_leaf`);
    return outcome;
  } finally {
    await client.end();
  }
}

/** Changes the row as it stands, if it does. */
async function changeRow(client: Client, { entity, id, columns, instead, actor }: RedactionRequest): Promise<void> {
  await inTransactionOf(client, actor, async () => {
    const names = columns.map(({ column }) => quoted(column));
    const [row] = await textRows(
      client,
      `select ${names.map((name) => `${name}::text`).join(", ")} from app.${quoted(entity.table)} where id = $1 for update`,
      [id],
    );
    if (row === undefined) return;
    const empty = columns.find(({ name, required }) => required && instead[name] === undefined);
    if (empty !== undefined) throw redactionNeedsValue(entity.name, empty.name);
    const values = columns.map(({ name }) => instead[name] ?? null);
    const set = names.map((name, at) => `${name} = $${at + 2}`).join(", ");
    const differs = names.map((name, at) => `${name} is distinct from $${at + 2}`).join(" or ");
    await textRows(client, `update app.${quoted(entity.table)} set ${set} where id = $1 and (${differs})`, [id, ...values]);
  });
}

async function inTransactionOf(client: Client, actor: string | undefined, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await client.query("select set_config('xm.actor', $1, true), set_config('xm.origin', 'redaction', true)", [actor ?? ""]);
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** Empties the cells of all versions that have ended. */
async function redactPast(
  client: Client,
  { entity, id, columns, actor, reason }: RedactionRequest,
): Promise<{ readonly act: RedactionAct; readonly versions: number }> {
  const structure = structureAfter(await readActs(client));
  const state = [...structure.tables.values()].find(({ name }) => name === entity.table);
  if (state === undefined) throw redactionRowUnknown(entity.name, id);
  const names = columns.map(({ column }) => column);
  // also what the columns were before a migration gave them another type, or dropped one of the name
  const states = (structure.columns.get(state.number) ?? []).filter(({ name }) => names.includes(name));
  const relation = relationOf(await readCatalog(client), state.number, state.name);
  const versions = await readPast(client, relation, states, id);
  if (versions.length === 0 && !(await stands(client, entity, id))) throw redactionRowUnknown(entity.name, id);
  if (!(await punctureLeaves(client, state.number, id, states, versions))) throw redactionOverTampering(entity.name, id);
  await emptyPast(client, relation, states, id);
  const begun = (closed: boolean) => [...new Set(versions.filter((version) => version.closed === closed).map(({ from }) => String(from)))];
  return {
    versions: versions.length,
    act: {
      kind: "redaction",
      table: state.number,
      name: entity.table,
      id,
      columns: states.map((column) => column.id),
      names,
      open: begun(false),
      closed: begun(true),
      actor: actor ?? null,
      reason,
    },
  };
}

async function readPast(
  client: Client,
  relation: Relation,
  states: readonly ColumnState[],
  id: string,
): Promise<readonly RedactedVersion[]> {
  const rows = await textRows(client, versionsSql(relation, states, { current: false, history: "id = $1::uuid" }), [id]);
  return rows.map(versionOf);
}

async function stands(client: Client, { table }: EntityModel, id: string): Promise<boolean> {
  return (await textRows(client, `select from app.${quoted(table)} where id = $1`, [id])).length > 0;
}

async function emptyPast(client: Client, { name, history }: Relation, states: readonly ColumnState[], id: string): Promise<void> {
  const columns = history?.columns.filter(({ number }) => states.some((state) => state.history === number)) ?? [];
  if (columns.length === 0) return;
  const set = columns.map((column) => `${quoted(column.name)} = null`).join(", ");
  await textRows(client, `update xmh.${quoted(name)} set ${set} where id = $1`, [id]);
}
