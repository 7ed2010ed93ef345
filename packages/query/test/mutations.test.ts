import { countyViewer, type Context, type Viewer } from "@xianmai/plugin-api";
import { columnOf, entityOf } from "@xianmai/plugin-api/model";
import { GraphQLNonNull, GraphQLObjectType, GraphQLString } from "graphql";
import { describe, expect, test } from "vitest";

import { mutationField } from "@xianmai/query";

import { Blocker, Project } from "./county/entities.ts";
import { openCounty, type CountyOptions, type CountyPlatform } from "./county/platform.ts";
import { county as model } from "./county/plugin.ts";
import { add } from "./county/rows.ts";

const UPDATE = `mutation Change($input: UpdateProjectInput!) {
  updateProject(input: $input) { project { code name totalInvestment field { code } responsibleUnit { code } township { code } batch tags checkedAt area urgent startDeadline } problems { code path message } }
}`;

interface Started extends CountyPlatform {
  readonly unit: string;
  readonly other: string;
  readonly project: string;
}

async function started(options: CountyOptions = {}): Promise<Started> {
  const county = await openCounty(options);
  const [unit = "", other = ""] = await add(county.owner, "Unit", [
    { code: "A", name: "发改局" },
    { code: "B", name: "住建局" },
  ]);
  const [project = ""] = await add(county.owner, "Project", [
    {
      code: "P1",
      name: "光伏",
      responsibleUnitId: unit,
      totalInvestment: 12_345_678n,
      creditCode: "C1",
      tags: ["旧"],
      checkedAt: "2023-11-20T01:00:00.000Z",
      area: "12.50",
    },
    { code: "P2", name: "古城", responsibleUnitId: unit, creditCode: "C2" },
  ]);
  return { ...county, unit, other, project };
}

const at = (county: Started, rest: object): { readonly variables: { readonly input: object } } => ({
  variables: { input: { id: `Project:${county.project}`, ...rest } },
});

