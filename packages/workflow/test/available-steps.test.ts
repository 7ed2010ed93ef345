import { column, definePlugin, entity, lifecycle, rules } from "@xianmai/plugin-api";
import { createTestPlatform, type TestPlatform, type TestViewer } from "@xianmai/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { leads, PLACES } from "./leads.ts";

let platform: TestPlatform;
let number = 0;
let id: string;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [leads] });
  for (const statement of PLACES) await platform.sql(statement);
});
afterAll(async () => platform[Symbol.asyncDispose]());
beforeEach(async () => {
  number += 1;
  const [row] = await platform.sql<{ id: string }>(
    "insert into app.lead (number, town_id) select $1, t.id from app.town t where t.code = 'N' returning id",
    [`L${number}`],
  );
  id = `Lead:${row?.id ?? ""}`;
});

async function set(assignments: string): Promise<void> {
  await platform.sql(`update app.lead set ${assignments} where number = $1`, [`L${number}`]);
}

async function available(viewer: TestViewer): Promise<readonly string[] | undefined> {
  const { lead } = await viewer.query<{ lead: { availableSteps: readonly string[] } | null }>(
    "query($id: ID!) { lead(id: $id) { availableSteps } }",
    { id },
  );
  return lead?.availableSteps;
}

const NORTH_KEEPER = "keeper_id = (select id from app.official where code = 'ON')";
const as = (viewer: string): TestViewer => platform.as(viewer);

/** How many statements the server sent meanwhile, as its own metrics count them. */
async function statements(work: () => Promise<unknown>): Promise<number> {
  const counted = async (): Promise<number> =>
    Number(/^xianmai_statements_total (\d+)/m.exec(await (await fetch(`${platform.url}/metrics`)).text())?.[1]);
  const before = await counted();
  await work();
  return (await counted()) - before;
}

describe("availableSteps", () => {
  test("are those that lead from the stage, in the order of their declaration", async () => {
    expect(await available(platform)).toEqual(["LOSE"]);
    await set(`stage = 'TALKING', note = '谈'`);
    expect(await available(platform)).toEqual(["CALL_AGAIN", "SIGN", "LOSE"]);
    await set("stage = 'SIGNED'");
    expect(await available(platform)).toEqual([]);
  });

  test("leave out a step that requires what is neither in the row nor taken by it, and keep one whose input can give it", async () => {
    await set("stage = 'TALKING'");
    expect(await available(platform)).not.toContain("SIGN");
    await set("note = '  '");
    expect(await available(platform)).not.toContain("SIGN");
    await set("note = '谈'");
    expect(await available(platform)).toContain("SIGN");
  });

  test("are only those whose permission the viewer has, of rows that they may write", async () => {
    await set(`stage = 'TALKING', note = '谈', helper_id = (select id from app.town where code = 'S'), keeper_id = null`);
    expect(await available(as("role=department; units=N"))).toEqual(["CALL_AGAIN", "SIGN", "LOSE"]);
    expect(await available(as("role=township; units=N"))).toEqual(["CALL_AGAIN", "LOSE"]);
    expect(await available(as("role=department; units=C"))).toEqual(["CALL_AGAIN", "SIGN", "LOSE"]);
    // the helper sees the lead and does not write it, a guest writes nothing at all
    expect(await available(as("role=department; units=S"))).toEqual([]);
    expect(await available(as("role=guest; units=N"))).toEqual([]);
    await set("helper_id = null");
    expect(await available(as("role=department; units=S"))).toBeUndefined();
  });

  test("are those that the guards of the plugin allow to the very official who asks", async () => {
    await set(NORTH_KEEPER);
    expect(await available(as("role=department; units=N; user=ON"))).toEqual(["APPROACH", "LOSE"]);
    expect(await available(as("role=department; units=N"))).toEqual(["APPROACH"]);
  });

  test("of rows that have their scope from another are those of whoever may write that one", async () => {
    await platform.sql("insert into app.errand (number, lead_id) select number, id from app.lead where number = $1", [`L${number}`]);
    await set("helper_id = (select id from app.town where code = 'S')");
    const errand = async (viewer: TestViewer): Promise<unknown> =>
      (await viewer.query<{ errand: unknown }>(`{ errand(number: "L${number}") { availableSteps } }`)).errand;
    expect(await errand(as("role=township; units=N"))).toEqual({ availableSteps: ["FINISH"] });
    expect(await errand(as("role=township; units=S"))).toEqual({ availableSteps: [] });
    await set("town_id = (select id from app.town where code = 'S')");
    expect(await errand(as("role=township; units=S"))).toEqual({ availableSteps: ["FINISH"] });
  });

  test("and histories of many rows come with the rows, however many there are: two statements in one batch", async () => {
    const list = "{ leads(first: 1000) { nodes { number availableSteps stageHistory { to by { name official { code } } } } } }";
    await set("stage = 'TALKING'");
    const few = await statements(async () => platform.query(list));
    await platform.sql(
      "insert into app.lead (number, town_id) select 'M' || n, t.id from app.town t, generate_series(1, 300) n where t.code = 'N'",
    );
    expect([few, await statements(async () => platform.query(list))]).toEqual([2, 2]);
    const { leads: all } = await platform.query<{ leads: { nodes: readonly object[] } }>(list);
    expect(all.nodes).toContainEqual({
      number: `L${number}`,
      availableSteps: ["CALL_AGAIN", "LOSE"],
      stageHistory: [
        { to: "HEARD", by: null },
        { to: "TALKING", by: null },
      ],
    });
  });
});

