import { viewerOf, type Context, type Role, type Viewer } from "@xianmai/plugin-api";
import fc from "fast-check";
import { GraphQLInt, GraphQLString, parse, type ExecutionResult } from "graphql";
import { expect, test, describe } from "vitest";

import { Blocker, Project, Unit } from "./county/entities.ts";
import { openFilledCounty } from "./county/filled.ts";
import { CLOCK, openCounty, type CountyOptions, type CountyPlatform } from "./county/platform.ts";
import { county as model } from "./county/plugin.ts";
import { add } from "./county/rows.ts";
import { bytesOf } from "./oracle/answers.ts";
import { Operations } from "./oracle/operations.ts";
import { oracleOf } from "./oracle/resolve.ts";
import { Dice, type Row, type Tables } from "./oracle/rows.ts";

const RUNS = Number(process.env["XIANMAI_FUZZ"] ?? 300);

/** A viewer to whom the plugins would give every permission: what is left is what PostgreSQL enforces. */
function viewer(role: Role, ...units: readonly string[]): Viewer {
  return { ...viewerOf([], { role, units }), may: () => true };
}

/** The county as the viewer of some units has it: rows that are not theirs are not there, and nothing refers to them. */
function seenFrom(tables: Tables, codes: readonly string[]): Tables {
  const units = tables["Unit"]!;
  const under = ({ code, parentId }: Row): boolean => {
    const above = units.find(({ id }) => id === parentId);
    return codes.includes(String(code)) || (above !== undefined && under(above));
  };
  const own = new Set<unknown>(units.filter(under).map(({ id }) => id));
  const projects = tables["Project"]!.filter((row) => own.has(row["responsibleUnitId"]) || own.has(row["townshipId"]));
  const isMine = new Set<unknown>(projects.map(({ id }) => id));
  const visible: Tables = {
    ...tables,
    Official: tables["Official"]!.filter(({ unitId }) => own.has(unitId)),
    Project: projects,
    Report: tables["Report"]!.filter(({ projectId }) => isMine.has(projectId)),
    Blocker: tables["Blocker"]!.filter(({ ownerId }) => own.has(ownerId)),
  };
  const subjects = new Set<unknown>(["Unit", "Project", "Report", "Blocker"].flatMap((name) => visible[name]!.map(({ id }) => id)));
  const seen: Tables = { ...visible, Remark: tables["Remark"]!.filter(({ subjectId }) => subjects.has(subjectId)) };
  const there = new Set<unknown>(Object.values(seen).flatMap((rows) => rows.map(({ id }) => id)));
  const known = new Set<unknown>(Object.values(tables).flatMap((rows) => rows.map(({ id }) => id)));
  const cut = (value: unknown): unknown => (known.has(value) && !there.has(value) ? null : value);
  return Object.fromEntries(
    Object.entries(seen).map(([name, rows]) => [
      name,
      rows.map((row): Row => ({ ...Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cut(value)])), id: row.id })),
    ]),
  );
}

