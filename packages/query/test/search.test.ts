import { describe, expect, test } from "vitest";

import { openCounty, type CountyPlatform } from "./county/platform.ts";
import { add } from "./county/rows.ts";

async function countyWith(names: readonly string[]): Promise<(search: string) => Promise<readonly string[]>> {
  const { owner, ask } = await openCounty();
  const [unit] = await add(owner, "Unit", [{ code: "A", name: "甲" }]);
  await add(
    owner,
    "Project",
    names.map((name, at) => ({ code: `P${String(at).padStart(3, "0")}`, name, responsibleUnitId: unit })),
  );
  return async (search) => {
    const { data, errors } = await ask("query($s: String!) { projects(filter: { name: { search: $s } }) { nodes { name } } }", {
      variables: { s: search },
    });
    expect(errors).toBeUndefined();
    return (data as { projects: CountyNames }).projects.nodes.map(({ name }) => name);
  };
}

interface CountyNames {
  readonly nodes: readonly { readonly name: string }[];
}

describe("a search", () => {
  test("finds every word, in any order, whatever the case, the width and the spaces", async () => {
    const found = await countyWith(["光伏 发电ABC项目", "光伏电站", "风电", "古城（二期）", ""]);
    for (const [search, names] of [
      ["光伏", ["光伏 发电ABC项目", "光伏电站"]],
      ["  发电　光伏 ", ["光伏 发电ABC项目"]],
      ["伏发", ["光伏 发电ABC项目"]],
      ["abc项目", ["光伏 发电ABC项目"]],
      ["ＡｂＣ", ["光伏 发电ABC项目"]],
      ["(二期)", ["古城（二期）"]],
      ["光伏 风电", []],
      ["", ["光伏 发电ABC项目", "光伏电站", "风电", "古城（二期）", ""]],
      ["　", ["光伏 发电ABC项目", "光伏电站", "风电", "古城（二期）", ""]],
    ] as const) {
      expect([search, await found(search)]).toEqual([search, names]);
    }
  });

  test("takes letters for themselves, for initials and for whole syllables of 拼音, with every reading of a character", async () => {
    const found = await countyWith(["光伏电站", "古城光伏", "重庆路", "西安街", "县城", "GF-1 号", "绿化"]);
    for (const [search, names] of [
      ["gfdz", ["光伏电站"]],
      ["GF", ["光伏电站", "古城光伏", "GF-1 号"]],
      ["gc光伏", ["古城光伏"]],
      ["guangfu", ["光伏电站", "古城光伏"]],
      ["guangfu dz", ["光伏电站"]],
      ["dz guangfu", ["光伏电站"]],
      ["cq", ["重庆路"]],
      ["zq", ["重庆路"]],
      ["chongqing", ["重庆路"]],
      ["xian", ["西安街", "县城"]],
      ["gf-1号", ["GF-1 号"]],
      ["lvhua", ["绿化"]],
      ["gd", []],
      ["guang f", ["光伏电站", "古城光伏"]],
    ] as const) {
      expect([search, await found(search)]).toEqual([search, names]);
    }
  });

  test("takes signs of expressions and wildcards for what they are", async () => {
    const names = ["a.b", "a%b", "a_b", "(a|b)*", "[a-z]^$", "\\d+", "{1,2}", "***:x", "'; --", '"', "(?i)x"];
    const found = await countyWith(names);
    for (const name of names) expect([name, await found(name)]).toEqual([name, [name]]);
    expect(await found(".*")).toEqual([]);
    expect(await found("^")).toEqual(["[a-z]^$"]);
  });

  test("finds what psql has written a moment ago, and rows without a value only where nothing is searched for", async () => {
    const county: CountyPlatform = await openCounty();
    const [unit] = await add(county.owner, "Unit", [{ code: "A", name: "甲" }]);
    const document = "query($s: String!) { projects(filter: { creditCode: { search: $s } }) { totalCount } }";
    const count = async (s: string): Promise<unknown> => (await county.ask(document, { variables: { s } })).data;
    await county.owner.query(
      "insert into app.project (code, name, responsible_unit_id, credit_code, nature, stage, urgent, tags) select c, c, $1, nullif(c, 'z'), 'NEW_START', 'RESERVED', false, '{}' from unnest(array['薛家湾', 'z']) c",
      [unit],
    );
    expect(await count("xjw")).toEqual({ projects: { totalCount: 1 } });
    expect(await count(" ")).toEqual({ projects: { totalCount: 2 } });
  });

  test("that is longer than anybody types is refused with what it may be", async () => {
    const { ask } = await openCounty();
    const { errors } = await ask("query($s: String!) { projects(filter: { name: { search: $s } }) { totalCount } }", {
      variables: { s: "长".repeat(65) },
    });
    expect(errors).toMatchObject([
      { message: expect.stringMatching(/65 characters: at most 64/) as string, extensions: { code: "BAD_USER_INPUT" } },
    ]);
  });
});
