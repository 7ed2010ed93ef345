import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { aimed, counted, filed, oracles, type Months } from "./oracle.ts";
import { writeUnits, writeWorks, type GivenWork } from "./rows.ts";
import { works } from "./works.ts";

const RUNS = Math.ceil(Number(process.env["XIANMAI_FUZZ"] ?? 400) / 10);

let platform: TestPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [works] });
  await writeUnits(platform);
});
afterAll(async () => platform[Symbol.asyncDispose]());

const two = (value: number): string => String(value).padStart(2, "0");
const year = fc.constantFrom(2022, 2023);
const month = fc.tuple(year, fc.integer({ min: 1, max: 12 })).map(([y, m]) => `${y}-${two(m)}`);
const day = fc.tuple(month, fc.constantFrom(1, 15, 28)).map(([m, d]) => `${m}-${two(d)}`);
// amounts of every size, also taken back; few enough different ones that ties of rounding occur
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 9_999_999_999_999n }),
  fc.constantFrom(0n, 1n, 5_000n, 12_500n, 200_000_000n, -1_000_000n),
);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined });
const byKey = <Key extends string | number>(key: fc.Arbitrary<Key>): fc.Arbitrary<Record<Key, bigint>> =>
  fc
    .uniqueArray(fc.tuple(key, amount), { maxLength: 5, selector: ([one]) => one })
    .map((pairs) => Object.fromEntries(pairs) as Record<Key, bigint>);

const work = fc.record({
  unit: fc.constantFrom("X", "A", "B"),
  helper: maybe(fc.constantFrom("A", "B")),
  nature: fc.constantFrom("NEW_START", "CONTINUING", "PLANNED"),
  field: maybe(fc.constantFrom("roads", "energy")),
  inPackage: fc.boolean(),
  batch: maybe(fc.constantFrom(1, 2, 10)),
  total: maybe(amount),
  deadline: maybe(day),
  started: maybe(day),
  urgent: fc.boolean(),
  enteredAt: maybe(fc.tuple(day, fc.constantFrom("00:00:00", "07:59:59", "23:59:59")).map(([d, t]) => `${d}T${t}+08:00`)),
  plans: byKey(year),
  reports: byKey(month),
});

interface Part {
  readonly target: object | null;
  readonly key: string | null;
  readonly label: string | null;
  readonly value: string | null;
  readonly sums: readonly { readonly value: string; readonly rowCount: number }[];
}
interface Answer {
  readonly target: object | null;
  readonly value: string | null;
  readonly sums: Part["sums"];
  readonly series: readonly { readonly period: string; readonly value: string | null }[];
  readonly alone: Answer["series"];
  readonly rows: { readonly totalCount: number };
  readonly explain: { readonly rowCount: number };
}

const names = Object.keys(oracles);
const dimensionsOf = (name: string): readonly string[] =>
  works.metrics.find((metric) => metric.name === name)!.dimensions.map(({ column }) => column);
const document = `query ($through: YearMonth) { ${names
  .map(
    (name) => `${name}: metric(name: "${name}", through: $through) {
      value target { value reached } sums { value rowCount } rows(first: 0) { totalCount } explain { rowCount }
      series { period value } alone: series(cumulative: false) { period value }
      ${dimensionsOf(name)
        .map(
          (dimension) =>
            `by_${dimension}: byDimension(dimension: "${dimension}") { key label value target { value reached } sums { value rowCount } }`,
        )
        .join(" ")} }`,
  )
  .join(" ")} }`;

/** Every figure alone. */
const narrow = `query ($through: YearMonth) { ${names.map((name) => `${name}: metric(name: "${name}", through: $through) { value }`).join(" ")} }`;

