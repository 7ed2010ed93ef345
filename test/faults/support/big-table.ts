import { writeFileSync } from "node:fs";

import { writeXlsx } from "hucre/xlsx";
import type { Client } from "pg";

const headers = [
  "项目编号",
  "项目名称",
  "建设性质",
  "项目领域",
  "建设单位",
  "建设地点",
  "建设内容及规模",
  "责任单位",
  "总投资（万元）",
  "项目阶段",
];
const rowCount = 3_000;
const enterpriseCount = 300;

/** What an import of the table with some mark has written. */
export interface Written {
  readonly projects: number;
  readonly enterprises: number;
  readonly changes: number;
}

/** All of it: the table adds enterprises, adds projects and changes those of the demo. */
export const whole = { projects: rowCount, enterprises: enterpriseCount } as const;
/** Nothing of it. */
export const nothing: Written = { projects: 0, enterprises: 0, changes: 0 };

/** The code of a project in the middle of the table, which it adds. */
export function codeInTheMiddle(mark: string): string {
  return `${mark}-${rowCount / 2}`;
}

/** Writes a task breakdown table of 3,000 rows that all carry a mark: the continuing projects that there are, new ones, and 300 new enterprises. */
export async function writeBigTable(file: string, mark: string, psql: Client): Promise<void> {
  const { rows: known } = await psql.query<{ code: string; name: string }>(
    "select code, name from app.project where nature = 'CONTINUING' order by code",
  );
  const missing = Array.from({ length: rowCount - known.length }, (_, at) => ({
    code: `${mark}-${at}`,
    name: `批量导入项目${mark}-${at}`,
  }));
  const rows = [...known, ...missing].map(({ code, name }, at) => {
    const enterprise = `企业${mark}之${at % enterpriseCount}`;
    return [code, name, "续建", "新能源", enterprise, "蔚州镇", mark, "发改局", at + 0.5, "在建"];
  });
  writeFileSync(file, await writeXlsx({ sheets: [{ name: "任务分解表", rows: [headers, ...rows] }] }));
}

/** What there is of a table in the database, wherever it would be. */
export async function writtenOf(mark: string, psql: Client): Promise<Written> {
  const { rows } = await psql.query<Written>(
    `select (select count(*)::int from app.project where content = $1) as projects,
      (select count(*)::int from app.enterprise where starts_with(name, '企业' || $1 || '之')) as enterprises,
      (select count(*)::int from xm.change where origin like '%' || $1 || '%') as changes`,
    [mark],
  );
  return rows[0]!;
}

/** A sum over every row of the tables that an import writes, and over their history. */
export async function fingerprint(psql: Client): Promise<string> {
  const { rows } = await psql.query<{ fingerprint: string }>(
    `select concat_ws(' ',
      (select md5(string_agg(p::text, ',' order by p.id)) from app.project p),
      (select md5(string_agg(e::text, ',' order by e.id)) from app.enterprise e),
      (select md5(string_agg(h::text, ',' order by h.id, h.xm_to)) from xmh.project h),
      (select count(*) from xm.change)) as fingerprint`,
  );
  return rows[0]!.fingerprint;
}
