import { createReadPool, createWritePool } from "@xianmai/database";
import { column, countyViewer, fixedClock, metric, Refusal, viewerOf, type Instant, type Metric, type Plugin } from "@xianmai/plugin-api";
import { createExecutor, createOrm, type ReadSet } from "@xianmai/query";
import { parse } from "graphql";
import { expect, test } from "vitest";

import { compose } from "../../src/composition/compose.ts";
import { plugin, thing, units, words } from "../support/declare.ts";
import { startPlatform } from "../support/platform.ts";

const { Unit, plugin: unitPlugin } = units();
const Lead = thing(
  "Lead",
  {
    unit: column.reference(() => Unit, words),
    amount: column.money({ ...words, optional: true }),
    month: column.yearMonth({ ...words, optional: true }),
  },
  { scope: "unit" },
);
const Call = thing(
  "Call",
  {
    lead: column.reference(() => Lead, { ...words, inverse: "calls" }),
    amount: column.money({ ...words, optional: true }),
    month: column.yearMonth({ ...words, optional: true }),
  },
  { scope: "lead" },
);

/** A metric of whom no compiler asks anything. */
function figure(name: string, declared: object): Metric {
  const make = metric as unknown as (entity: typeof Lead, name: string, declared: object) => Metric;
  return make(Lead, name, {
    ...words,
    unit: words,
    definition: words,
    value: ({ count }: { count: () => unknown }) => count(),
    ...declared,
  });
}

interface AnyTools {
  readonly sum: (path: string, options?: object) => unknown;
  readonly last: (path: string, options: object) => unknown;
  readonly count: (options?: object) => unknown;
  readonly countOf: (list: string) => unknown;
  readonly ratio: (over: unknown, under: unknown) => unknown;
  readonly aheadOfTime: (ratio: unknown) => unknown;
}

const leads = (...metrics: Metric[]): Plugin => plugin("leads", { dependsOn: { units: "^1.0.0" }, entities: [Lead, Call], metrics });

async function refusalOf(plugins: readonly Plugin[]): Promise<Refusal> {
  const outcome: unknown = await compose(plugins).catch((error: unknown) => error);
  if (outcome instanceof Refusal) return outcome;
  throw new Error("These plugins were composed although they do not fit together.", { cause: outcome });
}

const wrong: Readonly<Record<string, readonly [object, RegExp]>> = {
  "a column that its entity lacks": [{ value: ({ sum }: AnyTools) => sum("sum") }, /Lead has no column sum/],
  "a text that is summed": [{ value: ({ sum }: AnyTools) => sum("name") }, /Lead\.name \(text\) cannot be summed/],
  "a text as a time": [{ value: ({ count }: AnyTools) => count({ period: "name" }) }, /Lead\.name \(text\) cannot be a time/],
  "a list that its entity lacks": [
    { lists: { visits: Call }, value: ({ countOf }: AnyTools) => countOf("visits") },
    /no list visits of Call/,
  ],
  "a list of other rows": [{ lists: { calls: Lead }, value: ({ countOf }: AnyTools) => countOf("calls") }, /no list calls of Lead/],
  "money without a unit of money": [{ value: ({ sum }: AnyTools) => sum("amount") }, /unit 某/],
  "a count in money": [{ unit: "万元" }, /unit 万元/],
  "a count in %": [{ unit: "%" }, /unit %/],
  "a number per amount": [{ value: ({ ratio, count, sum }: AnyTools) => ratio(count(), sum("amount")) }, /unit 某/],
  "an amount ahead of time": [
    { unit: "万元", value: ({ aheadOfTime, ratio, count, sum }: AnyTools) => aheadOfTime(ratio(sum("amount"), count())) },
    /unit 万元/,
  ],
  "what came last, of no list": [{ unit: "万元", value: ({ last }: AnyTools) => last("amount", { period: "month" }) }, /no list/],
  "a target in another unit": [{ target: ({ sum }: AnyTools) => sum("amount") }, /unit 某/],
  "a dimension that is a text": [{ dimensions: ["name"] }, /broken down by name/],
  "a time that is no period": [{ dimensions: ["month"] }, /broken down by month/],
  "a period of no time": [{ dimensions: [{ column: "unit", by: "year" }] }, /broken down by unit/],
  "a condition that there is not": [{ where: { name: { like: "x" } } }, /name\.like/],
  "an amount that is none": [{ where: { amount: { gt: "many" } } }, /many/],
  "half a digit": [{ digits: 0.5 }, /0\.5/],
};

