import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { smallCounty } from "./support/county.ts";

interface Type {
  readonly kind: string;
  readonly name: string;
  readonly fields: readonly { readonly name: string }[] | null;
  readonly enumValues: readonly { readonly name: string }[] | null;
}

let platform: TestPlatform;
let types: ReadonlyMap<string, Type>;
beforeAll(async () => {
  platform = await smallCounty();
  const { __schema } = await platform.query<{ __schema: { types: readonly Type[] } }>(
    "{ __schema { types { kind name fields { name } enumValues { name } } } }",
  );
  types = new Map(__schema.types.map((type) => [type.name, type]));
});
afterAll(async () => platform[Symbol.asyncDispose]());

const fieldsOf = (type: string): readonly string[] => types.get(type)?.fields?.map(({ name }) => name) ?? [];

test.each([
  ["Project", "projects"],
  ["Survey", "surveys"],
  ["Agency", "agencies"],
  ["DictionaryEntry", "dictionaryEntries"],
  ["Bonus", "bonuses"],
  ["Box", "boxes"],
  ["Branch", "branches"],
  ["Brush", "brushes"],
  // what its head says
  ["StaffMember", "staff"],
])("an entity %s has its list as %s, one row and its figures under its own name", (type, many) => {
  const one = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  expect(fieldsOf("Query")).toEqual(expect.arrayContaining([one, many, `${one}Aggregates`]));
});

test("what is generated to create, update and delete is named after the entity, and is there where its head says so", () => {
  const names = fieldsOf("Mutation").filter((name) => /^(create|update|delete)(Survey|Blocker|Report)$/.test(name));
  expect(names.toSorted()).toEqual(["createBlocker", "createSurvey", "deleteBlocker", "updateBlocker", "updateSurvey"]);
});

test("a row is asked for by its id or by its natural key, whatever that is made of", async () => {
  const { project } = await platform.query<{ project: { id: string } }>(`{ project(code: "P1") { id } }`);
  expect(
    await platform.query(
      `query ($id: ID!) { project(id: $id) { code }  report(project: $id, month: "2023-03") { invested }  none: report(project: $id, month: "2022-03") { invested } }`,
      { id: project.id },
    ),
  ).toEqual({ project: { code: "P1" }, report: { invested: "3.25" }, none: null });
});

test("a global id reads as its type and the key in the table", async () => {
  const [row] = await platform.sql<{ id: string }>("select id from report where month = '2023-04'");
  const { reports } = await platform.query<{ reports: unknown }>(`{ reports(filter: { month: { eq: "2023-04" } }) { nodes { id } } }`);
  expect(reports).toEqual({ nodes: [{ id: `Report:${row!.id}` }] });
});

test("the table is the type's name in the singular, a reference its name with _id", async () => {
  const rows = await platform.sql<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns where table_schema = 'app' and column_name not like 'xm\\_%'
     and table_name in ('staff_member', 'blocker') order by table_name, column_name`,
  );
  expect(rows.map(({ table_name, column_name }) => `${table_name}.${column_name}`)).toEqual([
    "blocker.id",
    "blocker.owner_id",
    "blocker.project_id",
    "blocker.raised_on",
    "blocker.summary",
    "staff_member.code",
    "staff_member.id",
  ]);
});

test("fields are camelCase, types PascalCase, choices and stages UPPER_SNAKE, dictionary codes lower-kebab", async () => {
  const own = [...types.values()].filter(({ name }) => !name.startsWith("__"));
  expect(own.map(({ name }) => name).filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name))).toEqual([]);
  expect(own.flatMap(({ name }) => fieldsOf(name)).filter((name) => !/^[a-z][A-Za-z0-9]*$/.test(name))).toEqual([]);
  expect(own.flatMap(({ enumValues }) => enumValues ?? []).filter(({ name }) => !/^[A-Z][A-Z0-9_]*$/.test(name))).toEqual([]);
  const entries = await platform.query<{ dictionaryEntries: { nodes: readonly { code: string }[] } }>(
    "{ dictionaryEntries(first: 1000) { nodes { code } } }",
  );
  expect(entries.dictionaryEntries.nodes.filter(({ code }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
});
