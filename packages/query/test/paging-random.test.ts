import type { EntityModel } from "@xianmai/plugin-api/model";
import fc from "fast-check";
import { expect, test } from "vitest";

import { openFilledCounty } from "./county/filled.ts";
import { county as model } from "./county/plugin.ts";
import { add } from "./county/rows.ts";
import { Arguments } from "./oracle/arguments.ts";
import { Dice } from "./oracle/rows.ts";
import { Variables } from "./oracle/variables.ts";

const RUNS = Math.ceil(Number(process.env["XIANMAI_FUZZ"] ?? 400) / 5);

type Filled = Awaited<ReturnType<typeof openFilledCounty>>;

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly edges: readonly { readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

/** Where a list stands: at the root, or under the rows of another entity. */
const PLACES: readonly { readonly entity: EntityModel; readonly name: string; readonly under?: EntityModel }[] = model.entities.flatMap(
  (entity) => [
    { entity, name: entity.names.many },
    ...entity.inverses.map((inverse) => ({ entity: inverse.entity, name: inverse.name, under: entity })),
  ],
);

/** Pages of a list with a random order, and a filter: at the root, or under the first of several rows. */
function randomList(county: Filled, dice: Dice, { isFiltered }: { readonly isFiltered: boolean }): (paging: string) => Promise<Page> {
  const variables = new Variables(dice);
  const { entity, name, under } = dice.of(PLACES);
  const args = new Arguments(county.tables, dice, variables);
  const given = [...(isFiltered ? args.filtered(entity) : []), args.ordered(entity)].join(" ");
  const rows = under === undefined ? [] : county.tables[under.name]!;
  const ids = rows.length === 0 ? [] : [dice.of(rows), ...dice.some(rows, 20)].map(({ id }) => JSON.stringify(`${under!.name}:${id}`));
  return async (paging) => {
    const list = `list: ${name}(${given} ${paging}) { nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage } }`;
    const selection = under === undefined ? list : `nodes(ids: [${ids.join(", ")}]) { ... on ${under.name} { ${list} } }`;
    const document = `query${variables.declarations()} { ${selection} }`;
    const { data, errors } = await county.ask(document, { variables: variables.values(0) });
    if (errors !== undefined) throw new Error(`${document}: ${JSON.stringify(errors)}`);
    const { list: page } = (under === undefined ? data : (data!["nodes"] as readonly unknown[])[0]) as { readonly list: Page };
    return page;
  };
}

function newId(dice: Dice): string {
  const hex = Array.from({ length: 32 }, () => dice.below(16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const idsOf = ({ nodes }: Page): readonly string[] => nodes.map(({ id }) => id);

test("any window of any list is the part of it that its cursors and sizes name, at the root and under one of several parents", async () => {
  const county = await openFilledCounty(11);
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const dice = new Dice(seed);
      const page = randomList(county, dice, { isFiltered: true });
      const whole = await page("first: 1000");
      const ids = idsOf(whole);
      const place = (): number => dice.below(ids.length);
      for (let round = 0; round < 4; round += 1) {
        const from = ids.length > 0 && dice.chance(70) ? place() : undefined;
        const until = ids.length > 0 && dice.chance(50) ? place() : undefined;
        const size = dice.below(4) + 1;
        const backwards = dice.chance(50);
        const found = await page(
          [
            `${backwards ? "last" : "first"}: ${size}`,
            ...(from === undefined ? [] : [`after: "${whole.edges[from]!.cursor}"`]),
            ...(until === undefined ? [] : [`before: "${whole.edges[until]!.cursor}"`]),
          ].join(" "),
        );
        const window = ids.slice(from === undefined ? 0 : from + 1, until);
        const more = window.length > size;
        expect(idsOf(found)).toEqual(backwards ? window.slice(-size) : window.slice(0, size));
        expect(found.pageInfo).toEqual({
          hasNextPage: until !== undefined || (!backwards && more),
          hasPreviousPage: from !== undefined || (backwards && more),
        });
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 600_000);

/** Where rows come and go: what refers to another before it. */
const TABLES = ["report", "blocker", "project", "official"];

test("whoever pages through a list while rows come and go meets no row twice, and every row that was there all the time", async () => {
  const county = await openFilledCounty(12);
  const { owner, tables } = county;
  const stays = new Set(Object.values(tables).flatMap((rows) => rows.map(({ id }) => id)));
  const projects = tables["Project"]!;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const dice = new Dice(seed);
      const page = randomList(county, dice, { isFiltered: false });
      const staying = (ids: readonly string[]): readonly string[] => ids.filter((id) => stays.has(id.split(":")[1]!));
      const leave = async (table: string): Promise<void> => {
        await owner.query(`delete from app."${table}" where not id = any($1)`, [[...stays]]);
      };
      const comeAndGo = async (): Promise<void> => {
        for (const table of dice.some(TABLES, 30)) await leave(table);
        const [project, blocker, official] = [newId(dice), newId(dice), newId(dice)];
        await add(owner, "Project", [{ ...dice.of(projects), id: project, code: `N${project.slice(dice.below(8))}`, creditCode: null }]);
        const month = `${1900 + dice.below(90)}-${String(dice.below(12) + 1).padStart(2, "0")}`;
        await owner.query("delete from app.report where month = $1", [month]);
        const report = { id: newId(dice), projectId: dice.of(projects).id, month, invested: 1n, note: dice.or("光伏", 50) };
        await add(owner, "Report", [report]);
        await add(owner, "Blocker", [{ ...dice.of(tables["Blocker"]!), id: blocker }]);
        await add(owner, "Official", [{ ...dice.of(tables["Official"]!), id: official, code: `X${official}` }]);
      };
      for (const table of TABLES) await leave(table);
      await comeAndGo();
      const before = staying(idsOf(await page("first: 1000")));
      const backwards = dice.chance(50);
      const seen: string[] = [];
      for (let cursor: string | undefined, more = true; more;) {
        const size = `${backwards ? "last" : "first"}: ${dice.below(5) + 1}`;
        const next: Page = await page(cursor === undefined ? size : `${size} ${backwards ? "before" : "after"}: "${cursor}"`);
        if (backwards) seen.unshift(...idsOf(next));
        else seen.push(...idsOf(next));
        cursor = (backwards ? next.edges[0] : next.edges.at(-1))?.cursor;
        more = cursor !== undefined && (backwards ? next.pageInfo.hasPreviousPage : next.pageInfo.hasNextPage);
        await comeAndGo();
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(staying(seen)).toEqual(before);
    }),
    { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
  );
}, 600_000);
