import { migrate } from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import type { Model } from "@xianmai/plugin-api/model";
import { Client } from "pg";

/** Rows that are there before anything is measured. */
const ROWS = 20_000;
const UNITS = 30;
/** The units of the office that writes: its own, and two below it. */
const OFFICE = 3;

/** The tables that are compared. */
export interface Tables {
  /** Keys of projects of the office, the same in both tables. */
  readonly projects: readonly string[];
  /** Keys of its units. */
  readonly units: readonly string[];
  /** The key of a field of projects. */
  readonly field: string;
  readonly fsync: string;
}

/** The two tables, as SQL names them. */
export const SIDES = { plain: "plain.project", guarded: "app.project" } as const;
export type Side = keyof typeof SIDES;

/** The columns that are written; everything else is null in both tables. */
export const COLUMNS = "code, name, nature, level, field_id, stage, township_id, responsible_unit_id, total_investment, content";

/**
 * Migrates, fills, and makes the twin: columns, defaults, keys, indexes, checks and foreign keys alike, and nothing else.
 */
export async function prepareTables({ owner }: Postgres, model: Model): Promise<Tables> {
  await migrate({ owner, model, log: () => undefined });
  const client = new Client(owner);
  await client.connect();
  try {
    const units = await keys(
      client,
      "insert into app.unit (code, name, kind, position) select n::text, 'U' || n, 'TOWNSHIP', n from generate_series(1, $1::int) n returning id",
      [UNITS],
    );
    const [field = ""] = await keys(client, "select id from app.dictionary_entry order by code limit 1");
    await client.query(
      `insert into app.project (${COLUMNS})
       select 'p' || n, 'Project ' || n, 'NEW_START', 'COUNTY', $2, 'RESERVED', ($3::uuid[])[1 + n % $4], ($3::uuid[])[1 + n % ($4 - 1)], n * 1000, 'content of project ' || n
       from generate_series(1, $1::int) n`,
      [ROWS, field, units, UNITS],
    );
    const office = units.slice(0, OFFICE);
    const projects = await keys(client, "select id from app.project where responsible_unit_id = any($1)", [office]);
    await makeTwin(client);
    const { rows } = await client.query<{ fsync: string }>("select current_setting('fsync') as fsync");
    await client.query("vacuum (analyze) app.project");
    await client.query("vacuum (analyze) plain.project");
    return { projects, units: office, field, fsync: rows[0]?.fsync ?? "" };
  } finally {
    await client.end();
  }
}

async function makeTwin(client: Client): Promise<void> {
  await client.query(`
    create schema plain;
    create table plain.project (like app.project including all);
    alter table plain.project drop column xm_from;
    grant usage on schema plain to xm_app, xm_all;
    grant select, insert, update, delete on plain.project to xm_app, xm_all`);
  const { rows } = await client.query<{ name: string; definition: string }>(
    "select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'app.project'::regclass and contype = 'f'",
  );
  for (const { name, definition } of rows) {
    const own = definition.replaceAll("app.project(", "plain.project(").replaceAll("app.project ", "plain.project ");
    await client.query(`alter table plain.project add constraint ${client.escapeIdentifier(name)} ${own} not valid`);
  }
  await client.query(`insert into plain.project (id, ${COLUMNS}) select id, ${COLUMNS} from app.project`);
}

async function keys(client: Client, sql: string, values: readonly unknown[] = []): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(sql, [...values]);
  return rows.map(({ id }) => id);
}
