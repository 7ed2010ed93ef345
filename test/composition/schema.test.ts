import { readFile, readdir } from "node:fs/promises";

import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { compose, schemaFiles } from "@xianmai/server";
import { expect, test } from "vitest";

import { config } from "../../xianmai.config.ts";

test("schema/ shows the API and the tables as they are: npm run schema brings it up to date", async () => {
  const folder = new URL("../../schema/", import.meta.url);
  const wanted = await schemaFiles(config.plugins);
  expect((await readdir(folder)).toSorted()).toEqual([...wanted.keys()].toSorted());
  for (const [name, text] of wanted) expect(await readFile(new URL(name, folder), "utf8"), `schema/${name}`).toBe(text);
});

test("organization alone is a platform whose schema names nothing of projects", async () => {
  const printed = (await schemaFiles([organization])).get("schema.graphql");
  expect(printed).toMatch(/^type Unit implements Node/m);
  expect(printed).not.toMatch(/project/i);
});

test("with projects come its list, its steps and its event, and its list of rows on units", async () => {
  const { schema } = await compose([projects, organization]);
  expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(
    expect.arrayContaining(["project", "projects", "projectAggregates"]),
  );
  expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual(expect.arrayContaining(["updateProject", "startProject"]));
  expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {})).toContain("projectStarted");
  expect(partsOf(schema, "Unit").map(({ name }) => name)).toEqual(expect.arrayContaining(["responsibleProjects", "sitedProjects"]));
});

/** Something of a schema that is described. */
interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

type Schema = Awaited<ReturnType<typeof compose>>["schema"];

/** The fields of an object, an interface or an input; the values of an enum. */
function partsOf(schema: Schema, name: string): readonly Described[] {
  const type = schema.getType(name);
  if (type === undefined) return [];
  if ("getFields" in type) return Object.values<Described>(type.getFields());
  return "getValues" in type ? type.getValues() : [];
}

test("every type and every field says what it is, in both languages", async () => {
  const { schema } = await compose(config.plugins);
  const own = Object.values(schema.getTypeMap()).filter(({ name }) => !/^(__.*|String|Int|Boolean|ID|Float)$/.test(name));
  const described = own.flatMap((type) => [
    type,
    ...partsOf(schema, type.name).map(({ name, description }) => ({ name: `${type.name}.${name}`, description })),
  ]);
  const silent = described.filter(({ description }) => !/\p{Script=Han}/u.test(description ?? "") || !/[A-Za-z]/.test(description ?? ""));
  expect(silent.map(({ name }) => name)).toEqual([]);
});
