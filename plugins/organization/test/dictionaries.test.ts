import { writeXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { column, definePlugin, dictionary, entity, lifecycle, sheet } from "@xianmai/plugin-api";
import { organization } from "@xianmai/plugin-organization";
import { Unit } from "@xianmai/plugin-organization/contract";
import { createTestPlatform, type TestFile, type TestPlatform, type TestViewer } from "@xianmai/testing";

const requestKind = dictionary(
  "request-kind",
  { zh: "诉求类别", en: "Kinds of requests" },
  { land: { zh: "用地", en: "Land" }, funds: { zh: "融资", en: "Funds" }, other: { zh: "其他", en: "Other" } },
);

/** What people ask for. */
class Request extends entity(
  "Request",
  { zh: "诉求", en: "Request", title: "summary", key: "code", scope: "everyone", create: "request.edit", update: "request.edit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    kind: column.entry(requestKind, { zh: "类别", en: "Kind", optional: true }),
    source: column.text({ zh: "来源", en: "Source", optional: true, fixed: true }),
  },
) {}

const VisitStage = lifecycle(
  "VisitStage",
  { zh: "走访状态", en: "Stage of a visit" },
  {
    start: "PLANNED",
    states: { PLANNED: { zh: "计划", en: "Planned" }, MADE: { zh: "已走访", en: "Made", end: true } },
    steps: { make: { zh: "走访", en: "Make", from: "PLANNED", to: "MADE", takes: ["about"] } },
  },
);

/** What units find out for themselves. */
class Visit extends entity(
  "Visit",
  { zh: "走访", en: "Visit", title: "summary", key: "code", scope: "unit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit" }),
    about: column.entry(requestKind, { zh: "事由", en: "About" }),
    stage: column.stage(VisitStage),
  },
) {}