test("every figure, series and part is what its definition says of the rows; the sums of the parts are those of the whole; a town has the figures of its own rows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(work, { maxLength: 8 }), month, async (given, through) => {
      const all = given.map(({ inPackage, ...one }, at): GivenWork => ({
        ...one,
        code: `W${at}`,
        parent: inPackage && at > 0 ? "W0" : undefined,
      }));
      await platform.sql("delete from report; delete from plan; delete from work");
      await writeWorks(platform, all);
      const answer = await platform.query<Record<string, Answer & Record<`by_${string}`, Part[]>>>(document, { through });
      const months = (from: number, to: number): Months => ({ year: Number(through.slice(0, 4)), from, to });
      const last = Number(through.slice(5));
      const town = platform.as("role=township; units=A");
      const seen = await town.query<Record<string, Pick<Answer, "value">>>(narrow, { through });
      const theirs = all.filter(({ unit }) => unit === "A");
      for (const name of names) {
        expect({ name, value: seen[name]!.value }).toEqual({ name, value: counted(oracles[name]!, theirs, months(1, last)).value });
        const [oracle, found] = [oracles[name]!, answer[name]!];
        expect({ name, value: found.value, target: found.target }).toEqual({
          name,
          value: counted(oracle, all, months(1, last)).value,
          target: aimed(oracle, all, months(1, last)),
        });
        const periods = Array.from({ length: last }, (_, at) => `${through.slice(0, 4)}-${two(at + 1)}`);
        expect(found.series).toEqual(periods.map((period, at) => ({ period, value: counted(oracle, all, months(1, at + 1)).value })));
        expect(found.alone).toEqual(periods.map((period, at) => ({ period, value: counted(oracle, all, months(at + 1, at + 1)).value })));
        // the two sums of the start rate count the same rows
        const rows = counted({ ...oracle, ...(name === "startRate" ? { over: () => [] } : {}) }, all, months(1, last)).rows;
        expect([found.rows.totalCount, found.explain.rowCount]).toEqual([rows, rows]);
        for (const dimension of dimensionsOf(name)) {
          const parts = found[`by_${dimension}`]!;
          const groups = Map.groupBy(all, filed[dimension]!);
          const expected = [...groups].flatMap(([key, members]): [string | null, object][] => {
            const { value, rows: some } = counted(oracle, members, months(1, last));
            const aims = oracle.target === undefined ? 0 : members.flatMap((one) => oracle.target!(one, months(1, last))).length;
            return some + aims === 0 ? [] : [[key, { value, target: aimed(oracle, members, months(1, last)) }]];
          });
          const shown = parts.map(({ key, label, value, target }): [string | null, object] => [
            dimension === "unit" || dimension === "helper" ? unitCode(label) : key,
            { value, target },
          ]);
          expect({ name, dimension, parts: new Map(shown) }).toEqual({ name, dimension, parts: new Map(expected) });
          for (const [at, whole] of found.sums.entries()) {
            const fen = parts.reduce((total, { sums }) => total + fenOf(sums[at]!.value), 0n);
            expect({ name, dimension, fen }).toEqual({ name, dimension, fen: fenOf(whole.value) });
            expect(parts.reduce((total, { sums }) => total + sums[at]!.rowCount, 0)).toBe(whole.rowCount);
          }
        }
      }
    }),
    { numRuns: RUNS },
  );
}, 300_000);

test("the rows behind a figure reproduce it in plain SQL", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(work, { minLength: 1, maxLength: 6 }),
      month,
      fc.constantFrom("roads", "energy"),
      async (given, through, field) => {
        await platform.sql("delete from report; delete from plan; delete from work");
        await writeWorks(
          platform,
          given.map((one, at): GivenWork => ({ ...one, code: `W${at}` })),
        );
        const { metric } = await platform.query<{ metric: { value: string | null; rows: { nodes: { id: string }[] } } }>(
          'query ($through: YearMonth, $field: String!) { metric(name: "completionRate", through: $through, filter: [{ dimension: "field", in: [$field] }]) { value rows(first: 1000) { nodes { id } } } }',
          { through, field },
        );
        const ids = metric.rows.nodes.map(({ id }) => id.split(":")[1]);
        const [row] = await platform.sql<{ rate: string | null }>(
          `select trim_scale(round(100 * (select coalesce(sum(invested), 0) from report where id = any($1::uuid[]))
                / nullif((select sum(amount) from plan where id = any($1::uuid[])), 0), 2)) as rate`,
          [ids],
        );
        expect(metric.value).toBe(row?.rate ?? null);
      },
    ),
    { numRuns: RUNS },
  );
}, 300_000);

/** 甲镇 is A. */
function unitCode(label: string | null): string | null {
  return label === null ? null : ({ 县: "X", 甲镇: "A", 乙镇: "B" }[label] ?? label);
}

/** A decimal with at most six decimals, in millionths. */
function fenOf(text: string): bigint {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const millionths = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
  return negative ? -millionths : millionths;
}
