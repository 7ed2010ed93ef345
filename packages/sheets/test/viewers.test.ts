import { createWritePool, migrate, settingsOf, type WritePool } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { systemClock, viewerOf, type Role } from "@xianmai/plugin-api";
import { importSheet, type ImportOutcome } from "@xianmai/sheets";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { county, worksSheet } from "./county.ts";
import { workbook, type Rows } from "./workbooks.ts";

let database: TestDatabase;
let pool: WritePool;
let owner: Client;

beforeEach(async () => {
  database = await createTestDatabase({
    name: "sheets county",
    prepare: async (draft) => {
      await migrate({ owner: draft.owner, model: county, log: () => undefined });
    },
  });
  pool = createWritePool(database.app, { size: 1 });
  owner = new Client(database.owner);
  await owner.connect();
  await owner.query(`
    insert into app.unit (code, name) values ('E', '东镇'), ('W', '西镇');
    insert into app.work (code, name, nature, unit_id, checker_id)
      select w.code, w.name, 'NEW_START', u.id, c.id
      from (values ('E1', '东路', 'E', null), ('W1', '西路', 'W', null), ('W2', '西桥', 'W', 'E')) w(code, name, unit, checker)
        join app.unit u on u.code = w.unit left join app.unit c on c.code = w.checker`);
});
afterEach(async () => {
  await Promise.all([pool.close(), owner.end()]);
  await database.drop();
});

const HEADER = ["项目编号", "项目名称", "建设性质", "责任单位"];

async function bring(role: Role, units: readonly string[], rows: Rows, dryRun = false): Promise<ImportOutcome> {
  const file = await workbook([HEADER, ...rows]);
  return pool.use(async (connection) =>
    connection.transaction(settingsOf(viewerOf([], { role, units })), async (client) =>
      importSheet({ model: county, sheet: worksSheet, file, client, clock: systemClock("Asia/Shanghai"), dryRun }),
    ),
  );
}

const names = async (): Promise<unknown> =>
  Object.fromEntries(
    (await owner.query<{ code: string; name: string }>("select code, name from app.work order by code")).rows.map((row) => [
      row.code,
      row.name,
    ]),
  );
const problemsOf = ({ problems }: ImportOutcome): unknown => problems.map(({ code, row, cell, value }) => [code, row, cell, value]);

const UNTOUCHED = { E1: "东路", W1: "西路", W2: "西桥" };

describe.each([true, false])("an importer with units of their own (dry run: %s)", (dryRun) => {
  test("adds and changes what is theirs", async () => {
    const outcome = await bring(
      "township",
      ["E"],
      [
        ["E1", "东大路", "续建", "东镇"],
        ["E2", "东桥", "新开工", "东镇"],
      ],
      dryRun,
    );
    expect(outcome).toMatchObject({ added: 1, changedRows: 1, problems: [], applied: !dryRun });
    expect(await names()).toEqual(dryRun ? UNTOUCHED : { ...UNTOUCHED, E1: "东大路", E2: "东桥" });
  });

  test("is told of each row that is not theirs to write, whether they see it, do not see it, or would make it another's; nothing is written", async () => {
    const outcome = await bring(
      "township",
      ["E"],
      [
        ["E1", "东大路", "续建", "东镇"],
        ["W2", "西大桥", "新开工", "西镇"],
        ["E3", "东渠", "新开工", "西镇"],
      ],
      dryRun,
    );
    expect(problemsOf(outcome)).toEqual([["SHEET_ROW_NOT_YOURS", 3, "A3", "W2"]]);
    const rest = await bring(
      "township",
      ["E"],
      [
        ["E1", "东大路", "续建", "东镇"],
        ["E3", "东渠", "新开工", "西镇"],
        ["E1b", "东坡", "新开工", "东镇"],
      ],
      dryRun,
    );
    expect(problemsOf(rest)).toEqual([["SHEET_ROW_NOT_YOURS", 3, "A3", "E3"]]);
    expect([outcome.applied, rest.applied, await names()]).toEqual([false, false, UNTOUCHED]);
  });

  test("is not told whose row it is that has a number already, nor what is in it", async () => {
    const outcome = await bring("township", ["E"], [["W1", "东渠", "新开工", "东镇"]], dryRun);
    expect(problemsOf(outcome)).toEqual([["SHEET_VALUE_TAKEN", 2, "A2", "W1"]]);
    expect(JSON.stringify(outcome)).not.toMatch(/西/);
    expect(await names()).toEqual(UNTOUCHED);
  });

  test("may bring a file with rows of others that it leaves as they are", async () => {
    const outcome = await bring(
      "township",
      ["E"],
      [
        ["W2", "西桥", "新开工", "西镇"],
        ["E1", "东大路", "新开工", "东镇"],
      ],
      dryRun,
    );
    expect(outcome).toMatchObject({ unchanged: 1, changedRows: 1, problems: [] });
  });

  test("writes nothing as a guest, and is told so", async () => {
    const outcome = await bring(
      "guest",
      ["E"],
      [
        ["E1", "东大路", "新开工", "东镇"],
        ["E2", "东桥", "新开工", "东镇"],
      ],
      dryRun,
    );
    expect(outcome.problemCount).toBeGreaterThan(0);
    expect([outcome.applied, await names()]).toEqual([false, UNTOUCHED]);
  });

  test("cannot make what a row refers to where they may not write at all", async () => {
    const file = await workbook([
      [...HEADER, "建设单位"],
      ["E2", "东桥", "新开工", "东镇", "甲公司"],
    ]);
    const outcome = await pool.use(async (connection) =>
      connection.transaction(settingsOf(viewerOf([], { role: "guest", units: ["E"] })), async (client) =>
        importSheet({ model: county, sheet: worksSheet, file, client, clock: systemClock("Asia/Shanghai"), dryRun }),
      ),
    );
    expect(problemsOf(outcome)).toEqual([["SHEET_ROW_NOT_YOURS", 2, "A2", "E2"]]);
    expect((await owner.query("select from app.firm")).rows).toEqual([]);
  });
});

test("one bad row among very many is found", async () => {
  const rows = Array.from({ length: 300 }, (_, at) => [`N${at}`, "路", "新开工", at === 217 ? "西镇" : "东镇"]);
  const outcome = await bring("township", ["E"], rows);
  expect(problemsOf(outcome)).toEqual([["SHEET_ROW_NOT_YOURS", 219, "A219", "N217"]]);
});