describe("a generated update", () => {
  test("changes what its input names, clears what is null, leaves the rest, and answers with the row as it is committed", async () => {
    const county = await started();
    await county.owner.query("update app.project set batch = 3");
    const { data, errors } = await county.ask(
      UPDATE,
      at(county, {
        name: "光伏二期",
        totalInvestment: "7.5",
        field: "new-energy",
        responsibleUnit: `Unit:${county.other}`,
        township: `Unit:${county.unit}`,
        batch: null,
        tags: ["新", 'q"'],
        checkedAt: "2023-12-01T08:00:00+08:00",
        area: "3.250",
        urgent: true,
        startDeadline: "2023-06-30",
      }),
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      updateProject: {
        project: {
          code: "P1",
          name: "光伏二期",
          totalInvestment: "7.5",
          field: { code: "new-energy" },
          responsibleUnit: { code: "B" },
          township: { code: "A" },
          batch: null,
          tags: ["新", 'q"'],
          checkedAt: "2023-12-01T08:00:00.000+08:00",
          area: "3.25",
          urgent: true,
          startDeadline: "2023-06-30",
        },
        problems: [],
      },
    });
  });

  test("writes only the columns that differ", async () => {
    const county = await started();
    const before = await county.owner.query("select xm_from from app.project where code = 'P1'");
    const { data } = await county.ask(
      UPDATE,
      at(county, {
        name: "光伏",
        totalInvestment: "12.345678",
        tags: ["旧"],
        checkedAt: "2023-11-20T01:00:00Z",
        area: "12.5",
        urgent: false,
        batch: null,
      }),
    );
    expect(data).toMatchObject({ updateProject: { problems: [] } });
    expect((await county.owner.query("select xm_from from app.project where code = 'P1'")).rows).toEqual(before.rows);
  });

  test("is recorded with its name as the origin", async () => {
    const county = await started();
    await county.ask(UPDATE, at(county, { name: "新名" }));
    const { rows } = await county.owner.query<{ origin: string }>("select origin from xm.change order by position desc limit 1");
    expect(rows).toEqual([{ origin: "updateProject" }]);
  });

  const refused: readonly (readonly [string, object, string, readonly string[], RegExp])[] = [
    ["an amount below the 分", { totalInvestment: "1.2345678" }, "VALUE_INVALID", ["input", "totalInvestment"], /总投资.*1\.2345678/],
    ["a required column set to null", { name: null }, "VALUE_REQUIRED", ["input", "name"], /名称为必填项/],
    ["a code that the dictionary does not have", { field: "old-energy" }, "ENTRY_UNKNOWN", ["input", "field"], /项目领域.*old-energy/],
    [
      "the id of another entity",
      { responsibleUnit: "Project:00000000-0000-4000-8000-000000000000" },
      "ID_MALFORMED",
      ["input", "responsibleUnit"],
      /Unit:<uuid>/,
    ],
    [
      "a reference to a row that is not there",
      { township: "Unit:00000000-0000-4000-8000-000000000000" },
      "REFERENCE_NOT_FOUND",
      ["input", "township"],
      /没有标识为/,
    ],
    ["a value that another row has", { creditCode: "C2" }, "UNIQUE_TAKEN", ["input", "creditCode"], /相同的信用代码/],
    ["a natural key that another row has", { code: "P2" }, "UNIQUE_TAKEN", ["input", "code"], /相同的编号/],
    ["a text with the character NUL", { name: "a\0b" }, "VALUE_INVALID", ["input", "name"], /NUL/],
  ];
  test.each(refused)("tells %s as a problem and changes nothing", async (_what, input, code, path, message) => {
    const county = await started();
    const { data, errors } = await county.ask(UPDATE, { ...at(county, { batch: 4, ...input }), language: "zh" });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      updateProject: { project: null, problems: [{ code, path, message: expect.stringMatching(message) as string }] },
    });
    expect((await county.owner.query("select batch from app.project where code = 'P1'")).rows).toEqual([{ batch: null }]);
  });

  test("tells a missing row and an id of something else", async () => {
    const { ask } = await started();
    const problems = async (id: string): Promise<unknown> => (await ask(UPDATE, { variables: { input: { id, name: "x" } } })).data;
    expect(await problems("Project:00000000-0000-4000-8000-000000000000")).toMatchObject({
      updateProject: { project: null, problems: [{ code: "NOT_FOUND", path: ["input", "id"] }] },
    });
    expect(await problems("17")).toMatchObject({ updateProject: { problems: [{ code: "ID_MALFORMED" }] } });
  });

  test("is denied to a viewer without the permission, in words of the permission", async () => {
    const county = await started();
    const viewer: Viewer = { ...countyViewer, may: (permission) => permission !== "project.edit" };
    const { data } = await county.ask(UPDATE, { ...at(county, { name: "x" }), viewer, language: "zh" });
    expect(data).toMatchObject({
      updateProject: { project: null, problems: [{ code: "PERMISSION_DENIED", message: expect.stringContaining("编辑项目") as string }] },
    });
  });

  test("has no stage among its inputs", async () => {
    const { schema } = await started();
    expect(String(schema.getMutationType()?.getFields()["updateProject"]?.args[0]?.type)).toBe("UpdateProjectInput!");
    const input = schema.getType("UpdateProjectInput") as unknown as { getFields(): object };
    expect(Object.keys(input.getFields())).not.toContain("stage");
  });
});

