import { countyViewer, viewerOf, type Language, type Viewer } from "@xianmai/plugin-api";
import { describe, expect, test } from "vitest";

import { openCounty, type CountyPlatform } from "./county/platform.ts";
import { add } from "./county/rows.ts";

interface Problem {
  readonly code: string;
  readonly path: readonly string[];
  readonly message: string;
}

interface Started extends CountyPlatform {
  readonly unit: string;
  readonly other: string;
  readonly project: string;
}

async function started(): Promise<Started> {
  const county = await openCounty();
  const [unit = "", other = ""] = await add(county.owner, "Unit", [
    { code: "A", name: "发改局" },
    { code: "B", name: "住建局" },
  ]);
  const [project = ""] = await add(county.owner, "Project", [
    { code: "P1", name: "光伏", responsibleUnitId: unit },
    { code: "P2", name: "古城", responsibleUnitId: unit, creditCode: "C2" },
  ]);
  return { ...county, unit: `Unit:${unit}`, other: `Unit:${other}`, project: `Project:${project}` };
}

async function problemsOf(
  county: CountyPlatform,
  name: string,
  input: object,
  { language = "en", viewer = countyViewer }: { readonly language?: Language; readonly viewer?: Viewer } = {},
): Promise<readonly Problem[]> {
  const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await county.ask(
    `mutation($input: ${type}!) { answer: ${name}(input: $input) { project { id } problems { code path message } } }`,
    { variables: { input }, language, viewer },
  );
  expect(errors).toBeUndefined();
  const { project, problems } = data!["answer"] as { readonly project: unknown; readonly problems: readonly Problem[] };
  expect(project).toBeNull();
  return problems;
}

/** Every row of every table, and everything that is recorded of them: what a refused mutation may not touch. */
async function everything({ owner }: CountyPlatform): Promise<unknown> {
  const { rows } = await owner.query(
    `select (select json_agg(p order by id) from app.project p) as projects, (select count(*) from xmh.project) as versions,
      (select count(*) from xm.change) as changes, (select count(*) from xm.request) as requests`,
  );
  return rows;
}

/** Too long for an index whatever is done to shorten it: no part of it repeats. */
const LONG = Array.from({ length: 4000 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000))).join("");
const NOBODY = "00000000-0000-4000-8000-000000000000";

interface Case {
  readonly what: string;
  readonly input: object;
  readonly code: string;
  readonly at: string;
  /** What the messages say in Chinese and English: the column, the value. */
  readonly zh: RegExp;
  readonly en: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: "a required answer set to null",
    input: { urgent: null },
    code: "VALUE_REQUIRED",
    at: "urgent",
    zh: /紧急.*请填写/,
    en: /Urgent.*give a value/,
  },
  { what: "a required list set to null", input: { tags: null }, code: "VALUE_REQUIRED", at: "tags", zh: /标签/, en: /Tags/ },
  {
    what: "a choice with a default set to null",
    input: { nature: null },
    code: "VALUE_REQUIRED",
    at: "nature",
    zh: /建设性质/,
    en: /Nature/,
  },
  {
    what: "a text with the character NUL",
    input: { name: "a\0b" },
    code: "VALUE_INVALID",
    at: "name",
    zh: /名称.*a\\u0000b.*请删去/,
    en: /Name.*a\\u0000b.*remove/,
  },
  {
    what: "a text with half of a character",
    input: { name: "光\ud800" },
    code: "VALUE_INVALID",
    at: "name",
    zh: /名称.*\\ud800.*请删去/,
    en: /Name.*\\ud800.*remove/,
  },
  {
    what: "a list with such a text",
    input: { tags: ["好", "\udc00"] },
    code: "VALUE_INVALID",
    at: "tags",
    zh: /标签.*\\udc00/,
    en: /Tags.*\\udc00/,
  },
  {
    what: "a key that is too long for its index",
    input: { code: LONG },
    code: "VALUE_INVALID",
    at: "code",
    zh: /编号.*…".*请缩短/,
    en: /Code.*…".*shorten/,
  },
  {
    what: "a unique text that is too long",
    input: { creditCode: LONG },
    code: "VALUE_INVALID",
    at: "creditCode",
    zh: /信用代码.*请缩短/,
    en: /Credit code.*shorten/,
  },
  {
    what: "money with digits below the 分",
    input: { totalInvestment: "0.0000001" },
    code: "VALUE_INVALID",
    at: "totalInvestment",
    zh: /总投资.*"0\.0000001".*万元最多六位小数/,
    en: /Total investment.*"0\.0000001".*six decimals/,
  },
  {
    what: "more money than there is",
    input: { totalInvestment: "99999999999999999999" },
    code: "VALUE_INVALID",
    at: "totalInvestment",
    zh: /99999999999999999999/,
    en: /99999999999999999999/,
  },
  {
    what: "a code that the dictionary does not have",
    input: { field: "old-energy" },
    code: "ENTRY_UNKNOWN",
    at: "field",
    zh: /项目领域.*"old-energy".*请使用/,
    en: /Field of a project.*"old-energy".*use one/,
  },
  { what: "a code of another dictionary", input: { field: "no-such" }, code: "ENTRY_UNKNOWN", at: "field", zh: /no-such/, en: /no-such/ },
  {
    what: "the bare key of a row",
    input: { responsibleUnit: NOBODY },
    code: "ID_MALFORMED",
    at: "responsibleUnit",
    zh: /单位的全局标识：应形如 Unit:/,
    en: /it reads Unit:/,
  },
  {
    what: "the id of a row of something else",
    input: { township: `Project:${NOBODY}` },
    code: "ID_MALFORMED",
    at: "township",
    zh: /Unit:<uuid>/,
    en: /Unit:<uuid>/,
  },
  {
    what: "the id of no row",
    input: { leader: `Official:${NOBODY}` },
    code: "REFERENCE_NOT_FOUND",
    at: "leader",
    zh: /没有标识为.*的干部/,
    en: /no Official with the id/,
  },
  {
    what: "a natural key that another row has",
    input: { code: "P2" },
    code: "UNIQUE_TAKEN",
    at: "code",
    zh: /相同的编号/,
    en: /same Code/,
  },
  {
    what: "a unique value that another row has",
    input: { creditCode: "C2" },
    code: "UNIQUE_TAKEN",
    at: "creditCode",
    zh: /相同的信用代码/,
    en: /same Credit code/,
  },
];

