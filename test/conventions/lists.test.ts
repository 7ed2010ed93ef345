import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { smallCounty } from "./support/county.ts";

interface Nodes<Row> {
  readonly nodes: readonly Row[];
}

let platform: TestPlatform;
beforeAll(async () => {
  platform = await smallCounty();
});
afterAll(async () => platform[Symbol.asyncDispose]());

/** The values of one field of a list. */
async function values(field: string, list: string, args = ""): Promise<readonly unknown[]> {
  const data = await platform.query<Record<string, Nodes<Record<string, unknown>>>>(`{ ${list}${args} { nodes { ${field} } } }`);
  return data[list]!.nodes.map((row) => row[field]);
}

describe("how much a list gives", () => {
  test("a root list 100 rows, more where it is asked, a list inside a row all", async () => {
    await using county = await smallCounty();
    await county.sql(
      `insert into blocker (project_id, owner_id, summary) select p.id, p.township_id, n::text from project p, generate_series(1, 1100) n where code = 'P1'`,
    );
    const { short, hundred, longest, last, project } = await county.query<
      Record<"short" | "hundred" | "longest" | "last", Nodes<object>> & { project: { blockers: Nodes<object> } }
    >(`{
      short: blockers(first: 3) { nodes { id } }  hundred: blockers { nodes { id } }
      longest: blockers(first: 1000) { nodes { id } }  last: blockers(last: 101) { nodes { id } }
      project(code: "P1") { blockers { nodes { id } } }
    }`);
    expect([short, hundred, longest, last, project.blockers].map(({ nodes }) => nodes.length)).toEqual([3, 100, 1000, 101, 1100]);
  });

  test.each(["first: 1001", "last: 1001", "first: -1"])("%s is refused with what is allowed", async (size) => {
    const { errors } = await platform.ask(`{ projects(${size}) { totalCount } }`, {}, { "accept-language": "en" });
    expect(errors?.map(({ message, extensions }) => [message, extensions?.["code"]])).toEqual([
      [expect.stringContaining("0 to 1000") as string, "BAD_USER_INPUT"],
    ]);
  });

  test("an answer of more than 100,000 rows is refused, and the list is named", async () => {
    await using county = await smallCounty();
    await county.sql(
      `insert into blocker (project_id, owner_id, summary) select p.id, p.township_id, '' from project p, generate_series(1, 100000) where code = 'P1'`,
    );
    const document = `{ project(code: "P1") { code blockers { nodes { summary } } } }`;
    const whole = await county.query<{ project: { blockers: Nodes<object> } }>(document.replace(" code ", " "));
    expect(whole.project.blockers.nodes).toHaveLength(100_000);
    await county.sql("insert into blocker (project_id, owner_id, summary) select id, township_id, '' from project where code = 'P1'");
    const { data, errors } = await county.ask(document, {}, { "accept-language": "en" });
    expect(data).toEqual({ project: null });
    expect(errors).toMatchObject([{ extensions: { code: "ANSWER_TOO_LARGE" }, message: expect.stringContaining("blockers") as string }]);
  });
});

describe("the order of a list", () => {
  test("is its head's, else the natural key's, else the id's", async () => {
    // the tree of units has places of its own
    expect(await values("code", "units")).toEqual(["C", "D", "B", "A"]);
    expect(await values("code", "projects")).toEqual(["P1", "P2", "P3", "P4", "P5", "P6"]);
    await platform.sql(
      "insert into blocker (project_id, owner_id, summary) select p.id, p.township_id, n::text from project p, generate_series(1, 5) n",
    );
    const ids = await platform.sql<{ id: string }>("select 'Blocker:' || id as id from blocker order by blocker.id");
    expect(await values("id", "blockers")).toEqual(ids.map(({ id }) => id));
  });

  test("puts missing values last, whether it rises or falls", async () => {
    expect(await values("code", "projects", "(orderBy: [{ totalInvestment: ASC }])")).toEqual(["P5", "P2", "P1", "P6", "P4", "P3"]);
    expect(await values("code", "projects", "(orderBy: [{ totalInvestment: DESC }])")).toEqual(["P4", "P6", "P1", "P2", "P5", "P3"]);
  });

  test("puts rows last that refer to nothing, where it is of what is referred to", async () => {
    expect((await values("code", "projects", "(orderBy: [{ parent: { code: DESC } }, { code: DESC }])"))[0]).toBe("P4");
    expect((await values("code", "projects", "(orderBy: [{ parent: { code: ASC } }, { code: DESC }])"))[0]).toBe("P4");
  });

  test("ends with the id, so that rows that are alike have one order", async () => {
    const ids = await platform.sql<{ id: string }>("select 'Project:' || id as id from project order by nature = 'PLANNED', project.id");
    const found = await values("id", "projects", "(filter: { nature: { eq: NEW_START } }, orderBy: [{ nature: ASC }])");
    expect(found).toEqual(ids.map(({ id }) => id).filter((id) => found.includes(id)));
  });

  test("of text is that of its characters' numbers, and of 拼音 where its column says so", async () => {
    await using county = await smallCounty();
    await county.sql(
      "insert into survey (number, title) values ('1', '张家口'), ('2', '李家堡'), ('3', '王家庄'), ('4', 'b'), ('5', 'A'), ('6', 'a')",
    );
    const { units, surveys } = await county.query<{ units: Nodes<{ name: string }>; surveys: Nodes<{ title: string }> }>(
      `{ units(orderBy: [{ name: ASC }]) { nodes { name } }  surveys(orderBy: [{ title: ASC }]) { nodes { title } } }`,
    );
    // 县 U+53BF, 张 U+5F20, 李 U+674E, 王 U+738B
    expect(units.nodes.map(({ name }) => name)).toEqual(["县", "张家口", "李家堡", "王家庄"]);
    // zh-x-icu begins with Han by pinyin (lǐ, wáng, zhāng), then Latin, small letters first
    const expected = await county.sql<{ title: string }>('select title from survey order by title collate "zh-x-icu"');
    expect(surveys.nodes.map(({ title }) => title)).toEqual(expected.map(({ title }) => title));
    expect(surveys.nodes.map(({ title }) => title).filter((title) => /\p{Script=Han}/u.test(title))).toEqual([
      "李家堡",
      "王家庄",
      "张家口",
    ]);
  });
});