describe("generated create and delete", () => {
  const CREATE = `mutation($input: CreateProjectInput!) { createProject(input: $input) { project { id code name nature stage urgent tags batch reports { totalCount } } problems { code path } } }`;

  test("a new row has its defaults, its stage at the start, and a payload that leads on", async () => {
    const county = await started();
    const { data, errors } = await county.ask(CREATE, {
      variables: { input: { code: "N", name: "新", responsibleUnit: `Unit:${county.unit}` } },
    });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      createProject: {
        project: { code: "N", nature: "NEW_START", stage: "RESERVED", urgent: false, tags: [], batch: null, reports: { totalCount: 0 } },
        problems: [],
      },
    });
  });

  test("a key that is taken is a problem", async () => {
    const county = await started();
    const { data } = await county.ask(CREATE, { variables: { input: { code: "P2", name: "新", responsibleUnit: `Unit:${county.unit}` } } });
    expect(data).toEqual({ createProject: { project: null, problems: [{ code: "UNIQUE_TAKEN", path: ["input", "code"] }] } });
  });

  test("a row that others refer to stays, and says who they are", async () => {
    const county = await started();
    await add(county.owner, "Report", [{ projectId: county.project, month: "2023-01", invested: 1n }]);
    const remove = `mutation($id: ID!) { deleteProject(input: { id: $id }) { project { code } problems { code message } } }`;
    const variables = { id: `Project:${county.project}` };
    expect((await county.ask(remove, { variables })).data).toEqual({
      deleteProject: { project: null, problems: [{ code: "STILL_REFERENCED", message: expect.stringContaining("Report") as string }] },
    });
    await county.owner.query("delete from app.report");
    expect((await county.ask(remove, { variables })).data).toEqual({ deleteProject: { project: null, problems: [] } });
    expect((await county.ask("{ projects { totalCount } }")).data).toEqual({ projects: { totalCount: 1 } });
  });
});

test("a row about a row of any entity is made and led to another by its global id alone; what is no such row, or no row, is a problem", async () => {
  const county = await started();
  const create = `mutation($input: CreateRemarkInput!) { createRemark(input: $input) { remark { id subjectType subject { ... on Project { code } } } problems { code path } } }`;
  const about = async (subject: string): Promise<unknown> =>
    (await county.ask(create, { variables: { input: { words: "看", subject } } })).data?.["createRemark"];
  const made = (await about(`Project:${county.project}`)) as { remark: { id: string } };
  expect(made).toMatchObject({ remark: { subjectType: "Project", subject: { code: "P1" } }, problems: [] });
  expect(await about(`Project:${county.unit}`)).toEqual({
    remark: null,
    problems: [{ code: "REFERENCE_NOT_FOUND", path: ["input", "subject"] }],
  });
  expect(await about(`Dictionary:${county.unit}`)).toEqual({
    remark: null,
    problems: [{ code: "ID_MALFORMED", path: ["input", "subject"] }],
  });
  const update = `mutation($input: UpdateRemarkInput!) { updateRemark(input: $input) { remark { subjectType subject { ... on Unit { id } } } problems { code } } }`;
  const { data } = await county.ask(update, { variables: { input: { id: made.remark.id, subject: `Unit:${county.unit}` } } });
  expect(data).toEqual({ updateRemark: { remark: { subjectType: "Unit", subject: { id: `Unit:${county.unit}` } }, problems: [] } });
});

describe("mutations one after another", () => {
  test("each has its transaction: what failed is undone, what went before stands, and each payload shows the state after its own", async () => {
    const county = await started();
    const { data } = await county.ask(
      `mutation($id: ID!) {
        first: updateProject(input: { id: $id, name: "一" }) { project { name } problems { code } }
        second: updateProject(input: { id: $id, name: "二", code: "P2" }) { project { name } problems { code } }
        third: updateProject(input: { id: $id, batch: 1 }) { project { name batch } problems { code } }
      }`,
      { variables: { id: `Project:${county.project}` } },
    );
    expect(data).toEqual({
      first: { project: { name: "一" }, problems: [] },
      second: { project: null, problems: [{ code: "UNIQUE_TAKEN" }] },
      third: { project: { name: "一", batch: 1 }, problems: [] },
    });
  });

  test("two of one row at the same time follow each other", async () => {
    const county = await started();
    const change = async (input: object): Promise<unknown> => (await county.ask(UPDATE, at(county, input))).data;
    await Promise.all([change({ name: "甲" }), change({ batch: 2 }), change({ urgent: true })]);
    const { rows } = await county.owner.query("select name, batch, urgent from app.project where code = 'P1'");
    expect(rows).toEqual([{ name: "甲", batch: 2, urgent: true }]);
  });
});