describe.each([
  ["an update", "updateProject", ({ project }: Started) => ({ id: project })],
  ["a create", "createProject", ({ unit }: Started) => ({ code: "N1", name: "新", responsibleUnit: unit })],
])("%s that is given", (_what, name, base) => {
  test.each(CASES.map((one) => [one.what, one] as const))("%s says so in both languages, and nothing is written", async (_case, one) => {
    const county = await started();
    const before = await everything(county);
    const input = { ...base(county), batch: 4, idempotencyKey: "k", ...one.input };
    for (const language of ["zh", "en"] as const) {
      const problems = await problemsOf(county, name, input, { language });
      expect(problems).toEqual([{ code: one.code, path: ["input", one.at], message: expect.stringMatching(one[language]) as string }]);
      expect(problems[0]!.message.length).toBeLessThan(200);
    }
    expect(await everything(county)).toEqual(before);
  });

  test("several such says all that is wrong at once", async () => {
    const county = await started();
    const problems = await problemsOf(county, name, {
      ...base(county),
      urgent: null,
      field: "x",
      totalInvestment: "0.0000001",
      township: "1",
    });
    expect(problems.map(({ code, path }) => `${code} ${path.join(".")}`).sort()).toEqual([
      "ENTRY_UNKNOWN input.field",
      "ID_MALFORMED input.township",
      "VALUE_INVALID input.totalInvestment",
      "VALUE_REQUIRED input.urgent",
    ]);
  });

  test.each([
    ["a number of more than 32 bits", { batch: 2_147_483_648 }, "batch"],
    ["a word for a number", { batch: "vier" }, "batch"],
    ["a choice that there is not", { nature: "NONE" }, "nature"],
    ["a day that there is not", { startDeadline: "2023-02-30" }, "startDeadline"],
    ["a month that there is not", { planMonth: "2023-13" }, "planMonth"],
    ["a time without an offset", { checkedAt: "2023-01-01T00:00:00" }, "checkedAt"],
    ["a float for a decimal", { area: 1.5 }, "area"],
    ["a list with nothing in it", { tags: [null] }, "tags"],
    ["a column that there is not", { colour: "red" }, "colour"],
    ["its stage", { stage: "COMPLETED" }, "stage"],
  ])("%s is refused before it begins, with the place", async (_case, rest, at) => {
    const county = await started();
    const before = await everything(county);
    const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await county.ask(`mutation($input: ${type}!) { ${name}(input: $input) { problems { code } } }`, {
      variables: { input: { ...base(county), ...rest } },
    });
    expect(data ?? null).toBeNull();
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining(at) as string, extensions: { code: "BAD_USER_INPUT" } }),
    ]);
    expect(await everything(county)).toEqual(before);
  });
});

