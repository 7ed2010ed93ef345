import { createTestPlatform, type TestPlatform, type TestViewer } from "@xianmai/testing";
import { writeXlsx } from "hucre/xlsx";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { asked } from "./asked.ts";
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
    "insert into app.lead (number, town_id, keeper_id) select $1, t.id, o.id from app.town t, app.official o where t.code = 'N' and o.code = 'ON' returning id",
    [name()],
  );
  id = `Lead:${row?.id ?? ""}`;
});

const name = (): string => `L${number}`;
const north = (): TestViewer => platform.as("role=department; units=N; user=ON");
const south = (): TestViewer => platform.as("role=department; units=S; user=OS");

interface Change {
  readonly step: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly outside: boolean;
}

async function step(field: string, input: object = {}, viewer: TestViewer = north()): Promise<void> {
  const type = `${field.slice(0, 1).toUpperCase()}${field.slice(1)}Input`;
  const { answer } = await viewer.query<{ answer: { problems: readonly object[] } }>(
    `mutation($input: ${type}!) { answer: ${field}(input: $input) { problems { code message } } }`,
    { input: { id, ...input } },
  );
  expect(answer.problems).toEqual([]);
}

async function history<One = Change>(viewer: TestViewer, fields = "step from to outside"): Promise<readonly One[] | undefined> {
  const { lead } = await viewer.query<{ lead: { stageHistory: readonly One[] } | null }>(
    `query($id: ID!) { lead(id: $id) { stageHistory { ${fields} } } }`,
    { id },
  );
  return lead?.stageHistory;
}

