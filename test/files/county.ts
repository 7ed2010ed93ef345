import { createTestPlatform, type TestPlatform } from "@xianmai/testing";

import { reports } from "./reports.ts";

const PLACES: readonly string[] = [
  "insert into app.town (code, name) values ('N', '北镇'), ('S', '南镇')",
  "insert into app.official (code, name, town_id) select 'O' || code, name, id from app.town",
];

/** An official of the north, and one of the south. */
export const NORTH = "role=department; units=N; user=ON";
export const SOUTH = "role=department; units=S; user=OS";

/** A platform whose towns hand in reports, and a way to have one of the north, by its global id. */
export async function openCounty(): Promise<{ readonly platform: TestPlatform; readonly report: () => Promise<string> }> {
  const platform = await createTestPlatform({ plugins: [reports] });
  for (const statement of PLACES) await platform.sql(statement);
  let number = 0;
  const report = async (): Promise<string> => {
    number += 1;
    const [row] = await platform.sql<{ id: string }>(
      "insert into app.report (number, town_id) select $1, id from app.town where code = 'N' returning id",
      [`R${number}`],
    );
    return `Report:${row?.id ?? ""}`;
  };
  return { platform, report };
}
