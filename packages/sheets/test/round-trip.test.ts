import { createWritePool, migrate, type WritePool } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { fixedClock, type Instant, type Sheet } from "@xianmai/plugin-api";
import { exportSheet, importSheet, type ImportOutcome } from "@xianmai/sheets";
import fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { county, firmsSheet, reportsSheet, unitsSheet, worksSheet } from "./county.ts";
import { whole } from "./workbooks.ts";

const clock = fixedClock("2023-11-20T01:00:00.000Z" as Instant, "Asia/Shanghai");

let database: TestDatabase;
let pool: WritePool;
let owner: Client;

beforeAll(async () => {
  database = await createTestDatabase({
    name: "sheets county",
    prepare: async (draft) => {
      await migrate({ owner: draft.owner, model: county, log: () => undefined });
    },
  });
  pool = createWritePool(database.app, { size: 1 });
  owner = new Client(database.owner);
  await owner.connect();
});
afterAll(async () => {
  await Promise.all([pool.close(), owner.end()]);
  await database.drop();
});

/** Exports a sheet and imports the file, as a dry run, in one transaction. */
async function thereAndBack(sheet: Sheet): Promise<ImportOutcome> {
  return pool.use(async (connection) =>
    connection.transaction({ role: "xm_all" }, async (client) => {
      await using exported = await exportSheet({ model: county, sheet, client, clock });
      const bytes = await whole(exported.bytes());
      return await importSheet({ model: county, sheet, file: { name: exported.fileName, bytes }, client, clock, dryRun: true });
    }),
  );
}

const changesNothing = (rows: number): unknown => ({
  rows,
  added: 0,
  changed: [],
  changedRows: 0,
  unchanged: rows,
  problems: [],
  created: [],
});
const outcomeOf = ({ rows, added, changed, changedRows, unchanged, problems, created }: ImportOutcome): unknown => ({
  rows,
  added,
  changed,
  changedRows,
  unchanged,
  problems,
  created,
});

/** What a spreadsheet program, an XML file or a clerk's eye makes something else of. */
const HOSTILE = [
  "=1+1",
  "=cmd|' /C calc'!A0",
  "+86 10 1234",
  "-5",
  "@SUM(A1)",
  "'引号",
  "007",
  "12345678901234567",
  "1E5",
  "2023-3-1",
  "3/4",
  "TRUE",
  "_x000D_",
  "<b>&amp;</b>",
  "第一行\n第二行\r\n  第三行",
  "  两端空格\t",
  "贾　例",
  "😀𠮷",
  "ａｂｃ１２３",
  "\u0001\u000b\u200b",
  "无",
  "—",
  "合计",
  "长".repeat(32_767),
];
const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\0", "").toWellFormed()) },
);
/** What names a row: a text that says something, on one line. */
const anyName = fc
  .tuple(fc.constantFrom("=1+1", "+86", "-5", "@x", "007", "12345678901234567", "光伏", "A 1", "<&>", "😀", "_x0041_"), fc.nat(9999))
  .map(([text, number]) => `${text}${number}`);
