import { settingsOf, type ReadPool, type Statement } from "@xianmai/database";
import { countyViewer, viewerOf, type Clock, type Context, type Instant, type Viewer } from "@xianmai/plugin-api";
import { createExecutor, resultText, type Executor, type ReadSet } from "@xianmai/query";
import fc from "fast-check";
import { GraphQLString, parse, type ExecutionResult } from "graphql";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";

import { Project, Report, Unit } from "./county/entities.ts";
import { CLOCK, type CountyOptions } from "./county/platform.ts";
import { openFilledCounty } from "./county/filled.ts";
import { county as model } from "./county/plugin.ts";
import { changeUnread } from "./county/unread.ts";
import { bytesOf } from "./oracle/answers.ts";
import { Operations } from "./oracle/operations.ts";
import { Dice } from "./oracle/rows.ts";

const RUNS = Number(process.env["XIANMAI_FUZZ"] ?? 150);

const VIEWERS: readonly Viewer[] = [
  countyViewer,
  ...[["U0"], ["U1"], ["U3", "U7"], []].map((units) => viewerOf([], { role: "department", units })),
];

interface Told {
  readonly text: string;
  readonly reads: ReadonlyMap<string, ReadSet>;
}

async function ask(executor: Executor, document: string, variables: object, viewer: Viewer): Promise<Told> {
  const outcome = await executor.query({
    document: parse(document),
    variables: variables as Record<string, unknown>,
    context: { viewer, clock: CLOCK, language: "en" },
  });
  return { text: bytesOf(JSON.parse(resultText(outcome.result)) as ExecutionResult), reads: outcome.reads() };
}

function union(sets: Iterable<ReadSet>): ReadSet {
  const merged = (maps: readonly ReadonlyMap<string, ReadonlySet<string>>[]): Map<string, Set<string>> => {
    const all = new Map<string, Set<string>>();
    for (const map of maps) for (const [table, keys] of map) all.set(table, new Set([...(all.get(table) ?? []), ...keys]));
    return all;
  };
  const list = [...sets];
  return {
    rows: merged(list.map(({ rows }) => rows)),
    lists: merged(list.map(({ lists }) => lists)),
    tables: new Set(list.flatMap(({ tables }) => [...tables])),
    perUser: list.some(({ perUser }) => perUser),
    until: undefined,
    complete: list.every(({ complete }) => complete),
  };
}

/** Fields that the oracle knows nothing of: those whose code reads for itself, and those that are read out of histories. */
const BESIDES: readonly string[] = [
  "own: projects(last: 3) { nodes { reportCount half } }",
  `own: projectStages(filter: { field: { eq: "new-energy" }, responsibleUnit: { code: { ne: "U3" } } }, from: "2023-01-01") {
    stage count entered left began reached averageDays }`,
  "own: projects(first: 2) { nodes { stageHistory { from to outside by { name } } } }",
  'own: dictionary(code: "project-field") { revision revisions { number by { name } changes { kind before { zh } after { zh } } } }',
  "own: projects(first: 2) { nodes { field { dictionary { revisedAt revision } } } }",
];

/** Adds one of them to some documents. */
function withOwnCode(document: string, dice: Dice): string {
  return dice.chance(40) ? document : document.replace(/^(query(?:\([^)]*\))?) \{/, (begin) => `${begin} ${dice.of(BESIDES)}`);
}

