import type { Instant } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";

import type { VersionCells } from "../feed/versions.ts";
import { quoted, quotedList } from "../names.ts";
import type { Statement, StatementResult } from "../session/statement.ts";
import { actsOf } from "./acts.ts";

/** What is asked of the audit. */
export interface AuditRequest {
  readonly entity: EntityModel;
  /** One row; left out, the whole table. */
  readonly id?: string;
  /** The most transactions, the newest first. */
  readonly first: number;
  /** The cursor of a transaction: only what came before it. */
  readonly before?: string;
}

/** What one transaction did: who, when, through what, and to which rows. */
export interface AuditTransaction {
  readonly stamp: bigint;
  /** `undefined` where the feed's retention forgot it, and with it who it was. */
  readonly at: Instant | undefined;
  readonly actor: string | null;
  readonly origin: string | null;
  readonly rows: readonly AuditRow[];
  /** It changed so many rows that they are not listed one by one. */
  readonly whole: boolean;
  readonly cursor: string;
}

/** A row before and after a transaction. */
export interface AuditRow {
  readonly id: string;
  readonly operation: "I" | "U" | "D";
  readonly before: AuditVersion | undefined;
  readonly after: AuditVersion | undefined;
}

/** A version of a row: its cells as PostgreSQL's text, by the key that they have in a row, and which of them were redacted. */
export interface AuditVersion {
  readonly cells: VersionCells;
  readonly redacted: readonly string[];
}

type IsRedacted = (row: string, from: string, column: string) => boolean;

/**
 * Reads who changed what, and when, from the rows themselves: the change row, the version before, the version after.
 * A transaction that made a row and removed it again says nothing of it.
 *
 * @param send a batch of a read session or pool, under the viewer's settings
 */
export async function readAudit(
  send: (statements: readonly Statement[]) => Promise<readonly StatementResult[]>,
  { entity, id, first, before }: AuditRequest,
): Promise<readonly AuditTransaction[]> {
  const [changes, acts] = await send([
    id === undefined ? tableChanges(entity, first, before) : rowChanges(entity, id, first, before),
    { text: "select acts from xm.seal where acts is not null", values: [] },
  ]);
  const redactions = (acts?.rows ?? [])
    .flatMap(([text]) => actsOf(text ?? null) ?? [])
    .flatMap((act) => (act.kind === "redaction" && act.name === entity.table ? [act] : []));
  const isRedacted: IsRedacted = (row, from, column) =>
    redactions.some((act) => act.id === row && act.open.includes(from) && act.names.includes(column));
  const found = (changes?.rows ?? []).map(([stamp, position, at, actor, origin, keys]) => ({
    stamp: stamp ?? "0",
    position: position ?? "0",
    at: (at ?? undefined) as Instant | undefined,
    actor: actor ?? null,
    origin: origin ?? null,
    keys: keys ?? null,
  }));
  const listed = found.filter(({ keys }) => id !== undefined || keys !== null);
  const versions =
    listed.length === 0
      ? []
      : await send(listed.map(({ stamp, keys }) => versionsStatement(entity, stamp, id === undefined ? (keys ?? "{}") : `{${id}}`)));
  const rowsOf = new Map(listed.map(({ stamp }, at) => [stamp, rowsFrom(entity, stamp, versions[at], isRedacted)]));
  return found.map(({ stamp, position, keys, ...said }) => ({
    ...said,
    stamp: BigInt(stamp),
    rows: rowsOf.get(stamp) ?? [],
    whole: id === undefined && keys === null,
    cursor: id === undefined ? stamp : `${position}.${stamp}`,
  }));
}

const SAID = `to_char(max(c.at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  (array_agg(nullif(c.actor, '') order by c.position desc))[1], (array_agg(nullif(c.origin, '') order by c.position desc))[1]`;

/** The transactions of a row, in the order in which they changed it; last those whose change rows were forgotten. */
function rowChanges({ table }: EntityModel, id: string, first: number, before: string | undefined): Statement {
  const own = `app.${quoted(table)}`;
  const past = `xmh.${quoted(table)}`;
  const [position = LAST, stamp = LAST] = before?.split(".") ?? [];
  return {
    text: `with v as (
        select xm_from as stamp from ${own} where id = $1::uuid
        union select xm_from from ${past} where id = $1::uuid union select xm_to from ${past} where id = $1::uuid)
      select v.stamp, coalesce(max(c.position), 0) as position, ${SAID}, null
      from v left join xm.change c on c.stamp = v.stamp and c.tbl = (select id from xm.tbl where name = $2)
        and (c.keys is null or $1::uuid = any (c.keys))
      group by v.stamp having (coalesce(max(c.position), 0), v.stamp) < ($3::bigint, $4::bigint) order by 2 desc, 1 desc limit $5::int`,
    values: [id, table, position, stamp, String(first)],
  };
}

/** Beyond all positions and stamps. */
const LAST = String(2n ** 63n - 1n);

/** The transactions of a table, by stamp, which its primary key serves. */
function tableChanges({ table }: EntityModel, first: number, before: string | undefined): Statement {
  return {
    text: `select c.stamp, max(c.position), ${SAID},
        case when bool_or(c.keys is null) then null else array(select distinct k from xm.change a, unnest(a.keys) k where a.stamp = c.stamp and a.tbl = c.tbl) end
      from xm.change c where c.tbl = (select id from xm.tbl where name = $1) and c.stamp < $2::bigint
      group by c.stamp, c.tbl order by c.stamp desc limit $3::int`,
    values: [table, before ?? LAST, String(first)],
  };
}

/** Ended by this transaction and begun by another; begun by this one and not ended by it. */
function versionsStatement({ table, columns }: EntityModel, stamp: string, keys: string): Statement {
  const names = quotedList(["id", ...columns.map(({ column }) => column)]);
  const [own, past] = [`app.${quoted(table)}`, `xmh.${quoted(table)}`];
  const which = "id = any($2::uuid[])";
  return {
    text: [
      `select 'before', xm_from, ${names} from ${past} where xm_to = $1::bigint and xm_from <> $1::bigint and ${which}`,
      `select 'after', xm_from, ${names} from ${own} where xm_from = $1::bigint and ${which}`,
      `select 'after', xm_from, ${names} from ${past} where xm_from = $1::bigint and xm_to <> $1::bigint and ${which}`,
    ].join(" union all "),
    values: [stamp, keys],
  };
}

function rowsFrom(
  { columns }: EntityModel,
  stamp: string,
  result: StatementResult | undefined,
  isRedacted: IsRedacted,
): readonly AuditRow[] {
  const rows = new Map<string, { before: AuditVersion | undefined; after: AuditVersion | undefined }>();
  for (const [side, from, id, ...cells] of result?.rows ?? []) {
    if (id === null || id === undefined) continue;
    const own = rows.get(id) ?? { before: undefined, after: undefined };
    own[side === "before" ? "before" : "after"] = {
      cells: Object.fromEntries(columns.map(({ rowKey }, at) => [rowKey, cells[at] ?? null])),
      redacted: columns.filter(({ column }) => isRedacted(id, from ?? stamp, column)).map(({ rowKey }) => rowKey),
    };
    rows.set(id, own);
  }
  return [...rows].map(([id, { before, after }]) => ({
    id,
    operation: before === undefined ? "I" : after === undefined ? "D" : "U",
    before,
    after,
  }));
}