test("random operations of any viewer answer byte for byte as if nothing were there but what is theirs", async () => {
  const platform = await openFilledCounty(2);
  const views = [[], ["U0"], ["U1"], ["U3", "U7"], ["U2", "U5", "U9"], ["none"]].map((units) => {
    const tables = seenFrom(platform.tables, units);
    return { units, oracle: oracleOf(model, platform.schema, tables), rows: tables["Project"]!.length };
  });
  expect(new Set(views.map(({ rows }) => rows)).size).toBeGreaterThan(3);
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(...views),
      fc.constantFrom<Role>("township", "guest", "statistics"),
      async (seed, view, role) => {
        // it asks for rows of the whole county, by their ids too
        const { document, variables } = new Operations(model, platform.tables, new Dice(seed)).next();
        for (const values of variables) {
          const expected = bytesOf(await view.oracle(parse(document), values), { sameDocument: true });
          const answer = bytesOf(
            await platform.text(document, { variables: values, language: "zh", viewer: viewer(role, ...view.units) }),
            { sameDocument: true },
          );
          expect({ answer, document, values, units: view.units }).toEqual({ answer: expected, document, values, units: view.units });
        }
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 600_000);

interface Scene extends CountyPlatform {
  /** Keys by what was added. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Two townships, each with a project; one with a package of the other's and a blocker in it. */
async function twoTownships(options: CountyOptions = {}): Promise<Scene> {
  const platform = await openCounty(options);
  const { owner } = platform;
  const [a = "", b = ""] = await add(owner, "Unit", [
    { code: "a", name: "甲" },
    { code: "b", name: "乙" },
  ]);
  const [foreign = ""] = await add(owner, "Project", [{ code: "B1", name: "他", responsibleUnitId: b, creditCode: "C" }]);
  const [own = ""] = await add(owner, "Project", [{ code: "A1", name: "我", responsibleUnitId: a, parentId: foreign }]);
  await add(owner, "Report", [
    { projectId: own, month: "2023-01", invested: 1n },
    { projectId: foreign, month: "2023-01", invested: 1n },
  ]);
  const [blocker = ""] = await add(owner, "Blocker", [{ projectId: foreign, ownerId: a, summary: "堵", raisedOn: "2023-01-01" }]);
  return { ...platform, ids: { a, b, foreign, own, blocker } };
}

const missing = "7f000000-0000-4000-8000-000000000000";

/** The answer to an operation about a row, with the row's id taken out. */
async function about(scene: Scene, document: string, id: string, who: Viewer): Promise<string> {
  return (await scene.text(document, { variables: { id: `Project:${id}` }, viewer: who })).replaceAll(id, "…");
}

describe("what is not a viewer's and what is not there answer alike", () => {
  const a = viewer("township", "a");

  test.each([
    "query($id: ID!) { node(id: $id) { id } }",
    "query($id: ID!) { nodes(ids: [$id]) { id } }",
    "query($id: ID!) { project(id: $id) { id name } }",
    "query($id: ID!) { projects(filter: { id: { eq: $id } }) { totalCount nodes { id } } }",
    "query($id: ID!) { blockers(filter: { project: { id: { eq: $id } } }) { totalCount nodes { id } } }",
    "query($id: ID!) { projectAggregates(filter: { id: { eq: $id } }) { count totalInvestment { sum } } }",
    'mutation($id: ID!) { updateProject(input: { id: $id, name: "x" }) { project { id } problems { code path message } } }',
    "mutation($id: ID!) { deleteProject(input: { id: $id }) { project { id } problems { code path message } } }",
  ])("%s", async (document) => {
    const scene = await twoTownships();
    expect(await about(scene, document, scene.ids["foreign"]!, a)).toBe(await about(scene, document, missing, a));
  });

  test("as the target of a reference that is written", async () => {
    const scene = await twoTownships();
    const refer = async (id: string): Promise<string> =>
      (
        await scene.text(
          "mutation($own: ID!, $id: ID) { updateProject(input: { id: $own, parent: $id }) { project { id } problems { code path message } } }",
          { variables: { own: `Project:${scene.ids["own"]!}`, id: `Project:${id}` }, viewer: a },
        )
      ).replaceAll(id, "…");
    expect(await refer(scene.ids["foreign"]!)).toBe(await refer(missing));
    expect(await refer(missing)).toContain("REFERENCE_NOT_FOUND");
  });
});

test("a reference to what is not the viewer's reads null without an error, by its id alone too, and as a group", async () => {
  const scene = await twoTownships();
  const answer = await scene.ask(
    `{ projects { nodes { code parent { id } } } blockers { nodes { summary project { id name } } }
       projectAggregates(groupBy: [{ dimension: PARENT }]) { key { parent { code } } count }
       without: projects(filter: { parent: { isNull: true } }) { totalCount } sorted: projects(orderBy: [{ parent: { code: DESC } }]) { totalCount } }`,
    { viewer: viewer("township", "a") },
  );
  expect(answer).toEqual({
    data: {
      projects: { nodes: [{ code: "A1", parent: null }] },
      blockers: { nodes: [{ summary: "堵", project: null }] },
      projectAggregates: [{ key: { parent: null }, count: 1 }],
      without: { totalCount: 1 },
      sorted: { totalCount: 1 },
    },
  });
});

describe("a mutation", () => {
  const codes = (answer: ExecutionResult): unknown =>
    Object.values(answer.data ?? {}).flatMap((payload) =>
      (payload as { problems: readonly { code: string; path: readonly string[] }[] }).problems.map(({ code, path }) => [code, path]),
    );
  const update =
    "mutation($id: ID!, $unit: ID) { updateProject(input: { id: $id, responsibleUnit: $unit }) { problems { code path message } } }";

  test("of a row that a viewer sees and may not write says so", async () => {
    const scene = await twoTownships();
    const answer = await scene.ask(update, {
      variables: { id: `Project:${scene.ids["own"]!}`, unit: `Unit:${scene.ids["a"]!}` },
      viewer: viewer("guest", "a"),
    });
    expect(codes(answer)).toEqual([["ROW_NOT_WRITABLE", ["input", "id"]]]);
  });

  test("cannot give a row away, nor make one that is another's", async () => {
    const scene = await twoTownships();
    const [own, b] = [`Project:${scene.ids["own"]!}`, `Unit:${scene.ids["b"]!}`];
    const a = viewer("township", "a");
    expect(codes(await scene.ask(update, { variables: { id: own, unit: b }, viewer: a }))).toEqual([["OUTSIDE_SCOPE", ["input"]]]);
    const create =
      'mutation($unit: ID!) { createProject(input: { code: "N", name: "n", responsibleUnit: $unit }) { project { code } problems { code path message } } }';
    expect(codes(await scene.ask(create, { variables: { unit: b }, viewer: a }))).toEqual([["OUTSIDE_SCOPE", ["input"]]]);
    expect((await scene.owner.query("select code, responsible_unit_id from app.project order by code")).rows).toEqual([
      { code: "A1", responsible_unit_id: scene.ids["a"] },
      { code: "B1", responsible_unit_id: scene.ids["b"] },
    ]);
    expect(codes(await scene.ask(create, { variables: { unit: `Unit:${scene.ids["a"]!}` }, viewer: a }))).toEqual([]);
  });

  test("that takes a value which somebody else's row holds is told no more than that it is taken", async () => {
    const scene = await twoTownships();
    const answer = await scene.text(
      'mutation($id: ID!) { updateProject(input: { id: $id, creditCode: "C" }) { project { id } problems { code path message } } }',
      { variables: { id: `Project:${scene.ids["own"]!}` }, viewer: viewer("township", "a") },
    );
    expect(answer).toContain("UNIQUE_TAKEN");
    for (const secret of [scene.ids["foreign"]!, "B1", "他"]) expect(answer).not.toContain(secret);
  });
});

describe("a plugin that forgets everything", () => {
  /** Resolvers that ask nobody anything. */
  const forgetful: CountyOptions = {
    query: () => ({
      projectCount: {
        type: GraphQLInt,
        resolve: async (_source, _args, context) =>
          (await (context as Context).db(Project).selectFrom("project").select("id").execute()).length,
      },
      everything: {
        type: GraphQLString,
        resolve: async (_source, _args, context) => {
          const rows = await (context as Context)
            .db(Project, Blocker, Unit)
            .selectFrom("blocker")
            .leftJoin("project", "project.id", "blocker.project_id")
            .select(["blocker.summary", "project.name"])
            .execute();
          return JSON.stringify(rows);
        },
      },
    }),
    mutation: () => ({
      renameAll: {
        type: GraphQLInt,
        resolve: async (_source, _args, context) => {
          const { em } = context as Context;
          const projects = await em.find(Project, {});
          for (const project of projects) Object.assign(project, { name: "改" });
          return projects.length;
        },
      },
      adopt: {
        type: GraphQLString,
        args: { parent: { type: GraphQLString } },
        resolve: async (_source, { parent }: { readonly parent: string }, context) => {
          const { em } = context as Context;
          for (const project of await em.find(Project, {})) Object.assign(project, { parentId: parent });
          await em.flush();
          return "done";
        },
      },
    }),
  };

  test("leaks nothing by what it reads, nor by a field that it adds", async () => {
    const scene = await twoTownships(forgetful);
    const asked = "{ projectCount everything projects { nodes { code reportCount } } }";
    const answer = await scene.ask(asked, { viewer: viewer("township", "a") });
    expect(answer.data).toEqual({
      projectCount: 1,
      everything: JSON.stringify([{ summary: "堵", name: null }]),
      projects: { nodes: [{ code: "A1", reportCount: 1 }] },
    });
    expect((await scene.ask(asked, { viewer: viewer("department") })).data).toMatchObject({ projectCount: 0, everything: "[]" });
    expect((await scene.ask(asked)).data).toMatchObject({ projectCount: 2 });
  });

  test("writes nothing that is not its viewer's, and is told when it tries", async () => {
    const scene = await twoTownships(forgetful);
    expect(await scene.ask("mutation { renameAll }", { viewer: viewer("township", "a") })).toEqual({ data: { renameAll: 1 } });
    expect((await scene.owner.query("select name from app.project order by code")).rows).toEqual([{ name: "改" }, { name: "他" }]);
    for (const count of [1, 3]) {
      await scene.owner.query(
        "insert into app.project (code, name, responsible_unit_id) select $1 || n, 'x', id from app.unit, generate_series(1, $2) n where code = 'a'",
        [`A${count}`, count],
      );
      const refused = await scene.ask("mutation { renameAll }", { viewer: viewer("guest", "a") });
      expect(refused).toMatchObject({ errors: [{ extensions: { code: "ROW_NOT_WRITABLE" } }] });
    }
    expect((await scene.owner.query("select from app.project where name = 'x'")).rows).toHaveLength(4);
    expect((await scene.ask("mutation { renameAll }", { viewer: viewer("township", "a") })).errors).toBeUndefined();
  });

  test("cannot find out by writing a reference whether a row is there", async () => {
    const scene = await twoTownships(forgetful);
    const adopt = async (parent: string): Promise<string> =>
      JSON.stringify(
        (await scene.executor.execute({
          document: parse("mutation($parent: String) { adopt(parent: $parent) }"),
          variables: { parent },
          context: { viewer: viewer("township", "a"), clock: CLOCK, language: "en" },
        })) as ExecutionResult,
      ).replaceAll(parent, "…");
    await scene.owner.query("update app.project set parent_id = null");
    expect(await adopt(scene.ids["foreign"]!)).toBe(await adopt(missing));
  });
});
