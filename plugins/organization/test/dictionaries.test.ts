import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { column, definePlugin, dictionary, entity } from "@xianmai/plugin-api";
import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";

const requestKind = dictionary(
  "request-kind",
  { zh: "诉求类别", en: "Kinds of requests" },
  { land: { zh: "用地", en: "Land" }, funds: { zh: "融资", en: "Funds" } },
);

/** What people ask for. */
class Request extends entity(
  "Request",
  { zh: "诉求", en: "Request", title: "summary", key: "code", scope: "everyone", create: "request.edit", update: "request.edit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    kind: column.entry(requestKind, { zh: "类别", en: "Kind", optional: true }),
  },
) {}

const requests = definePlugin({
  name: "requests",
  version: "1.0.0",
  label: { zh: "诉求", en: "Requests" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  permissions: { "request.edit": { zh: "登记诉求", en: "Enter requests", roles: ["department", "township"] } },
  entities: [Request],
  dictionaries: [requestKind],
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
    const { problems } = await create({ code: "other", ...names });
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