test("a guard that throws is an error of the field at the root that it stands below, and of nothing beside it", async () => {
  const stage = lifecycle(
    "TrapStage",
    { zh: "陷阱状态", en: "Stage of a trap" },
    {
      start: "SET",
      states: { SET: { zh: "已设", en: "Set" }, SPRUNG: { zh: "已触发", en: "Sprung", end: true } },
      steps: { spring: { zh: "触发", en: "Spring", from: "SET", to: "SPRUNG" } },
    },
  );
  class Trap extends entity(
    "Trap",
    { zh: "陷阱", en: "Trap", title: "name", key: "name", scope: "everyone" },
    { name: column.text({ zh: "名称", en: "Name" }), stage: column.stage(stage) },
  ) {}
  const guards = {
    spring: (): undefined => {
      throw new Error("broken");
    },
  };
  await using traps = await createTestPlatform({
    plugins: [
      definePlugin({
        name: "traps",
        version: "1.0.0",
        label: { zh: "陷阱", en: "Traps" },
        url: import.meta.url,
        entities: [Trap],
        rules: [rules(Trap, stage, guards)],
      }),
    ],
  });
  await traps.sql("insert into app.trap (name) values ('T')");
  const { data, errors } = await traps.ask<object>('{ trap(name: "T") { availableSteps } traps { totalCount } }');
  expect([data, errors?.map(({ path }) => path)]).toEqual([{ trap: null, traps: { totalCount: 1 } }, [["trap"]]]);
});

describe("a step that requires columns is refused while they have no value, and nothing is changed,", () => {
  async function refused(field: string, input: object, language: string): Promise<unknown> {
    const type = `${field.slice(0, 1).toUpperCase()}${field.slice(1)}Input`;
    const { data } = await platform.ask<{ answer: { lead: unknown; problems: unknown } }>(
      `mutation($input: ${type}!) { answer: ${field}(input: $input) { lead { stage } problems { code path message } } }`,
      { input: { id, ...input } },
      { "accept-language": language },
    );
    expect(data?.answer.lead).toBeNull();
    return data?.answer.problems;
  }

  test("naming each column, at its place in the input where the step takes it", async () => {
    await set("stage = 'TALKING'");
    expect(await refused("signLead", {}, "zh-CN")).toEqual([
      { code: "STEP_REQUIRES", path: ["input", "amount"], message: "“签约”须先有“金额”：请填写 amount。" },
      { code: "STEP_REQUIRES", path: ["input", "id"], message: "“签约”须先有“情况”：请先修改该记录，填写 note。" },
    ]);
    expect(await refused("signLead", { amount: "5000" }, "en")).toEqual([
      { code: "STEP_REQUIRES", path: ["input", "id"], message: '"Sign" requires "Note": change the row first, and give note.' },
    ]);
    expect(await platform.sql("select stage, amount from app.lead where number = $1", [`L${number}`])).toEqual([
      { stage: "TALKING", amount: null },
    ]);
  });

  test("also where the row has a value that the step would clear", async () => {
    await set("stage = 'TALKING', note = '谈', amount = 100");
    expect(await refused("signLead", { amount: null }, "en")).toMatchObject([{ code: "STEP_REQUIRES", path: ["input", "amount"] }]);
  });
});