test.each(Object.entries(wrong))("refused with the plugin and the metric: %s", async (_, [declared, named]) => {
  const refusal = await refusalOf([unitPlugin, leads(figure("leadCount", declared))]);
  expect(refusal.code).toBe("METRIC_INVALID");
  expect(refusal.message).toMatch(/Metric leadCount of plugin leads/);
  expect(refusal.message).toMatch(named);
});

test("an entity that is not enabled has no figures", async () => {
  const other = plugin("figures", { dependsOn: { units: "^1.0.0" }, metrics: [figure("leadCount", {})] });
  expect((await refusalOf([unitPlugin, other])).message).toMatch(/figures.*Lead is not enabled/);
});

test("two metrics of one name are refused with both plugins, and the names metric and metrics are the platform's", async () => {
  const other = plugin("figures", { dependsOn: { leads: "^1.0.0" }, metrics: [figure("leadCount", {})] });
  expect(await refusalOf([unitPlugin, leads(figure("leadCount", {})), other])).toMatchObject({ code: "METRIC_TAKEN" });
  expect(await refusalOf([plugin("clock", { entities: [thing("Metric")] })])).toMatchObject({ code: "ROOT_FIELD_TAKEN" });
  expect(await refusalOf([unitPlugin, leads(figure("LeadCount", {}))])).toMatchObject({ code: "NAME_INVALID" });
});

test("a platform whose plugins declare no figure has none of their types", async () => {
  const { schema } = await compose([unitPlugin, leads()]);
  expect(Object.keys(schema.getTypeMap()).filter((name) => name.startsWith("Metric"))).toEqual([]);
  expect(schema.getQueryType()?.getFields()).not.toHaveProperty("metric");
});

test("what a figure depends on is known: the tables that it counts and is broken down by, and the end of the day where the month is left to the clock", async () => {
  const standing = figure("standing", {
    lists: { calls: Call },
    unit: "万元",
    value: ({ last }: AnyTools) => last("calls.amount", { period: "month" }),
  });
  const declared = figure("calls", {
    lists: { calls: Call },
    value: ({ countOf }: AnyTools) => countOf("calls"),
    dimensions: ["unit", { column: "month", by: "quarter" }],
  });
  await using platform = await startPlatform("metrics that are read", [unitPlugin, leads(declared, standing)]);
  const { schema, types, model } = platform.composition;
  const readPool = createReadPool(platform.database.app, { size: 1 });
  const writePool = createWritePool(platform.database.app, { size: 1 });
  const orm = createOrm({ model, app: platform.database.app });
  const executor = createExecutor({ schema, types, readPool, writePool, orm });
  const clock = fixedClock("2023-11-20T01:00:00.000Z" as Instant, "Asia/Shanghai");
  const readsOf = async (document: string, viewer = countyViewer): Promise<ReadSet> => {
    const { reads } = await executor.query({ document: parse(document), context: { viewer, clock, language: "en" } });
    return reads().get("metric")!;
  };
  await platform.psql.query(`insert into app.unit (code, name) values ('X', 'X')`);
  await platform.psql.query(`insert into app.lead (code, name, unit_id) select 'L', 'L', id from app.unit`);
  await platform.psql.query(`insert into app.call (code, name, lead_id) select 'C', 'C', id from app.lead`);
  const value = await readsOf('{ metric(name: "calls", through: "2023-10") { value } }');
  expect(value).toMatchObject({ complete: true, perUser: false, until: undefined });
  expect([...value.tables].toSorted()).toEqual(["call", "lead"]);
  const part = await readsOf(
    '{ metric(name: "calls") { byDimension(dimension: "unit") { label } } }',
    viewerOf([], { role: "department", units: [] }),
  );
  expect(part).toMatchObject({ complete: true, perUser: false, until: "2023-11-20T16:00:00.000Z" });
  expect([...part.tables].toSorted()).toEqual(["call", "lead", "unit"]);
  const last = await readsOf('{ metric(name: "standing", through: "2023-10") { value } }');
  expect([...last.tables].toSorted()).toEqual(["call", "lead"]);
  const rows = await readsOf('{ metric(name: "calls", through: "2023-10") { rows { nodes { id } } explain { link } } }');
  expect([...rows.tables].toSorted()).toEqual(["call", "lead"]);
  expect([...rows.rows.keys()]).toEqual(["call"]);
  await orm.close();
  await readPool.close();
  await writePool.close();
});
