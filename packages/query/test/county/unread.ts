import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";
import type { ReadSet } from "@xianmai/query";
import type { ClientBase } from "pg";

import type { Dice, Row } from "../oracle/rows.ts";

/** What may be changed without touching what somebody has read. */
export interface Unread {
  readonly model: Model;
  readonly reads: ReadSet;
  /** The keys of the rows of a table that whoever has read sees. */
  readonly seen: (table: string) => Promise<ReadonlySet<string>>;
  /** Whether a row that moves to other units stays seen. */
  readonly seesAll: boolean;
  /** A number that nothing was made of yet. */
  readonly fresh: () => number;
}

/** Changes every row outside a read-set in all its columns, and adds some. Gives how many. */
export async function changeUnread(client: ClientBase, dice: Dice, { model, reads, seen, seesAll, fresh }: Unread): Promise<number> {
  let changed = 0;
  for (const entity of model.entities) {
    const { table } = entity;
    const { rows } = await client.query<Row>(`select * from app."${table}" order by id`);
    const listed = reads.lists.get(table) ?? new Set<string>();
    const known = reads.rows.get(table) ?? new Set<string>();
    const hidden = reads.tables.has(table) ? await seen(table) : undefined;
    const isRead = (row: Row): boolean =>
      known.has(row.id) ||
      hidden?.has(row.id) === true ||
      entity.columns.some((column) => pointsAt(column) && listed.has(String(row[column.column])));
    const free = rows.filter((row) => !isRead(row));
    // with a row move those that have its scope, which is a change of theirs
    const follow = heirsOf(model, entity).some(
      (heir) => reads.tables.has(heir.table) || reads.rows.has(heir.table) || reads.lists.has(heir.table),
    );
    const moves = seesAll && hidden === undefined && !follow;
    const targets = new Map<EntityModel, readonly string[]>();
    for (const { target } of entity.columns) {
      if (target === undefined || targets.has(target)) continue;
      const found = await client.query<Row>(`select id from app."${target.table}" order by id`);
      targets.set(
        target,
        found.rows.map(({ id }) => id).filter((id) => !listed.has(id)),
      );
    }
    const other = free.map((row) => {
      const values = entity.columns.map((column): [string, unknown] => {
        // what a row is about is told by two columns together
        if (entity.columns.some(({ subject }) => subject?.type === column || (subject !== undefined && column.subject === subject)))
          return [column.column, row[column.column]];
        if (column.target === undefined) return [column.column, otherValue(entity, column, dice, fresh)];
        const ids = targets.get(column.target) ?? [];
        const stays = !moves || entity.key.includes(column) || ids.length === 0 || column.kind === "entry" || column.target === entity;
        return [column.column, stays ? row[column.column] : dice.of(ids)];
      });
      return { id: row.id, ...Object.fromEntries(values) };
    });
    const columns = entity.columns.map(({ column }) => `"${column}"`).join(", ");
    const set = `update app."${table}" t set (${columns}) = row(${columns
      .replaceAll('"', "")
      .split(", ")
      .map((name) => `r."${name}"`)
      .join(", ")})
      from jsonb_populate_recordset(null::app."${table}", $1) r where r.id = t.id`;
    const { rowCount } = await client.query(set, [JSON.stringify(other)]);
    changed += rowCount ?? 0;
    if (moves && free.length > 0 && entity.key.every(({ target }) => target === undefined)) {
      const copy = { ...other[0], ...Object.fromEntries(entity.key.map(({ column }) => [column, `new${fresh()}`])), credit_code: null };
      const names = ["id", ...entity.columns.map(({ column }) => column)].map((name) => `"${name}"`).join(", ");
      const added = { ...copy, id: idOf(fresh()) };
      const refers = entity.columns.some(
        (column) => pointsAt(column) && listed.has(String((added as Record<string, unknown>)[column.column])),
      );
      if (!refers) {
        await client.query(
          `insert into app."${table}" (${names}) select ${names} from jsonb_populate_recordset(null::app."${table}", $1)`,
          [JSON.stringify([added])],
        );
        changed += 1;
      }
    }
  }
  return changed;
}

/** The entities whose rows have the scope of this one's. */
function heirsOf(model: Model, entity: EntityModel): readonly EntityModel[] {
  const heirs = model.entities.filter(({ entity: { definition }, columns }) =>
    columns.some(
      ({ name, target, subject }) => definition.head.scope === name && (target === entity || subject?.entities.includes(entity) === true),
    ),
  );
  return heirs.flatMap((heir) => [heir, ...heirsOf(model, heir)]);
}

function pointsAt({ target, subject }: ColumnModel): boolean {
  return target !== undefined || subject !== undefined;
}

function monthOf(count: number): string {
  return `${1000 + (Math.floor(count / 12) % 8900)}-${String((count % 12) + 1).padStart(2, "0")}`;
}

function idOf(count: number): string {
  return `00000000-0000-4000-9000-${count.toString(16).padStart(12, "0")}`;
}

function otherValue(entity: EntityModel, column: ColumnModel, dice: Dice, fresh: () => number): unknown {
  const isKey = entity.key.includes(column);
  switch (column.kind) {
    case "text":
      if (isKey || column.declared.options.unique === true) return `${dice.of(["A", "P", "z"])}x${fresh()}`;
      return dice.of(["光伏", "改了", "x", ""]);
    case "texts":
      return dice.some(["甲", "民生", "a"], 50);
    case "integer":
      return dice.below(5);
    case "money":
      return String(dice.below(3_000_000));
    case "decimal":
    case "percent":
      return dice.of(["1", "2.5", "-3"]);
    case "date":
      return dice.of(["2023-01-31", "2024-02-29"]);
    case "yearMonth":
      return isKey ? monthOf(fresh()) : dice.of(["2023-01", "2022-12"]);
    case "dateTime":
      return dice.of(["2023-01-01T00:00:00Z", "2022-12-31T15:59:59.999Z"]);
    case "boolean":
      return dice.chance(50);
    case "choice":
    case "stage":
      return dice.of(column.values ?? []);
    default:
      throw new Error(`No other value for ${column.name}.`);
  }
}
