import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";

import { progress } from "./progress.ts";

/** The county of the demo, with the plugin of these tests. */
export async function demoCounty(): Promise<TestPlatform> {
  return createTestPlatform({ plugins: [organization, projects, progress], demo: true });
}

// code, name, kind, position; all below the first
const UNITS = [
  ["C", "县", "COUNTY", 1],
  ["A", "王家庄", "DEPARTMENT", 4],
  ["B", "张家口", "TOWNSHIP", 3],
  ["D", "李家堡", "TOWNSHIP", 2],
] as const;

// code, nature, stage, field, responsible unit, township, package, total investment in 分, deadline
const PROJECTS = [
  ["P1", "NEW_START", "RESERVED", "new-energy", "A", "B", null, "60000000000", "2023-02-10"],
  ["P2", "CONTINUING", "STARTED", "new-energy", "A", "B", null, "1200500000", null],
  ["P3", "NEW_START", "STARTED", "ecology", "D", "D", null, null, "2023-05-31"],
  ["P4", "NEW_START", "PREPARATORY", "ecology", "A", "D", "P1", "80000000000", "2023-03-31"],
  ["P5", "PLANNED", "CONCEIVED", "livelihood", "B", "B", null, "1", null],
  ["P6", "NEW_START", "RESERVED", "ecology", "A", "B", null, "70000000000", "2023-03-01"],
] as const;

// project, month, invested in 分
const REPORTS = [
  ["P1", "2023-04", "4000000"],
  ["P1", "2023-01", "1000000"],
  ["P1", "2023-03", "3250000"],
  ["P1", "2023-02", "2000000"],
  ["P2", "2023-01", "500000"],
] as const;

/**
 * A county that one can reckon with by hand: one department, two townships, six projects, five reports.
 * In 万元 the projects are worth 60000, 1200.5, nothing said, 80000 (part of P1), 0.000001 and 70000.
 */
export async function smallCounty(): Promise<TestPlatform> {
  const platform = await createTestPlatform({ plugins: [organization, projects, progress] });
  for (const unit of UNITS) await platform.sql("insert into unit (code, name, kind, position) values ($1, $2, $3, $4)", unit);
  await platform.sql("update unit set parent_id = (select id from unit where code = 'C') where code <> 'C'");
  for (const project of PROJECTS) {
    await platform.sql(
      `insert into project (code, name, nature, stage, field_id, responsible_unit_id, township_id, parent_id, total_investment, start_deadline)
       select $1::text, '项目 ' || $1::text, $2, $3, e.id, u.id, t.id, p.id, $8::bigint, $9::date
       from dictionary_entry e join dictionary d on d.id = e.dictionary_id, unit u, unit t left join project p on p.code = $7::text
       where d.code = 'project-field' and e.code = $4 and u.code = $5 and t.code = $6`,
      project,
    );
  }
  for (const report of REPORTS) {
    await platform.sql(
      "insert into report (project_id, month, invested) select id, $2::text, $3::bigint from project where code = $1",
      report,
    );
  }
  return platform;
}