describe("a mutation that PostgreSQL itself refuses", () => {
  test("for a rule that an administrator has put there names the column and the value", async () => {
    const county = await started();
    await county.owner.query("alter table app.project add constraint share_is_positive check (share > 0)");
    expect(await problemsOf(county, "updateProject", { id: county.project, share: "-1.5" })).toEqual([
      { code: "VALUE_INVALID", path: ["input", "share"], message: expect.stringMatching(/^Share cannot be "-1.5": /) as string },
    ]);
  });

  test.each(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])(
    "for the time %s, which it cannot write, says where",
    async (checkedAt) => {
      const county = await started();
      const before = await everything(county);
      const { data, errors = [] } = await county.ask(
        "mutation($input: UpdateProjectInput!) { updateProject(input: $input) { problems { code path message } } }",
        { variables: { input: { id: county.project, checkedAt } } },
      );
      const { problems } = (data?.["updateProject"] ?? { problems: [] }) as { readonly problems: readonly Problem[] };
      // as a value that is no time at all, or as one that the column cannot hold
      const said = [
        ...errors.map(({ extensions, message }) => [extensions?.["code"], message]),
        ...problems.map(({ code, message }) => [code, message]),
      ];
      expect(said).toEqual([[expect.stringMatching(/^(BAD_USER_INPUT|VALUE_INVALID)$/), expect.stringMatching(/checkedAt|Checked at/)]]);
      expect(await everything(county)).toEqual(before);
    },
  );

  test("for a reference that has gone meanwhile, or rows that keep it, says which", async () => {
    const county = await started();
    await add(county.owner, "Report", [{ projectId: county.project.slice(8), month: "2023-01", invested: 1n }]);
    const problems = await problemsOf(county, "deleteProject", { id: county.project });
    expect(problems).toEqual([{ code: "STILL_REFERENCED", path: ["input", "id"], message: expect.stringContaining("Report") as string }]);
  });

  test("since two wait for each other is done anew", async () => {
    const county = await started();
    const { owner } = county;
    await owner.query("begin");
    await owner.query("update app.project set code = 'P9' where code = 'P2'");
    const { rows } = await owner.query<{ id: string }>("select id from app.project where code = 'P9'");
    // holds its own row, and waits for the other as its parent
    const changing = county.ask(
      "mutation($input: UpdateProjectInput!) { updateProject(input: $input) { project { code parent { code } } problems { code } } }",
      { variables: { input: { id: county.project, code: "P8", parent: `Project:${rows[0]!.id}` } } },
    );
    const waits = async (): Promise<boolean> => {
      const found = await county.readPool.batch({}, [
        {
          text: "select 1 from pg_stat_activity where application_name = 'xianmai write' and datname = current_database() and wait_event_type = 'Lock'",
          values: [],
        },
      ]);
      return (found[0]?.rows.length ?? 0) > 0;
    };
    while (!(await waits()));
    // whichever of the two PostgreSQL gives up, the mutation is done in the end
    await owner.query("update app.project set name = '甲' where code = 'P1'").catch(() => undefined);
    await owner.query("commit");
    const { data } = await changing;
    expect(data).toMatchObject({
      updateProject: { project: { code: "P8", parent: { code: expect.stringMatching(/^P[29]$/) as string } }, problems: [] },
    });
  });
});

describe("a viewer of some units", () => {
  const office: Viewer = { ...viewerOf([], { role: "department", units: ["A"] }), may: () => true };

  test("is told where they may not write, and nothing is written", async () => {
    const county = await started();
    const [foreign = ""] = await add(county.owner, "Project", [
      { code: "P3", name: "路", responsibleUnitId: county.other.slice(5), townshipId: null },
    ]);
    const before = await everything(county);
    const told = async (name: string, input: object): Promise<unknown> =>
      (await problemsOf(county, name, input, { viewer: office })).map(({ code, path }) => `${code} ${path.join(".")}`);
    expect(await told("updateProject", { id: `Project:${foreign}`, name: "x" })).toEqual(["NOT_FOUND input.id"]);
    expect(await told("deleteProject", { id: `Project:${foreign}` })).toEqual(["NOT_FOUND input.id"]);
    expect(await told("updateProject", { id: county.project, responsibleUnit: county.other })).toEqual(["OUTSIDE_SCOPE input"]);
    expect(await told("createProject", { code: "N1", name: "新", responsibleUnit: county.other })).toEqual(["OUTSIDE_SCOPE input"]);
    expect(await told("updateProject", { id: county.project, parent: `Project:${foreign}` })).toEqual(["REFERENCE_NOT_FOUND input.parent"]);
    expect(await everything(county)).toEqual(before);
  });
});