const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { freq: 4 });
const day = (first: string, last: string): fc.Arbitrary<string> =>
  fc.date({ min: new Date(first), max: new Date(last), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const anyDay = fc.oneof(day("1900-01-01", "1900-03-02"), day("1900-01-01", "2300-01-01"), day("1949-12-30", "1950-01-02"));

const anyWork = fc.record({
  code: anyName,
  name: anyName,
  nature: fc.constantFrom("NEW_START", "CONTINUING"),
  field: optional(fc.constantFrom("new-energy", "roads")),
  stage: fc.constantFrom("RESERVED", "STARTED"),
  firm: optional(fc.constantFrom("甲公司", "乙公司（北京）")),
  unit: fc.constantFrom("1", "2", "3"),
  checker: optional(fc.constantFrom("1", "2", "3")),
  parent: optional(fc.nat(20)),
  batch: optional(fc.integer({ min: -2_147_483_647, max: 2_147_483_647 })),
  deadline: optional(anyDay),
  month: optional(anyDay.map((text) => text.slice(0, 7))),
  reported_at: optional(
    fc.date({ min: new Date("1992-01-01"), max: new Date("2199-12-30"), noInvalidDate: true }).map((date) => date.toISOString()),
  ),
  amount: optional(fc.oneof(fc.constant(0n), fc.bigInt(-(10n ** 17n), 10n ** 17n), fc.bigInt(0n, 10n ** 9n)).map(String)),
  area: optional(fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.nat(9)).map(([digits, scale]) => decimal(digits, scale))),
  rate: optional(fc.tuple(fc.bigInt(0n, 10n ** 6n), fc.nat(4)).map(([digits, scale]) => decimal(digits, scale))),
  listed: fc.boolean(),
  aliases: fc.array(fc.oneof(anyName, fc.constantFrom("甲，乙", " 丙 ", "丁\n戊")), { maxLength: 3 }),
  content: optional(anyText),
});

function decimal(digits: bigint, scale: number): string {
  const [sign, plain] = [digits < 0n ? "-" : "", String(digits < 0n ? -digits : digits).padStart(scale + 1, "0")];
  return scale === 0 ? `${sign}${plain}` : `${sign}${plain.slice(0, -scale)}.${plain.slice(-scale)}`;
}

async function fill(works: readonly (typeof anyWork extends fc.Arbitrary<infer Work> ? Work : never)[]): Promise<void> {
  await owner.query("delete from app.work_report; delete from app.work; delete from app.firm; delete from app.unit");
  await owner.query(`insert into app.unit (code, name, short_name, aliases) values
    ('1', '蔚县', null, '{}'), ('2', '住房和城乡建设局', '住建局', '{"建设局，旧"}'), ('3', '住房和城乡建设局', null, '{}')`);
  await owner.query("update app.unit set parent_id = (select id from app.unit where code = '1') where code > '1'");
  await owner.query(
    `insert into app.firm (name, credit_code, short_names, listed) values ('甲公司', '00123', '{}', true), ('乙公司（北京）', null, '{}', false)`,
  );
  await owner.query(
    `insert into app.work (code, name, nature, field_id, stage, firm_id, unit_id, checker_id, batch, deadline, month, reported_at, amount, area, rate, listed, aliases, content)
     select w.code, w.name, w.nature, e.id, w.stage, f.id, u.id, c.id, w.batch, w.deadline, w.month, w.reported_at, w.amount, w.area, w.rate, w.listed, w.aliases, w.content
     from json_populate_recordset(null::app.work, $1::json) w join json_to_recordset($1::json) r(code text, field text, firm text, unit text, checker text) on r.code = w.code
       join app.unit u on u.code = r.unit left join app.unit c on c.code = r.checker
       left join app.firm f on f.name = r.firm left join app.dictionary_entry e on e.code = r.field`,
    [JSON.stringify(works.map((work) => ({ ...work })))],
  );
  for (const [at, { parent }] of works.entries()) {
    // a part never stands above itself
    if (parent === null || parent >= at) continue;
    const sql = "update app.work set parent_id = (select id from app.work where code = $2) where code = $1";
    await owner.query(sql, [works[at]!.code, works[parent]!.code]);
  }
}

test("what is exported and imported again changes nothing, whatever the rows hold", async () => {
  const someWorks = fc.uniqueArray(anyWork, { selector: ({ code }) => code.toLowerCase(), minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(someWorks, async (works) => {
      await fill(works);
      expect(outcomeOf(await thereAndBack(worksSheet))).toEqual(changesNothing(works.length));
    }),
    { numRuns: 40 },
  );
});

test("names that several rows bear come back as the rows that they stood for", async () => {
  await fill([]);
  expect(outcomeOf(await thereAndBack(unitsSheet))).toEqual(changesNothing(3));
  expect(outcomeOf(await thereAndBack(firmsSheet))).toEqual(changesNothing(2));
});

test("rows that two columns name, and an empty table, come back as they were too", async () => {
  await fill([]);
  expect(outcomeOf(await thereAndBack(reportsSheet))).toEqual(changesNothing(0));
});
