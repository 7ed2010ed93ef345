import { readFile } from "node:fs/promises";
import { readXlsx, type CellValue } from "hucre/xlsx";
import { expect, test } from "vitest";

import { countyFigureReportsTable, countyFiguresTable, countyFigureTargetsTable } from "../demo/figures.ts";
import { officialsTable, projectsTable, unitsTable } from "../demo/tables.ts";
import { writeTable } from "../demo/workbook.ts";

const rowsOf = async (file: Uint8Array): Promise<readonly CellValue[][]> => (await readXlsx(file)).sheets[0]!.rows;

test.each([
  ["plugins/organization/demo/units.xlsx", unitsTable],
  ["plugins/organization/demo/officials.xlsx", officialsTable],
  ["plugins/projects/demo/projects.xlsx", projectsTable],
  ["plugins/county-figures/demo/county-figures.xlsx", countyFiguresTable],
  ["plugins/county-figures/demo/county-figure-reports.xlsx", countyFigureReportsTable],
  ["plugins/county-figures/demo/county-figure-targets.xlsx", countyFigureTargetsTable],
])("%s is what node scripts/demo.ts writes", async (path, table) => {
  const committed = await readFile(new URL(`../../${path}`, import.meta.url));
  expect(await rowsOf(committed)).toEqual(await rowsOf(await writeTable(table())));
});