describe("stageHistory", () => {
  test("tells oldest first what each step did, on which day, when, by whom and why", async () => {
    await step("approachLead", { on: "2023-11-02", note: "初谈" });
    await step("loseLead", { reason: "地价" });
    expect(await history<object>(north(), "step from to on at by { name role official { code } } reason origin outside")).toEqual([
      {
        step: null,
        from: null,
        to: "HEARD",
        on: null,
        at: expect.any(String) as string,
        by: null,
        reason: null,
        origin: null,
        outside: false,
      },
      {
        step: "APPROACH",
        from: "HEARD",
        to: "TALKING",
        on: "2023-11-02",
        at: "2023-11-20T09:00:00.000+08:00",
        by: { name: "李北", role: null, official: { code: "ON" } },
        reason: null,
        origin: "approachLead",
        outside: false,
      },
      {
        step: "LOSE",
        from: "TALKING",
        to: "LOST",
        on: "2023-11-20",
        at: "2023-11-20T09:00:00.000+08:00",
        by: { name: "李北", role: null, official: { code: "ON" } },
        reason: "地价",
        origin: "loseLead",
        outside: false,
      },
    ]);
  });

  test("tells of a role where it is not known who it was, and hides an official whom the viewer may not see", async () => {
    await step("approachLead", {}, platform.as("role=department; units=N"));
    await platform.sql("update app.lead set helper_id = (select id from app.town where code = 'S') where number = $1", [name()]);
    await step("callAgainLead", { reason: "催" });
    const by = async (viewer: TestViewer) => (await history<{ by: object }>(viewer, "by { name role official { code } }"))?.slice(-1);
    expect((await history<object>(north(), "by { name role }"))?.[1]).toEqual({ by: { name: "department", role: "department" } });
    expect(await by(north())).toEqual([{ by: { name: "李北", role: null, official: { code: "ON" } } }]);
    expect(await by(south())).toEqual([{ by: { name: null, role: null, official: null } }]);
  });

  test("marks what was changed in the database as outside, between the steps, and tells nothing of other changes", async () => {
    await step("approachLead");
    await platform.sql("update app.lead set stage = 'SIGNED' where number = $1", [name()]);
    await platform.sql("update app.lead set note = '改' where number = $1", [name()]);
    await platform.sql("update app.lead set stage = 'LOST' where number = $1", [name()]);
    await step("reviveLead");
    expect(await history(north())).toEqual([
      { step: null, from: null, to: "HEARD", outside: false },
      { step: "APPROACH", from: "HEARD", to: "TALKING", outside: false },
      { step: null, from: "TALKING", to: "SIGNED", outside: true },
      { step: null, from: "SIGNED", to: "LOST", outside: true },
      { step: "REVIVE", from: "LOST", to: "HEARD", outside: false },
    ]);
  });

  test("shows a stage that an import sets as outside, with who imported it and through what", async () => {
    await imported([[name(), "洽谈", "北镇", "李北"]], north());
    await imported([[`${name()}-2`, "洽谈", "北镇", "李北"]], north());
    const shown = "step from to outside origin by { name }";
    expect(await history<object>(north(), shown)).toEqual([
      { step: null, from: null, to: "HEARD", outside: false, origin: null, by: null },
      { step: null, from: "HEARD", to: "TALKING", outside: true, origin: "import", by: { name: "李北" } },
    ]);
    const { lead } = await north().query<{ lead: object }>(`{ lead(number: "${name()}-2") { stageHistory { ${shown} } } }`);
    expect(lead).toEqual({
      stageHistory: [{ step: null, from: null, to: "TALKING", outside: true, origin: "import", by: { name: "李北" } }],
    });
  });

  test("keeps a step that leaves the stage as it is, and whoever follows the lead hears of it", async () => {
    await step("approachLead");
    const before = await platform.sql("select xm_from from app.lead where number = $1", [name()]);
    await step("callAgainLead", { reason: "无人" });
    await step("callAgainLead", { reason: "再来" });
    expect(await history<object>(north(), "step from to reason")).toEqual([
      { step: null, from: null, to: "HEARD", reason: null },
      { step: "APPROACH", from: "HEARD", to: "TALKING", reason: null },
      { step: "CALL_AGAIN", from: "TALKING", to: "TALKING", reason: "无人" },
      { step: "CALL_AGAIN", from: "TALKING", to: "TALKING", reason: "再来" },
    ]);
    expect(await platform.sql("select xm_from from app.lead where number = $1", [name()])).not.toEqual(before);
  });

  test("a step that leaves the stage as it is has its event, and no other change of the lead has", async () => {
    await step("approachLead");
    await using calls = await north().follow<object>("subscription { leadCalledOn { step from by lead { number stage } } }");
    await using talks = await north().follow<{ leadTalking: object }>("subscription { leadTalking { step lead { number } } }");
    await platform.sql("update app.lead set note = '改' where number = $1", [name()]);
    await step("callAgainLead", { reason: "催" });
    expect(await calls.next()).toEqual({
      leadCalledOn: { step: "CALL_AGAIN", from: "TALKING", by: expect.any(String) as string, lead: { number: name(), stage: "TALKING" } },
    });
    await platform.sql("update app.lead set stage = 'HEARD' where number = $1", [name()]);
    await platform.sql("update app.lead set stage = 'TALKING' where number = $1", [name()]);
    expect(await talks.next()).toEqual({ leadTalking: { step: null, lead: { number: name() } } });
  });

  test("follows the order in which changes came about, also where the later transaction began first", async () => {
    const early = new Client(platform.database.owner);
    await early.connect();
    try {
      await early.query("begin");
      await early.query("select xm.stamp()");
      await step("approachLead");
      await early.query("update app.lead set stage = 'LOST' where number = $1", [name()]);
      await early.query("commit");
    } finally {
      await early.end();
    }
    expect((await history(north()))?.map(({ to }) => to)).toEqual(["HEARD", "TALKING", "LOST"]);
  });

  test("is what it was as of a moment, also of a row that is gone since", async () => {
    await step("approachLead");
    const now = await asked(platform.url, `{ lead(id: "${id}") { stage } }`);
    await step("loseLead", { reason: "地价" });
    const query = `query @asOf(moment: "${now.moment}") { lead(id: "${id}") { stage availableSteps stageHistory { to } } }`;
    const then = await asked(platform.url, query);
    const expected = { lead: { stage: "TALKING", availableSteps: [], stageHistory: [{ to: "HEARD" }, { to: "TALKING" }] } };
    expect(then.data).toEqual(expected);
    await platform.sql("delete from app.lead where number = $1", [name()]);
    expect((await asked(platform.url, query)).data).toEqual(expected);
  });

  test("goes on over a row that was taken away and came back under its id", async () => {
    await step("approachLead");
    const [row] = await platform.sql<{ id: string; town_id: string }>("delete from app.lead where number = $1 returning id, town_id", [
      name(),
    ]);
    await platform.sql("insert into app.lead (id, number, town_id, stage) values ($1, $2, $3, 'LOST')", [row?.id, name(), row?.town_id]);
    await step("reviveLead");
    expect(await history(north())).toEqual([
      { step: null, from: null, to: "HEARD", outside: false },
      { step: "APPROACH", from: "HEARD", to: "TALKING", outside: false },
      { step: null, from: null, to: "LOST", outside: true },
      { step: "REVIVE", from: "LOST", to: "HEARD", outside: false },
    ]);
  });

  test("shows as null a stage that a later version of the plugin does not know any more", async () => {
    const [check] = await platform.sql<{ name: string; definition: string }>(
      "select quote_ident(conname) as name, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'app.lead'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%HEARD%'",
    );
    await platform.sql(`alter table app.lead drop constraint ${check?.name ?? ""}`);
    await platform.sql("update app.lead set stage = 'RUMOUR' where number = $1", [name()]);
    await platform.sql("update app.lead set stage = 'TALKING' where number = $1", [name()]);
    await platform.sql(`alter table app.lead add constraint ${check?.name ?? ""} ${check?.definition ?? ""}`);
    expect(await history(north())).toEqual([
      { step: null, from: null, to: "HEARD", outside: false },
      { step: null, from: "HEARD", to: null, outside: true },
      { step: null, from: null, to: "TALKING", outside: true },
    ]);
  });

  test("keeps what the steps recorded where the feed has been forgotten", async () => {
    await step("approachLead");
    await platform.sql("update app.lead set stage = 'LOST' where number = $1", [name()]);
    const [table] = await platform.sql<{ id: number }>("select id from xm.tbl where name = 'lead'");
    await platform.sql("delete from xm.change where tbl = $1", [table?.id]);
    const told = await history<object>(north(), "step to at by { name } outside");
    expect(told).toEqual([
      { step: null, to: "HEARD", at: null, by: null, outside: false },
      { step: "APPROACH", to: "TALKING", at: "2023-11-20T09:00:00.000+08:00", by: { name: "李北" }, outside: false },
      { step: null, to: "LOST", at: null, by: null, outside: true },
    ]);
  });

  test("is shown as far as the viewer may see the row before and after each change", async () => {
    await step("approachLead");
    await platform.sql("update app.lead set town_id = (select id from app.town where code = 'S') where number = $1", [name()]);
    await platform.sql("update app.lead set stage = 'LOST' where number = $1", [name()]);
    const whole = [
      { step: null, from: null, to: "HEARD", outside: false },
      { step: "APPROACH", from: "HEARD", to: "TALKING", outside: false },
      { step: null, from: "TALKING", to: "LOST", outside: true },
    ];
    expect(await history(platform)).toEqual(whole);
    expect(await history(south())).toEqual(whole.slice(2));
    expect(await history(north())).toBeUndefined();
  });

  test("of many rows comes with them in one batch, also for rows that other rows lead to", async () => {
    await step("approachLead");
    await platform.sql("insert into app.errand (number, lead_id) select $1, id from app.lead where number = $1", [name()]);
    const { leads: all } = await north().query<{
      leads: { nodes: readonly { number: string; stageHistory: readonly { to: string }[] }[] };
    }>("{ leads { nodes { number stageHistory { to } } } }");
    expect(all.nodes.find((one) => one.number === name())?.stageHistory).toEqual([{ to: "HEARD" }, { to: "TALKING" }]);
    const { errand } = await north().query<{ errand: object }>(
      `{ errand(number: "${name()}") { stageHistory { to by { official { leads { totalCount } } } } lead { stageHistory { to } } } }`,
    );
    expect(errand).toEqual({ stageHistory: [{ to: "OPEN", by: null }], lead: { stageHistory: [{ to: "HEARD" }, { to: "TALKING" }] } });
  });

  test("stands in the payload of a step and in its event", async () => {
    await using follower = await north().follow<object>("subscription { leadTalking { lead { availableSteps stageHistory { to } } } }");
    const { approachLead } = await north().query<{ approachLead: object }>(
      "mutation($id: ID!) { approachLead(input: { id: $id }) { lead { availableSteps stageHistory { step by { official { name } } } } } }",
      { id },
    );
    expect(approachLead).toEqual({
      lead: {
        availableSteps: ["CALL_AGAIN", "LOSE"],
        stageHistory: [
          { step: null, by: null },
          { step: "APPROACH", by: { official: { name: "李北" } } },
        ],
      },
    });
    expect(await follower.next()).toEqual({
      leadTalking: { lead: { availableSteps: ["CALL_AGAIN", "LOSE"], stageHistory: [{ to: "HEARD" }, { to: "TALKING" }] } },
    });
  });
});