const requests = definePlugin({
  name: "requests",
  version: "1.0.0",
  label: { zh: "诉求", en: "Requests" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  permissions: { "request.edit": { zh: "登记诉求", en: "Enter requests", roles: ["department", "township"] } },
  entities: [Request, Visit],
  dictionaries: [requestKind],
  sheets: [sheet(Request, "requests", { zh: "诉求登记表", en: "Requests" }, { code: {}, summary: {}, kind: {}, source: {} })],
});

/** A county in which departments keep the dictionaries. */
const lenient = definePlugin({
  ...organization,
  permissions: { ...organization.permissions, "dictionary.edit": { zh: "维护字典", en: "Keep the dictionaries", roles: ["department"] } },
});

interface Problems {
  readonly problems: readonly { readonly code: string; readonly path: readonly string[]; readonly message: string }[];
}

describe("an entry of a dictionary", () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await createTestPlatform({ plugins: [organization, requests] });
  });
  afterAll(async () => platform[Symbol.asyncDispose]());

  const CREATE =
    "mutation ($input: CreateDictionaryEntryInput!) { createDictionaryEntry(input: $input) { dictionaryEntry { id code zh } problems { code path message } } }";
  const dictionaryId = async (): Promise<string> =>
    (await platform.query<{ dictionary: { id: string } }>('{ dictionary(code: "request-kind") { id } }')).dictionary.id;
  const create = async (input: object): Promise<Problems & { dictionaryEntry: { id: string } | null }> =>
    (
      await platform.query<{ createDictionaryEntry: Problems & { dictionaryEntry: { id: string } | null } }>(CREATE, {
        input: { dictionary: await dictionaryId(), ...input },
      })
    ).createDictionaryEntry;

  test("is added by the county, and shown in its place", async () => {
    expect(await create({ code: "talent", zh: "用工", en: "Staff", position: 1 })).toMatchObject({
      dictionaryEntry: { code: "talent" },
      problems: [],
    });
    const { dictionary } = await platform.query<{ dictionary: object }>(
      '{ dictionary(code: "request-kind") { entries { nodes { code label } } } }',
    );
    expect(dictionary).toEqual({
      entries: {
        nodes: [
          { code: "land", label: "用地" },
          { code: "talent", label: "用工" },
          { code: "funds", label: "融资" },
          { code: "other", label: "其他" },
        ],
      },
    });
  });

  test.each(["Talent", "new_energy", "新能源", "1st", "a--b", "", "a "])("is refused with the code %j, and why is said", async (code) => {
    const { problems } = await create({ code, zh: "其他", en: "Other" });
    expect(problems).toMatchObject([{ code: "VALUE_INVALID", path: ["input", "code"] }]);
    expect(problems[0]!.message).toContain("new-energy");
  });

  test.each([
    { zh: " ", en: "Other" },
    { zh: "其他", en: "" },
  ])("needs a name in both languages: %j", async (names) => {
    const { problems } = await create({ code: "others", ...names });
    expect(problems).toMatchObject([{ code: "VALUE_INVALID", path: ["input", names.en === "" ? "en" : "zh"] }]);
  });

  test("has its code once in a dictionary", async () => {
    const { problems } = await create({ code: "land", zh: "土地", en: "Ground" });
    expect(problems).toMatchObject([{ code: "UNIQUE_TAKEN" }]);
  });

  test("is the county's alone to edit", async () => {
    const { createDictionaryEntry } = await platform
      .as("role=department")
      .query<{ createDictionaryEntry: object }>(CREATE, { input: { dictionary: await dictionaryId(), code: "x", zh: "某", en: "X" } });
    expect(createDictionaryEntry).toMatchObject({ dictionaryEntry: null, problems: [{ code: "PERMISSION_DENIED" }] });
  });

  test("is renamed, and never gets another code", async () => {
    const { dictionaryEntry } = await create({ code: "permit", zh: "审批", en: "Permit" });
    const { updateDictionaryEntry } = await platform.query<{ updateDictionaryEntry: object }>(
      'mutation ($id: ID!) { updateDictionaryEntry(input: { id: $id, zh: "手续", en: "Permits" }) { dictionaryEntry { code zh } problems { code } } }',
      { id: dictionaryEntry!.id },
    );
    expect(updateDictionaryEntry).toEqual({ dictionaryEntry: { code: "permit", zh: "手续" }, problems: [] });
    const { errors } = await platform.ask(
      'mutation ($id: ID!) { updateDictionaryEntry(input: { id: $id, code: "x" }) { problems { code } } }',
      {
        id: dictionaryEntry!.id,
      },
    );
    expect(JSON.stringify(errors)).toContain('Field \\"code\\" is not defined');
  });

  test("whoever writes past the API is held to the same codes and names", async () => {
    await expect(platform.sql("update dictionary_entry set code = 'Land' where code = 'land'")).rejects.toThrow("dictionary_entry_written");
    await expect(platform.sql("update dictionary_entry set zh = ' ' where code = 'land'")).rejects.toThrow("dictionary_entry_written");
  });
});

