import { alert, column, Refusal, type Alert, type Plugin } from "@xianmai/plugin-api";
import { expect, test } from "vitest";

import { compose } from "../../src/composition/compose.ts";
import { cycle, plugin, step, thing, units, words } from "../support/declare.ts";

const { Unit, plugin: unitPlugin } = units();
const Official = thing("Official", { unit: column.reference(() => Unit, words) });
const Lead = thing(
  "Lead",
  {
    unit: column.reference(() => Unit, words),
    keeper: column.reference(() => Official, words),
    amount: column.money({ ...words, optional: true }),
  },
  { scope: "unit" },
);
const Call = thing("Call", { lead: column.reference(() => Lead, { ...words, inverse: "calls" }) }, { scope: "lead" });

const staff = plugin("staff", {
  dependsOn: { units: "^1.0.0" },
  entities: [Official],
  provides: { people: { entity: Official as never, code: "code" } },
});

/** An alert of whom no compiler asks anything. */
function watch(name: string, declared: object = {}, when: object = { amount: { isNull: true } }): Alert {
  const make = alert as unknown as (entity: typeof Lead, name: string, declared: object, when: () => object) => Alert;
  return make(Lead, name, { ...words, severity: "RED", concerns: ["unit"], ...declared }, () => when);
}

const leads = (...alerts: Alert[]): Plugin =>
  plugin("leads", { dependsOn: { units: "^1.0.0", staff: "^1.0.0" }, entities: [Lead, Call], alerts });

async function refusalOf(plugins: readonly Plugin[]): Promise<Refusal> {
  const outcome: unknown = await compose(plugins).catch((error: unknown) => error);
  if (outcome instanceof Refusal) return outcome;
  throw new Error("These plugins were composed although they do not fit together.", { cause: outcome });
}

const wrong: Readonly<Record<string, readonly [Alert, RegExp]>> = {
  "that concerns what is no unit and no official": [watch("x", { concerns: ["amount"] }), /amount in concerns/],
  "that concerns somebody through two references": [watch("x", { concerns: ["keeper.unit.parent"] }), /keeper\.unit\.parent in concerns/],
  "that looks into a list that there is not": [watch("x", { lists: { visits: Call } }), /no list visits of Call/],
  "whose condition names what there is not": [watch("x", {}, { finished: { isNull: true } }), /nothing named finished/],
  "whose condition compares with nothing": [watch("x", {}, { amount: { gt: null } }), /isNull/],
  "whose condition compares money with what is none": [watch("x", {}, { amount: { gt: "0.0000001" } }), /below the 分/],
};

for (const [what, [declared, said]] of Object.entries(wrong)) {
  test(`an alert ${what} is refused at the start, with plugin, alert and remedy`, async () => {
    const refusal = await refusalOf([unitPlugin, staff, leads(declared)]);
    expect(refusal.code).toBe("ALERT_INVALID");
    expect(refusal.message).toMatch(said);
    expect(refusal.message).toContain("leads");
  });
}

test("a name that two alerts have, or an alert and a clock, is refused with both", async () => {
  expect((await refusalOf([unitPlugin, staff, leads(watch("x"), watch("x"))])).code).toBe("ALERT_TAKEN");
  const Task = thing("Task", {
    stage: column.stage({
      ...cycle("TaskStage", ["OPEN", "DONE"], { finish: step("OPEN", "DONE") }),
      states: { OPEN: { ...words, clock: { days: 3 } }, DONE: { ...words, end: true } },
    }),
  });
  const calendarKeeper = plugin("calendar", { entities: [Task], provides: { calendar: { day: Task, schedule: Task, published: [] } } });
  const refusal = await refusalOf([unitPlugin, staff, calendarKeeper, leads(watch("taskOpenOverdue"))]);
  expect(refusal.code).toBe("ALERT_TAKEN");
  expect(refusal.message).toContain("Entity Task");
});

test("alerts need somebody who provides units and people", async () => {
  const alone = plugin("leads", {
    dependsOn: { units: "^1.0.0" },
    entities: [Official, Lead, Call],
    alerts: [watch("x")],
  });
  expect((await refusalOf([unitPlugin, alone])).code).toBe("PROVIDER_MISSING");
});

test("alerts and inboxes are there where an alert or a clock is declared, on the entities that have some, and nowhere else", async () => {
  const { schema } = await compose([unitPlugin, staff, leads(watch("x"))]);
  const fields = (type: string): readonly string[] => Object.keys((schema.getType(type) as { getFields(): object }).getFields());
  expect(fields("Lead")).toEqual(expect.arrayContaining(["alerts", "alertAggregates", "inboxItems"]));
  expect(fields("Call")).not.toContain("alerts");
  const without = await compose([unitPlugin, staff, leads()]);
  expect(without.schema.getType("Alert")).toBeUndefined();
  expect(without.schema.getType("InboxItem")).toBeUndefined();
});
