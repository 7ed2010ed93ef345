import { countyViewer, type Context } from "@xianmai/plugin-api";
import { sql } from "kysely";
import { GraphQLID, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString, parse, type ExecutionResult } from "graphql";
import { describe, expect, test } from "vitest";

import { Project, Unit } from "./county/entities.ts";
import { CLOCK, openCounty, type CountyOptions, type CountyPlatform } from "./county/platform.ts";
import { add } from "./county/rows.ts";

const ids = new GraphQLList(new GraphQLNonNull(GraphQLString));

function options(events: () => AsyncIterable<unknown> = async function* () {}): CountyOptions {
  return {
    query: (types) => {
      const project = types.of("Project").object;
      const pair = new GraphQLObjectType({ name: "Pair", fields: { left: { type: project }, right: { type: project } } });
      return {
        version: { type: GraphQLString, resolve: () => "1" },
        secret: { type: GraphQLString, resolve: () => Promise.reject(new Error("no")) },
        sure: { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
        pick: {
          type: new GraphQLList(project),
          args: { ids: { type: ids } },
          resolve: (_source, args: { readonly ids: readonly string[] }) => args.ids.map((id) => ({ id })),
        },
        pairs: {
          type: new GraphQLList(pair),
          args: { ids: { type: ids } },
          resolve: (_source, args: { readonly ids: readonly string[] }) =>
            args.ids.map((id) => ({ left: { id }, right: Promise.resolve({ id }) })),
        },
        anything: {
          type: types.node,
          args: { id: { type: GraphQLID } },
          resolve: (_source, args: { readonly id: string }) => ({ __typename: "Unit", id: args.id }),
        },
        first: {
          type: project,
          resolve: async (_source, _args, context) =>
            (context as Context).db(Project).selectFrom("project").select("id").orderBy("code").executeTakeFirst(),
        },
        counted: {
          type: GraphQLInt,
          resolve: async (_source, _args, context) =>
            Number(
              (
                await (context as Context)
                  .db(Unit)
                  .selectFrom("unit")
                  .select(({ fn }) => fn.countAll<bigint>().as("n"))
                  .executeTakeFirstOrThrow()
              ).n,
            ),
        },
        wrong: {
          type: GraphQLInt,
          args: { how: { type: GraphQLString } },
          resolve: async (_source, args: { readonly how: string }, context) => {
            const db = (context as Context).db(Unit);
            if (args.how === "schema") await db.withSchema("app").selectFrom("unit").selectAll().execute();
            if (args.how === "write") await db.deleteFrom("unit").execute();
            if (args.how === "em") await (context as Context).em.flush();
            if (args.how === "raw schema") await sql`select * from xm.change`.execute(db);
            if (args.how === "raw setting") await sql`select set_config('role', 'xm_all', false)`.execute(db);
            if (args.how === "transaction") await db.transaction().execute(async () => undefined);
            if (args.how === "harmless") await sql`select 1 as set`.execute(db);
            return 1;
          },
        },
      };
    },
    subscription: (types) => ({
      touched: {
        type: new GraphQLObjectType({
          name: "Touched",
          fields: { cursor: { type: GraphQLString }, project: { type: types.of("Project").object } },
        }),
        subscribe: () => events(),
        resolve: (event: unknown) => event,
      },
    }),
  };
}

async function started(given?: CountyOptions): Promise<CountyPlatform & { readonly projects: readonly string[]; readonly unit: string }> {
  const county = await openCounty(given ?? options());
  const [unit = ""] = await add(county.owner, "Unit", [{ code: "A", name: "甲" }]);
  const projects = await add(
    county.owner,
    "Project",
    ["P1", "P2", "P3"].map((code) => ({ code, name: `名${code}`, responsibleUnitId: unit })),
  );
  return { ...county, projects, unit };
}

const GONE = "00000000-0000-4000-8000-000000000000";

describe("a resolver that answers with entities", () => {
  test("names them by id alone: they are read as the operation selects them, all in one batch", async () => {
    const { ask, projects, roundTrips } = await started();
    const { data, errors } = await ask(
      "query($ids: [String!], $n: Int) { pick(ids: $ids) { c: code responsibleUnit { name responsibleProjects(first: $n) { totalCount nodes { code } } } } }",
      {
        variables: { ids: [projects[2], GONE, projects[0], projects[2]], n: 1 },
      },
    );
    expect(errors).toBeUndefined();
    const responsibleUnit = { name: "甲", responsibleProjects: { totalCount: 3, nodes: [{ code: "P1" }] } };
    expect(data).toEqual({ pick: [{ c: "P3", responsibleUnit }, null, { c: "P1", responsibleUnit }, { c: "P3", responsibleUnit }] });
    expect(roundTrips()).toEqual([3]);
  });

  test("may do so anywhere in its answer, with another selection in each place", async () => {
    const { ask, projects, roundTrips } = await started();
    const { data } = await ask(
      "query($ids: [String!]) { pairs(ids: $ids) { left { code } right { name ...F } } } fragment F on Project { x: id }",
      { variables: { ids: projects.slice(0, 2) } },
    );
    expect(data).toEqual({
      pairs: [
        { left: { code: "P1" }, right: { name: "名P1", x: `Project:${projects[0]!}` } },
        { left: { code: "P2" }, right: { name: "名P2", x: `Project:${projects[1]!}` } },
      ],
    });
    expect(roundTrips()).toEqual([2]);
  });

  test("may answer with any entity where the schema says Node", async () => {
    const { ask, unit } = await started();
    expect(
      (await ask("query($id: ID) { anything(id: $id) { __typename id ... on Unit { name } } }", { variables: { id: unit } })).data,
    ).toEqual({
      anything: { __typename: "Unit", id: `Unit:${unit}`, name: "甲" },
    });
  });

  test("stands beside generated fields in one answer, in the order asked, in one snapshot", async () => {
    const { ask } = await started();
    const { data, errors } = await ask(
      "{ version projects(first: 1) { nodes { code } } first { code half } counted units { totalCount } __typename }",
    );
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toBe(
      '{"version":"1","projects":{"nodes":[{"code":"P1"}]},"first":{"code":"P1","half":null},"counted":1,"units":{"totalCount":1},"__typename":"Query"}',
    );
  });

  test("fails alone where its field may be null, and takes the answer with it where it may not", async () => {
    const { ask } = await started();
    const some = await ask("{ secret units { totalCount } }");
    expect(some.data).toEqual({ secret: null, units: { totalCount: 1 } });
    expect(some.errors).toMatchObject([{ path: ["secret"] }]);
    expect((await ask("{ units { totalCount } sure }")).data).toBeNull();
  });

  test("reads the tables of the request and nothing else", async () => {
    const { ask } = await started();
    const code = async (how: string): Promise<unknown> => (await ask(`{ wrong(how: "${how}") }`)).errors?.[0]?.extensions?.["code"];
    const asked = ["schema", "raw schema", "raw setting", "write", "transaction", "em", "harmless"];
    const told: unknown[] = [];
    for (const how of asked) told.push(await code(how));
    expect(told).toEqual([
      "DB_SCHEMA_NAMED",
      "DB_SCHEMA_NAMED",
      "DB_SCHEMA_NAMED",
      "DB_READS_ONLY",
      "DB_READS_ONLY",
      "OUTSIDE_MUTATION",
      undefined,
    ]);
  });

  test("is told when it answered with something that is no entity, and how to do better", async () => {
    const { ask, projects } = await started();
    const { data, errors } = await ask("query($ids: [String!]) { pick(ids: $ids) { code } }", {
      variables: { ids: [`Project:${projects[0]!}`, projects[1]] },
    });
    expect(data).toEqual({ pick: [null, { code: "P2" }] });
    expect(errors).toMatchObject([
      { path: ["pick", 0], message: expect.stringContaining("Query.pick") as string, extensions: { code: "RESOLVER_GAVE_NO_ROW" } },
    ]);
  });
});

describe("an added field", () => {
  test("that needs the row alone adds no statement and no round trip", async () => {
    const { ask, roundTrips } = await started();
    const { data } = await ask("{ dictionaryEntries(first: 2) { nodes { label zh } } }", { language: "zh" });
    expect(data).toEqual({
      dictionaryEntries: {
        nodes: [
          { label: "环评", zh: "环评" },
          { label: "新能源", zh: "新能源" },
        ],
      },
    });
    expect(roundTrips()).toEqual([1]);
  });

  test("that queries is asked once for all its rows, and from its second time in one session", async () => {
    const { ask, owner, projects, roundTrips } = await started();
    await add(owner, "Report", [{ projectId: projects[0], month: "2023-01", invested: 1n }]);
    const document =
      "{ projects { nodes { code n: reportCount responsibleUnit { responsibleProjects { nodes { reportCount } } } } } other: projects(last: 1) { nodes { reportCount } } }";
    const first = await ask(document);
    expect(first.errors).toBeUndefined();
    const responsibleUnit = { responsibleProjects: { nodes: [{ reportCount: 1 }, { reportCount: 0 }, { reportCount: 0 }] } };
    expect(first.data).toEqual({
      projects: {
        nodes: [
          { code: "P1", n: 1, responsibleUnit },
          { code: "P2", n: 0, responsibleUnit },
          { code: "P3", n: 0, responsibleUnit },
        ],
      },
      other: { nodes: [{ reportCount: 0 }] },
    });
    roundTrips();
    expect(await ask(document)).toEqual(first);
    expect(roundTrips()).toEqual([3, 1]);
  });

  test("that fails reads null in every row, each with its path, and the rest of the answer stands", async () => {
    const { ask } = await started();
    const { data, errors } = await ask("{ projects(first: 2) { nodes { code x: broken parent { broken } } } }");
    expect(data).toEqual({
      projects: {
        nodes: [
          { code: "P1", x: null, parent: null },
          { code: "P2", x: null, parent: null },
        ],
      },
    });
    expect(errors?.map(({ path }) => path)).toEqual([
      ["projects", "nodes", 0, "x"],
      ["projects", "nodes", 1, "x"],
    ]);
  });

  test("that gives what is not of its type reads null there, with the place in the answer and in the document", async () => {
    const { ask, owner, projects } = await started();
    await add(
      owner,
      "Report",
      ["2023-01", "2023-02", "2023-03"].map((month) => ({ projectId: projects[0], month, invested: 1n })),
    );
    const { data, errors } = await ask(`{ reports { nodes {
      tally ratio billed late
      u: unmapped
      refused } } }`);
    expect((data as { reports: unknown }).reports).toEqual({
      nodes: [
        { tally: null, ratio: "1.5", billed: "12", late: true, u: null, refused: null },
        { tally: 7, ratio: null, billed: null, late: null, u: null, refused: null },
        { tally: null, ratio: null, billed: null, late: null, u: null, refused: null },
      ],
    });
    const said = (errors ?? []).map(({ path, locations, extensions }) =>
      [path?.slice(2).join("."), locations?.[0]?.line, extensions?.["code"]].join(" "),
    );
    expect(new Set(said)).toEqual(
      new Set([
        ...[0, 1, 2].flatMap((row) => [`${row}.u 3 `, `${row}.refused 4 NOT_NOW`]),
        ...["0.tally", "1.ratio", "1.billed", "1.late", "2.tally", "2.ratio"].map((place) => `${place} 2 FIELD_VALUE_WRONG`),
      ]),
    );
    expect(said.length).toBe(12);
    expect(errors?.find(({ path }) => path?.at(-1) === "ratio")?.message).toMatch(/Report\.ratio gave number 1\.5.*decimal.*Give a string/);
  });

  test("that fails inside a resolver's answer has its path there", async () => {
    const { ask, projects } = await started();
    const { data, errors } = await ask("query($ids: [String!]) { pick(ids: $ids) { code y: broken } }", {
      variables: { ids: projects.slice(0, 1) },
    });
    expect(data).toEqual({ pick: [{ code: "P1", y: null }] });
    expect(errors).toMatchObject([{ path: ["pick", 0, "y"] }]);
  });
});

describe("a subscription", () => {
  test("shows the entity of each event as it is then, and ends when it is left", async () => {
    let left = false;
    const coming: unknown[] = [
      { cursor: "1", project: { id: "" } },
      { cursor: "2", project: { id: GONE } },
    ];
    const source: AsyncIterableIterator<unknown> = {
      next: () => (coming.length > 0 ? Promise.resolve({ done: false, value: coming.shift() }) : new Promise(() => undefined)),
      return: () => {
        left = true;
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => source,
    };
    const { executor, owner, projects } = await started(options(() => source));
    coming[0] = { cursor: "1", project: { id: projects[0] } };
    const events = await executor.subscribe({
      document: parse("subscription { touched { cursor project { code name reportCount responsibleUnit { name } } } }"),
      context: { viewer: countyViewer, clock: CLOCK, language: "zh" },
    });
    if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
    await owner.query("update app.project set name = '改名' where code = 'P1'");
    const next = async (): Promise<ExecutionResult> => ((await events.next()) as IteratorYieldResult<ExecutionResult>).value;
    expect(await next()).toEqual({
      data: { touched: { cursor: "1", project: { code: "P1", name: "改名", reportCount: 0, responsibleUnit: { name: "甲" } } } },
    });
    expect(await next()).toEqual({ data: { touched: { cursor: "2", project: null } } });
    const waiting = events.next();
    expect(await events.return?.()).toMatchObject({ done: true });
    expect(left).toBe(true);
    void waiting;
  });

  test("is not run as a query, nor a query as a subscription", async () => {
    const { executor } = await started();
    const context = { viewer: countyViewer, clock: CLOCK, language: "en" } as const;
    expect(await executor.execute({ document: parse("subscription { touched { cursor } }"), context })).toMatchObject({
      errors: [{ extensions: { code: "OPERATION_RESOLUTION_FAILURE" } }],
    });
    expect(await executor.subscribe({ document: parse("{ version }"), context })).toMatchObject({
      errors: [{ extensions: { code: "OPERATION_RESOLUTION_FAILURE" } }],
    });
    expect(await executor.execute({ document: parse("query A { version } query B { version }"), context })).toMatchObject({
      errors: [{ extensions: { code: "OPERATION_RESOLUTION_FAILURE" } }],
    });
  });
});