describe("an entry that rows use", () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await createTestPlatform({ plugins: [lenient, requests], at: "2023-06-01T09:00:00+08:00" });
    await platform.sql(`insert into unit (code, name, kind) values ('A', '甲局', 'DEPARTMENT'), ('B', '乙局', 'DEPARTMENT')`);
    await platform.sql(`insert into request (code, summary, kind_id) select n, '某事', e.id
      from dictionary_entry e, unnest(array['1', '2']) n where e.code = 'land'`);
    await platform.sql(`insert into visit (code, summary, unit_id, about_id) select u.code || e.code, '走访', u.id, e.id
      from dictionary_entry e, unit u where e.code in ('land', 'funds') and u.code = 'A'`);
  });
  afterAll(async () => platform[Symbol.asyncDispose]());

  const idOf = async (code: string): Promise<string> =>
    (
      await platform.query<{ dictionaryEntries: { nodes: [{ id: string }] } }>(
        "query ($code: String) { dictionaryEntries(filter: { code: { eq: $code } }) { nodes { id } } }",
        { code },
      )
    ).dictionaryEntries.nodes[0].id;
  const remove = async (viewer: TestViewer, code: string): Promise<Problems> =>
    (
      await viewer.query<{ deleteDictionaryEntry: Problems }>(
        "mutation ($id: ID!) { deleteDictionaryEntry(input: { id: $id }) { problems { code path message } } }",
        { id: await idOf(code) },
      )
    ).deleteDictionaryEntry;
  const retire = async (code: string, on: string | null): Promise<void> => {
    const { updateDictionaryEntry } = await platform.query<{ updateDictionaryEntry: Problems }>(
      "mutation ($id: ID!, $on: Date) { updateDictionaryEntry(input: { id: $id, retiredOn: $on }) { problems { code } } }",
      { id: await idOf(code), on },
    );
    expect(updateDictionaryEntry.problems).toEqual([]);
  };
  const choose = async (mutation: "createRequest" | "updateRequest", input: object): Promise<Problems> => {
    const type = mutation === "createRequest" ? "CreateRequestInput" : "UpdateRequestInput";
    const answer = await platform.query<Record<string, Problems>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { problems { code path message } } }`,
      { input },
    );
    return answer[mutation]!;
  };

  test("is not removed, and the problem says where it is used, how often, and what to do instead", async () => {
    const { problems } = await remove(platform, "land");
    expect(problems).toMatchObject([{ code: "ENTRY_IN_USE", path: ["input", "id"] }]);
    expect(problems[0]!.message).toBe(
      "字典项“用地”（land）正在使用，不能删除（诉求·类别 2 条；走访·事由 1 条）：请改为停用（填写 retiredOn），已有记录照常显示，新填写的不能再选。",
    );
    expect(await platform.sql("select 1 from dictionary_entry where code = 'land'")).toHaveLength(1);
  });

  test("is not removed either by one who sees none of the rows, and learns only that there are some", async () => {
    const { problems } = await remove(platform.as("role=department; units=B"), "funds");
    expect(problems).toMatchObject([{ code: "ENTRY_IN_USE" }]);
    expect(problems[0]!.message).toContain("有您无权查看的记录在用");
    expect(problems[0]!.message).not.toContain("走访");
    const seen = await remove(platform.as("role=department; units=B"), "land");
    expect(seen.problems[0]!.message).toContain("诉求·类别 2 条；您无权查看的记录未计入");
  });

  test("is removed once no row has it", async () => {
    expect(await remove(platform, "other")).toEqual({ problems: [] });
    expect(await platform.sql("select 1 from dictionary_entry where code = 'other'")).toEqual([]);
  });

  test("is retired: rows keep and show it, filters find them, and nothing new can choose it", async () => {
    await retire("land", "2023-06-01");
    const { requests: found } = await platform.query<{ requests: object }>(
      '{ requests(filter: { kind: { eq: "land" } }) { nodes { code kind { code label retiredOn } } } }',
    );
    const kind = { code: "land", label: "用地", retiredOn: "2023-06-01" };
    expect(found).toEqual({
      nodes: [
        { code: "1", kind },
        { code: "2", kind },
      ],
    });
    const created = await choose("createRequest", { code: "3", summary: "某事", kind: "land" });
    expect(created.problems).toMatchObject([{ code: "ENTRY_RETIRED", path: ["input", "kind"] }]);
    expect(created.problems[0]!.message).toBe(
      "类别：字典“诉求类别”中的“用地”（land）自 2023-06-01 起停用，不能再选：请改选启用中的字典项。",
    );
    // a form sends everything back: what the row has already is no choice
    const { request } = await platform.query<{ request: { id: string } }>('{ request(code: "1") { id } }');
    expect(await choose("updateRequest", { id: request.id, summary: "补充", kind: "land" })).toEqual({ problems: [] });
    expect(await choose("updateRequest", { id: request.id, kind: "funds" })).toEqual({ problems: [] });
    expect(await choose("updateRequest", { id: request.id, kind: "land" })).toMatchObject({ problems: [{ code: "ENTRY_RETIRED" }] });
    await retire("land", null);
    expect(await choose("updateRequest", { id: request.id, kind: "land" })).toEqual({ problems: [] });
  });

  test("is chosen by no step, unless the row has it", async () => {
    const { visits } = await platform.query<{ visits: { nodes: { id: string; about: { code: string } }[] } }>(
      "{ visits { nodes { id about { code } } } }",
    );
    const idWith = (code: string): string => visits.nodes.find(({ about }) => about.code === code)!.id;
    const make = async (id: string): Promise<unknown> =>
      platform.query('mutation ($id: ID!) { makeVisit(input: { id: $id, about: "funds" }) { visit { stage } problems { code path } } }', {
        id,
      });
    await retire("funds", "2023-06-01");
    expect(await make(idWith("land"))).toEqual({
      makeVisit: { visit: null, problems: [{ code: "ENTRY_RETIRED", path: ["input", "about"] }] },
    });
    expect(await make(idWith("funds"))).toEqual({ makeVisit: { visit: { stage: "MADE" }, problems: [] } });
    await retire("funds", null);
  });

  test("can be chosen until the day comes on which it is retired", async () => {
    await retire("funds", "2023-06-02");
    expect(await choose("createRequest", { code: "4", summary: "某事", kind: "funds" })).toEqual({ problems: [] });
    await retire("funds", null);
  });

  test("a sheet keeps a retired entry where a row has it, and chooses it nowhere else", async () => {
    await retire("funds", "2023-01-01");
    const file = async (rows: string[][]): Promise<TestFile> => ({
      name: "诉求.xlsx",
      bytes: await writeXlsx({ sheets: [{ name: "表", rows: [["编号", "情况", "类别"], ...rows] }] }),
    });
    await platform.sql("update request set kind_id = (select id from dictionary_entry where code = 'funds') where code = '2'");
    expect(await platform.import("requests", await file([["2", "已有的保留", "融资"]]))).toMatchObject({ changedRows: 1, problems: [] });
    const outcome = await platform.import(
      "requests",
      await file([
        ["1", "改选", "融资"],
        ["9", "新填", "funds"],
        ["8", "写错", "融姿"],
      ]),
    );
    expect(outcome.applied).toBe(false);
    expect(outcome.problems).toMatchObject([
      { cell: "C2", code: "SHEET_ENTRY_RETIRED", reason: { zh: "字典“诉求类别”中的“融资”（funds）已停用" } },
      { cell: "C3", code: "SHEET_ENTRY_RETIRED" },
      { cell: "C4", code: "SHEET_NOT_CHOICE", remedy: { zh: expect.not.stringContaining("融资") as string } },
    ]);
    await retire("funds", null);
  });
});

test("a column that is fixed is given once: no update takes it, and no sheet changes it", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, requests] });
  const file = async (source: string): Promise<TestFile> => ({
    name: "诉求.xlsx",
    bytes: await writeXlsx({
      sheets: [
        {
          name: "表",
          rows: [
            ["编号", "情况", "来源"],
            ["1", "某事", source],
          ],
        },
      ],
    }),
  });
  expect(await platform.import("requests", await file("热线"))).toMatchObject({ added: 1, problems: [] });
  expect(await platform.import("requests", await file("热线"))).toMatchObject({ unchanged: 1, problems: [] });
  expect((await platform.import("requests", await file("来信"))).problems).toMatchObject([
    { cell: "C2", code: "SHEET_VALUE_FIXED", reason: { zh: "来源登记后不再更改，现为“热线”" } },
  ]);
  const { __type } = await platform.query<{ __type: { inputFields: { name: string }[] } }>(
    '{ __type(name: "UpdateRequestInput") { inputFields { name } } }',
  );
  expect(__type.inputFields.map(({ name }) => name)).not.toContain("source");
});

describe("a sheet of entries", () => {
  const file = async (...rows: (string | number | null)[][]): Promise<TestFile> => ({
    name: "字典.xlsx",
    bytes: await writeXlsx({ sheets: [{ name: "表", rows: [["字典", "条目代码", "名称", "英文", "序号", "停用日期"], ...rows] }] }),
  });

  test("adds, renames, moves and retires, as one revision", async () => {
    await using platform = await createTestPlatform({ plugins: [organization, requests] });
    const outcome = await platform.import(
      "dictionary-entries",
      await file(
        ["request-kind", "land", "土地", "Land", 3, null],
        ["诉求类别", "funds", "融资", "Funds", 2, "2023-12-31"],
        ["诉求类别", "talent", "用工", "Staff", 1, null],
      ),
    );
    expect(outcome).toMatchObject({ added: 1, changedRows: 2, problems: [], applied: true });
    const { dictionary: found } = await platform.query<{ dictionary: object }>(
      '{ dictionary(code: "request-kind") { revision entries { nodes { code label retiredOn } } revisions { changes { kind code } } } }',
    );
    expect(found).toMatchObject({
      revision: 2,
      entries: {
        nodes: [{ code: "talent" }, { code: "funds", retiredOn: "2023-12-31" }, { code: "land", label: "土地" }, { code: "other" }],
      },
      revisions: [
        {},
        {
          changes: [
            { kind: "RETIRED", code: "funds" },
            { kind: "RENAMED", code: "land" },
            { kind: "MOVED", code: "land" },
            { kind: "ADDED", code: "talent" },
          ],
        },
      ],
    });
  });

  test("is refused with the cells at fault: a code that is none, a dictionary that is none", async () => {
    await using platform = await createTestPlatform({ plugins: [organization, requests] });
    const outcome = await platform.import(
      "dictionary-entries",
      await file(["request-kind", "Talent", "用工", "Staff", 1, null], ["没有的", "x", "某", "X", 1, null]),
    );
    expect(outcome.applied).toBe(false);
    expect(outcome.problems).toMatchObject([
      { cell: "B2", code: "SHEET_TEXT_INVALID", remedy: { zh: expect.stringContaining("new-energy") as string } },
      { cell: "A3", code: "SHEET_REFERENCE_UNKNOWN" },
    ]);
  });
});

describe("the revisions of a dictionary", () => {
  const KIND = 'dictionary(code: "request-kind")';
  const REVISIONS = `${KIND} { revision revisedAt revisions { number at origin by { name role } changes { kind code before { zh position retiredOn } after { code zh en position retiredOn } } } }`;

  interface Revision {
    readonly number: number;
    readonly at: string | null;
    readonly origin: string | null;
    readonly by: object | null;
    readonly changes: readonly {
      readonly kind: string;
      readonly code: string | null;
      readonly before: object | null;
      readonly after: object | null;
    }[];
  }
  interface Revised {
    readonly dictionary: { readonly revision: number; readonly revisedAt: string | null; readonly revisions: readonly Revision[] };
  }

  async function edited(): Promise<{ readonly platform: TestPlatform; readonly edit: (code: string, input: string) => Promise<void> }> {
    const platform = await createTestPlatform({ plugins: [organization, requests] });
    const edit = async (code: string, input: string): Promise<void> => {
      const { dictionaryEntries } = await platform.query<{ dictionaryEntries: { nodes: [{ id: string }] } }>(
        "query ($code: String) { dictionaryEntries(filter: { code: { eq: $code } }) { nodes { id } } }",
        { code },
      );
      const [name, field] = input === "" ? ["deleteDictionaryEntry", ""] : ["updateDictionaryEntry", `, ${input}`];
      const answer = await platform.query<Record<string, Problems>>(
        `mutation ($id: ID!) { ${name}(input: { id: $id${field} }) { problems { code message } } }`,
        { id: dictionaryEntries.nodes[0].id },
      );
      expect(answer[name!]!.problems).toEqual([]);
    };
    return { platform, edit };
  }

  test("tell what changed, when, through what and by whom, in their order", async () => {
    const { platform, edit } = await edited();
    await using _ = platform;
    await edit("land", 'zh: "土地", position: 9');
    await edit("funds", 'retiredOn: "2023-12-31"');
    await edit("funds", "retiredOn: null");
    await platform.sql("update dictionary_entry set zh = '资金' where code = 'funds'");
    await platform.sql("update dictionary_entry set zh = zh");
    await edit("other", "");
    await platform.query(
      'mutation { updateDictionary(input: { id: "' +
        (await platform.query<{ dictionary: { id: string } }>(`{ ${KIND} { id } }`)).dictionary.id +
        '", zh: "诉求种类" }) { problems { code } } }',
    );

    const { dictionary } = await platform.query<Revised>(`{ ${REVISIONS} }`);
    expect(dictionary.revision).toBe(7);
    expect(dictionary.revisions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(dictionary.revisedAt).toBe(dictionary.revisions.at(-1)!.at);
    const times = dictionary.revisions.map(({ at }) => String(at));
    expect(times.every((at, nth) => /^\d{4}-/.test(at) && (nth === 0 || (times[nth - 1] ?? "") <= at))).toBe(true);
    expect(dictionary.revisions.map(({ changes }) => changes.map(({ kind, code }) => `${kind} ${code ?? "-"}`))).toEqual([
      ["ADDED -", "ADDED funds", "ADDED land", "ADDED other"],
      ["RENAMED land", "MOVED land"],
      ["RETIRED funds"],
      ["RESTORED funds"],
      ["RENAMED funds"],
      ["REMOVED other"],
      ["RENAMED -"],
    ]);
    expect(dictionary.revisions.map(({ origin, by }) => [origin, by])).toEqual([
      ["dictionary", null],
      ["updateDictionaryEntry", { name: "county", role: "county" }],
      ["updateDictionaryEntry", { name: "county", role: "county" }],
      ["updateDictionaryEntry", { name: "county", role: "county" }],
      [null, null],
      ["deleteDictionaryEntry", { name: "county", role: "county" }],
      ["updateDictionary", { name: "county", role: "county" }],
    ]);
    expect(dictionary.revisions[1]!.changes[0]).toEqual({
      kind: "RENAMED",
      code: "land",
      before: { zh: "用地", position: 1, retiredOn: null },
      after: { code: "land", zh: "土地", en: "Land", position: 9, retiredOn: null },
    });
    expect(dictionary.revisions[5]!.changes[0]).toMatchObject({ before: { zh: "其他" }, after: null });
    expect(dictionary.revisions[6]!.changes[0]).toMatchObject({
      before: { zh: "诉求类别", position: null },
      after: { code: "request-kind", zh: "诉求种类" },
    });
  });

  test("are those of then as of a moment, and a row of then shows the label of then", async () => {
    const { platform, edit } = await edited();
    await using _ = platform;
    await platform.sql(`insert into request (code, summary, kind_id) select '1', '某事', id from dictionary_entry where code = 'land'`);
    const asked = `{ ${KIND} { revision revisions { number changes { kind code } } entries { nodes { code label } } } requests { nodes { kind { label retiredOn } } } }`;
    const before = await platform.ask<object>(asked);
    await edit("land", 'zh: "土地", retiredOn: "2023-01-01"');
    await edit("other", "");
    expect((await platform.ask<object>(`query ($moment: String) @asOf(moment: $moment) ${asked}`, { moment: before.moment })).data).toEqual(
      before.data,
    );
    expect((await platform.ask<object>(asked)).data).toMatchObject({
      dictionary: { revision: 3, entries: { nodes: [{ label: "土地" }, { label: "融资" }] } },
      requests: { nodes: [{ kind: { label: "土地", retiredOn: "2023-01-01" } }] },
    });
  });

  test("are told of several dictionaries at once, under names of the asker's own, to anyone", async () => {
    const { platform, edit } = await edited();
    await using _ = platform;
    await edit("land", 'zh: "土地"');
    await platform.sql(`with d as (insert into dictionary (code, zh, en) values ('colour', '颜色', 'Colours') returning id)
      insert into dictionary_entry (dictionary_id, code, zh, en) select id, 'red', '红', 'Red' from d`);
    const { dictionaries } = await platform
      .as("role=township; units=")
      .query<object & { dictionaries: unknown }>(
        "{ dictionaries { nodes { code n: revision all: revisions { __typename no: number what: changes { __typename is: kind was: before { __typename zh } } } } } }",
      );
    expect(dictionaries).toMatchObject({
      nodes: [
        {
          code: "colour",
          n: 1,
          all: [
            {
              __typename: "DictionaryRevision",
              no: 1,
              what: [
                { is: "ADDED", was: null },
                { is: "ADDED", was: null },
              ],
            },
          ],
        },
        {
          code: "request-kind",
          n: 2,
          all: [{ no: 1 }, { no: 2, what: [{ __typename: "DictionaryChange", is: "RENAMED", was: { zh: "用地" } }] }],
        },
      ],
    });
  });
});