test("what is changed from outside while the clock shows invented time is dated by it", async () => {
  await using demo = await createTestPlatform({ plugins: [leads] });
  for (const statement of PLACES) await demo.sql(statement);
  await demo.sql("insert into app.lead (number, town_id, stage) select 'D', id, 'TALKING' from app.town where code = 'N'");
  await demo.sql("insert into xm.dataset (name, label_zh, label_en, clock) values ('demo', '演示', 'Demo', '2023-11-20T09:00:00+08:00')");
  await demo.sql("update app.lead set stage = 'LOST' where number = 'D'");
  const { lead } = await demo.query<{ lead: { stageHistory: readonly { at: string }[] } }>('{ lead(number: "D") { stageHistory { at } } }');
  const [loaded, changed] = lead.stageHistory.map(({ at }) => at);
  expect(loaded).toBe("2023-11-20T09:00:00.000+08:00");
  expect(changed).toMatch(/^2023-11-20T09:0/);
});

async function imported(rows: readonly (readonly string[])[], viewer: TestViewer): Promise<void> {
  const headers = ["编号", "线索阶段", "单位", "联络人"];
  const bytes = await writeXlsx({ sheets: [{ name: "线索表", rows: [headers, ...rows.map((row) => [...row])] }] });
  expect((await viewer.import("leads", { name: "线索.xlsx", bytes })).problems).toEqual([]);
}