describe("a mutation that a plugin writes", () => {
  const options: CountyOptions = {
    mutation: (types) => ({
      raiseBlocker: {
        type: new GraphQLObjectType({
          name: "RaiseBlockerPayload",
          fields: { blocker: { type: new GraphQLNonNull(types.of("Blocker").object) }, seen: { type: GraphQLString } },
        }),
        args: { project: { type: new GraphQLNonNull(GraphQLString) }, fail: { type: GraphQLString } },
        resolve: async (_source, args: { readonly project: string; readonly fail?: string }, context) => {
          const { em, db, clock } = context as Context;
          const project = await em.findOneOrFail(Project, { code: args.project });
          const blocker = em.create(Blocker, {
            projectId: project.id,
            ownerId: project.responsibleUnitId,
            summary: "征地",
            raisedOn: clock.today(),
          } as never);
          project.name = `${project.name}（堵）`;
          await em.flush();
          const seen = await db(Blocker).selectFrom("blocker").select(["summary", "raised_on"]).execute();
          if (args.fail !== undefined) throw new Error("after the write");
          return { blocker, seen: JSON.stringify(seen) };
        },
      },
      renumber: mutationField({
        types,
        entity: entityOf(model, "Project"),
        name: "renumber",
        label: { zh: "改号", en: "Renumber" },
        takes: [columnOf(entityOf(model, "Project"), "batch")],
        input: { prefix: { type: GraphQLString } },
        change: async ({ row, taken, input, context }) => {
          if (taken["batch"] === 4)
            return [{ code: "TOO_LATE", path: ["input", "batch"], message: { zh: "太晚", en: `too late for ${String(row["code"])}` } }];
          row["code"] = `${String(input["prefix"])}-${context.clock.today()}`;
          return [];
        },
      }),
    }),
  };

  test("has a unit of work in one transaction, sees what it wrote, and answers with an entity that is read after COMMIT", async () => {
    const county = await started(options);
    const { data, errors } = await county.ask(
      `mutation { raiseBlocker(project: "P1") { seen blocker { summary raisedOn project { name blockers { totalCount } } owner { code } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      raiseBlocker: {
        seen: '[{"summary":"征地","raised_on":"2023-11-20"}]',
        blocker: {
          summary: "征地",
          raisedOn: "2023-11-20",
          project: { name: "光伏（堵）", blockers: { totalCount: 1 } },
          owner: { code: "A" },
        },
      },
    });
  });

  test("leaves nothing behind when it throws, and says where", async () => {
    const county = await started(options);
    const { data, errors } = await county.ask(`mutation { raiseBlocker(project: "P1", fail: "yes") { blocker { summary } } }`);
    expect([data, errors]).toEqual([{ raiseBlocker: null }, [expect.objectContaining({ path: ["raiseBlocker"] })]]);
    expect((await county.owner.query("select from app.blocker")).rowCount).toBe(0);
  });

  test("made of a row gets the row, what it takes, and what else its input carries", async () => {
    const county = await started(options);
    const document = `mutation($input: RenumberInput!) { renumber(input: $input) { project { code batch } problems { code path message } } }`;
    expect((await county.ask(document, at(county, { prefix: "X", batch: 2 }))).data).toEqual({
      renumber: { project: { code: "X-2023-11-20", batch: 2 }, problems: [] },
    });
    expect((await county.ask(document, at(county, { prefix: "Y", batch: 4 }))).data).toEqual({
      renumber: { project: null, problems: [{ code: "TOO_LATE", path: ["input", "batch"], message: "too late for X-2023-11-20" }] },
    });
  });
});
