import type { ConnectionSettings } from "@xianmai/database/postgres";
import { Client } from "pg";

/** The unit above all others, and how many are below it. */
const ROOT = "0";
const UNITS = 29;
/** The units of an office that sees about a third of the projects. */
const OFFICE = Array.from({ length: 6 }, (_, at) => String(at * 4 + 1));

/** Who asks, as `x-xianmai-viewer` names it; no name is the county. */
export const VIEWERS = {
  county: undefined,
  /** Sees every row, each because PostgreSQL found that it is theirs. */
  everyUnit: `role=department; units=${ROOT}`,
  someUnits: `role=department; units=${OFFICE.join(",")}`,
} as const;

/** Keys of projects that a benchmark asks for one by one. */
const ASKED = 200;

/** Fills the tables: as many projects, each with twelve reports, every third with two blockers. @returns keys of projects that `someUnits` may see */
export async function fill(owner: ConnectionSettings, projects: number): Promise<readonly string[]> {
  const client = new Client(owner);
  await client.connect();
  try {
    await client.query("set search_path = app");
    await client.query("insert into unit (code, name, position) values ($1, '全县', 0)", [ROOT]);
    await client.query(
      "insert into unit (code, name, position, parent_id) select n::text, '单位' || n, n, root.id from unit root, generate_series(1, $1::int) n",
      [UNITS],
    );
    await client.query(
      `insert into project (code, name, nature, stage, field_id, responsible_unit_id, township_id, total_investment, start_deadline, content)
       select 'YX2023-' || lpad(n::text, 6, '0'), '重点项目第' || n || '号', (array['NEW_START','CONTINUING','PLANNED'])[1 + n % 3],
         (array['RESERVED','STARTED','COMPLETED'])[1 + n % 3], f.ids[1 + n % cardinality(f.ids)], u.ids[1 + n % $2], u.ids[1 + (n * 7) % $2],
         (n % 997 + 1) * 12345678::bigint, date '2023-01-01' + n % 365, '建设内容 ' || repeat('详细说明', 5 + n % 5)
       from generate_series(1, $1::int) n,
         (select array_agg(id order by code) as ids from dictionary_entry) f,
         (select array_agg(id order by position) as ids from unit where parent_id is not null) u`,
      [projects, UNITS],
    );
    await client.query(
      `insert into report (project_id, month, invested, note)
       select p.id, '2023-' || lpad(m::text, 2, '0'), p.total_investment / 24 + m * 1000001, '第' || m || '月"进展"' from project p, generate_series(1, 12) m`,
    );
    await client.query(
      `insert into blocker (project_id, summary, raised_on)
       select p.id, '用地手续第' || m || '项', p.start_deadline + m from project p, generate_series(1, 2) m where hashtext(p.code) % 3 = 0`,
    );
    for (const table of ["unit", "dictionary_entry", "project", "report", "blocker"]) await client.query(`vacuum (analyze) ${table}`);
    await client.query("checkpoint").catch(() => undefined);
    const { rows } = await client.query<{ id: string }>(
      `select p.id from project p join unit u on u.id = p.responsible_unit_id where u.code = any($1) order by md5(p.code) limit $2`,
      [OFFICE, ASKED],
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}