test("whatever is not in the read-set of a query may change: its answer stays, byte for byte, for any viewer", async () => {
  const county = await openFilledCounty(11);
  for (const field of BESIDES) expect((await ask(county.executor, `{ ${field} }`, {}, countyViewer)).text).toContain('"failed":[]');
  let changes = 0;
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.constantFrom(...VIEWERS), async (seed, viewer) => {
      const dice = new Dice(seed);
      const { document: plain, variables } = new Operations(model, county.tables, dice).next();
      const document = withOwnCode(plain, dice);
      const { text, reads } = await ask(county.executor, document, variables[0], viewer);
      const seen = async (table: string): Promise<ReadonlySet<string>> => {
        const [found] = await county.readPool.batch(settingsOf(viewer), [{ text: `select id from "${table}"`, values: [] }]);
        return new Set(found!.rows.map(([id]) => id!));
      };
      changes += await changeUnread(county.owner, dice, {
        model,
        reads: union(reads.values()),
        seen,
        seesAll: viewer === countyViewer,
        fresh: () => count++,
      });
      expect((await ask(county.executor, document, variables[0], viewer)).text, `${document}\n${JSON.stringify(variables[0])}`).toBe(text);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(changes).toBeGreaterThan(RUNS * 20);
}, 600_000);

const LOCKED: Statement = {
  text: `select c.relname from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation
    where l.pid = pg_catalog.pg_backend_pid() and c.relnamespace = 'app'::regnamespace and c.relkind = 'r'`,
  values: [],
};

/** A pool that tells which tables were touched, as PostgreSQL's locks have it. */
function watching(pool: ReadPool, touched: Set<string>): ReadPool {
  const told = <Result extends { readonly rows: readonly (readonly (string | null)[])[] }>(
    results: readonly Result[],
  ): readonly Result[] => {
    for (const [name] of results.at(-1)?.rows ?? []) touched.add(name!);
    return results.slice(0, -1);
  };
  return {
    batch: async (settings, statements, signal) => told(await pool.batch(settings, [...statements, LOCKED], signal)),
    answer: async (settings, statements, signal) => {
      const { results, moment } = await pool.answer(settings, [...statements, LOCKED], signal);
      return { results: told(results), moment };
    },
    session: async (settings, work, signal) =>
      pool.session(
        settings,
        async (session) => {
          const result = await work(session);
          told(await session.batch([LOCKED]));
          return result;
        },
        signal,
      ),
    close: async () => pool.close(),
  };
}

test("a read-set names every table that PostgreSQL touched for the answer", async () => {
  const county = await openFilledCounty(12);
  const touched = new Set<string>();
  const executor = createExecutor({
    schema: county.schema,
    types: county.types,
    readPool: watching(county.readPool, touched),
    writePool: county.writePool,
    orm: county.orm,
  });
  const named = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.constantFrom(...VIEWERS), async (seed, viewer) => {
      const dice = new Dice(seed);
      touched.clear();
      const { document: plain, variables } = new Operations(model, county.tables, dice).next();
      const { reads } = await ask(executor, withOwnCode(plain, dice), variables[0], viewer);
      const { rows, lists, tables } = union(reads.values());
      const known = new Set([...rows.keys(), ...lists.keys(), ...tables]);
      expect({ plain, unnamed: [...touched].filter((table) => !known.has(table)) }).toEqual({ plain, unnamed: [] });
      for (const table of touched) named.add(table);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect([...named].sort()).toEqual(model.entities.map(({ table }) => table).sort());
}, 600_000);

interface Own {
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly db: Context["db"];
}

/** A root field of a plugin's own. */
function ownField(read: (context: Own) => unknown): CountyOptions {
  const resolve = async (_source: unknown, _args: unknown, context: unknown): Promise<unknown> => String(await read(context as Own));
  return { query: () => ({ own: { type: GraphQLString, resolve } }) };
}

async function ownReads(read: (context: Own) => unknown): Promise<ReadSet> {
  const county = await openFilledCounty(13, ownField(read));
  const { reads } = await ask(county.executor, "{ own }", {}, countyViewer);
  return reads.get("own")!;
}

describe("the read-set of a field with code of its own", () => {
  test("has every table of the queries that the code sends, sub-queries and joins included", async () => {
    const { tables, complete } = await ownReads(({ db }) =>
      db(Project, Report, Unit)
        .selectFrom("project")
        .innerJoin("unit", "unit.id", "project.township_id")
        .select((eb) => ["project.code", eb.selectFrom("report").select(eb.fn.countAll().as("n")).as("reports")])
        .execute(),
    );
    expect([[...tables].sort(), complete]).toEqual([["project", "report", "unit"], true]);
  });

  test("is not known where the code writes SQL itself", async () => {
    const { complete } = await ownReads(({ db }) => sql`select count(*) from project`.execute(db()));
    expect(complete).toBe(false);
  });

  test("stays known where that SQL could read nothing: a direction, a cast, an operator", async () => {
    const { tables, complete } = await ownReads(({ db }) =>
      db(Project)
        .selectFrom("project")
        .select([sql<string>`code || ${"x"}::text`.as("named")])
        .orderBy("code", "desc")
        .execute(),
    );
    expect([[...tables], complete]).toEqual([["project"], true]);
    expect(
      (
        await ownReads(({ db }) =>
          db(Project)
            .selectFrom("project")
            .select([sql`lower(code)`.as("l")])
            .execute(),
        )
      ).complete,
    ).toBe(false);
  });

  test("is one official's alone where the code asks who that is", async () => {
    expect((await ownReads(({ viewer }) => viewer.role)).perUser).toBe(false);
    expect((await ownReads(({ viewer }) => viewer.user ?? "nobody")).perUser).toBe(true);
  });

  test("ends when what the clock said does: at once, at midnight of the county, at the moment asked for", async () => {
    const until = async (read: (clock: Clock) => unknown): Promise<unknown> => (await ownReads(({ clock }) => read(clock))).until;
    expect(await until((clock) => clock.now())).toBe(CLOCK.now());
    expect(await until((clock) => clock.today())).toBe("2023-11-20T16:00:00.000Z");
    expect(await until((clock) => clock.until("2023-12-01T00:00:00.000Z" as Instant))).toBe("2023-12-01T00:00:00.000Z");
    expect(await until((clock) => clock.until("2023-01-01T00:00:00.000Z" as Instant))).toBeUndefined();
  });

  test("is never made of what cannot be repeated: the time and chance of PostgreSQL are refused, with what to use instead", async () => {
    const county = await openFilledCounty(
      14,
      ownField(({ db }) =>
        db(Project)
          .selectFrom("project")
          .select(({ fn }) => fn("random", []).as("r"))
          .execute(),
      ),
    );
    const { errors } = await county.ask("{ own }");
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining("random") as string, extensions: { code: "DB_NOT_REPEATABLE" } }),
    ]);
  });
});
