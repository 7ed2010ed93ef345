// node scripts/demo.ts: writes the spreadsheets of the demo (Yu County 2023) into the plugins that they belong to
import { writeFile } from "node:fs/promises";

import { countyFigureReportsTable, countyFiguresTable, countyFigureTargetsTable } from "./demo/figures.ts";
import { officialsTable, projectsTable, unitsTable } from "./demo/tables.ts";
import { writeTable } from "./demo/workbook.ts";

const files = [
  { path: "plugins/organization/demo/units.xlsx", table: unitsTable() },
  { path: "plugins/organization/demo/officials.xlsx", table: officialsTable() },
  { path: "plugins/projects/demo/projects.xlsx", table: projectsTable() },
  { path: "plugins/county-figures/demo/county-figures.xlsx", table: countyFiguresTable() },
  { path: "plugins/county-figures/demo/county-figure-reports.xlsx", table: countyFigureReportsTable() },
  { path: "plugins/county-figures/demo/county-figure-targets.xlsx", table: countyFigureTargetsTable() },
];

for (const { path, table } of files) {
  await writeFile(new URL(`../${path}`, import.meta.url), await writeTable(table));
  console.log(`${path}: ${table.rows.length} 行 rows`);
}
