import { writeXlsx, type CellValue } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, withMigrations, type TestFile, type TestPlatform } from "@xianmai/testing";

const plugins = [organization, projects];

interface Moved {
  readonly project: { readonly stage: string; readonly actualStart: string | null } | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[]; readonly message: string }[];
}

/** The id of the first project in a stage. */
async function projectIn(platform: TestPlatform, stage: string): Promise<string> {
  const { projects: found } = await platform.query<{ projects: { nodes: { id: string }[] } }>(
    "query ($stage: ProjectStage) { projects(filter: { stage: { eq: $stage } }, first: 1) { nodes { id } } }",
    { stage },
  );
  return found.nodes[0]!.id;
}

/** Takes a step of a project. */
async function step(platform: TestPlatform, name: string, input: object): Promise<Moved> {
  const field = `${name}Project`;
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) { project { stage actualStart } problems { code path message } } }`;
  return (await platform.query<Record<string, Moved>>(document, { input }))[field]!;
}

test("the committed migrations are all that the declarations ask for", () => {
  expect(withMigrations(plugins)).toEqual(plugins);
});

describe("the demo, Yu County 2023", () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await createTestPlatform({ plugins, demo: true });
  });
  afterAll(async () => platform[Symbol.asyncDispose]());

  test("has 146 projects that start or continue this year", async () => {
    const { projects: found } = await platform.query<{ projects: { totalCount: number } }>(
      "{ projects(filter: { nature: { in: [NEW_START, CONTINUING] }, parent: { isNull: true } }) { totalCount } }",
    );
    expect(found.totalCount).toBe(146);
  });

  test("counts the new starts of each quarterly batch", async () => {
    const { projectAggregates } = await platform.query<{ projectAggregates: { key: { batch: number }; count: number }[] }>(
      "{ projectAggregates(filter: { nature: { eq: NEW_START } }, groupBy: [{ dimension: BATCH }]) { key { batch } count } }",
    );
    expect(Object.fromEntries(projectAggregates.map(({ key, count }) => [key.batch, count]))).toEqual({ 1: 27, 2: 31, 3: 24, 4: 16 });
  });

  test("sums to what its table says, in 万元 and exactly", async () => {
    const { projectAggregates } = await platform.query<{ projectAggregates: unknown }>(
      "{ projectAggregates { count totalInvestment { sum } } }",
    );
    expect(projectAggregates).toEqual([{ count: 146, totalInvestment: { sum: "4464976.45" } }]);
  });

  test("shows a project with its unit, township, leader, field and enterprise", async () => {
    const { projects: found } = await platform.query<{ projects: { nodes: unknown[] } }>(
      `{ projects(filter: { name: { eq: "蔚县预制菜产业园项目" } }) { nodes {
           nature totalInvestment field { code label } enterprise { name } township { name } responsibleUnit { name } leader { rank } } } }`,
    );
    expect(found.nodes).toEqual([
      {
        nature: "CONTINUING",
        totalInvestment: "35800",
        field: { code: "modern-agriculture", label: "现代农业" },
        enterprise: { name: "河北灶上鲜食品有限公司" },
        township: { name: "蔚州镇" },
        responsibleUnit: { name: "河北蔚县经济开发区管理委员会" },
        leader: { rank: "COUNTY_LEVEL" },
      },
    ]);
  });

  test("lists projects from the side of their unit, township, leader and enterprise", async () => {
    const { units, officials, enterprises } = await platform.query<Record<string, { nodes: Record<string, { totalCount: number }>[] }>>(
      `{ units { nodes { responsibleProjects { totalCount } sitedProjects { totalCount } } }
         officials { nodes { ledProjects { totalCount } } }
         enterprises { nodes { projects { totalCount } } } }`,
    );
    const sum = (nodes: readonly Record<string, { totalCount: number }>[], list: string): number =>
      nodes.reduce((total, node) => total + node[list]!.totalCount, 0);
    expect(sum(units!.nodes, "responsibleProjects")).toBe(146);
    expect(sum(units!.nodes, "sitedProjects")).toBe(146);
    expect(sum(officials!.nodes, "ledProjects")).toBe(146);
    expect(sum(enterprises!.nodes, "projects")).toBe(99);
  });
});

describe("a project's way", () => {
  test("a start moves the project, dates it, and tells whoever follows", async () => {
    await using platform = await createTestPlatform({ plugins, demo: true });
    const id = await projectIn(platform, "PREPARATORY");
    await using started = await platform.follow<{ projectStarted: unknown }>(
      "subscription { projectStarted { by step from project { id actualStart } } }",
    );
    expect(await step(platform, "start", { id, on: "2023-11-18" })).toEqual({
      project: { stage: "STARTED", actualStart: "2023-11-18" },
      problems: [],
    });
    expect(await started.next()).toMatchObject({
      projectStarted: { step: "START", from: "PREPARATORY", project: { id, actualStart: "2023-11-18" } },
    });
  });

  test("a start that psql writes is told as well, without a step", async () => {
    await using platform = await createTestPlatform({ plugins, demo: true });
    await using started = await platform.follow<{ projectStarted: unknown }>(
      "subscription { projectStarted { by step project { code } } }",
    );
    const [row] = await platform.sql<{ code: string }>(
      `update project set stage = 'STARTED', actual_start = '2023-11-20'
       where code = (select min(code) from project where stage = 'RESERVED') returning code`,
    );
    expect(await started.next()).toEqual({ projectStarted: { by: null, step: null, project: { code: row!.code } } });
  });

  test("leads from an idea to production, one step after another, by a pause", async () => {
    await using platform = await createTestPlatform({ plugins, demo: true });
    const id = await projectIn(platform, "RESERVED");
    await platform.sql("update project set stage = 'CONCEIVED' where id = $1", [id.replace("Project:", "")]);
    const way = ["reserve", "prepare", "start", "build", "suspend", "resume", "complete", "produce"];
    const stages: unknown[] = [];
    for (const name of way) {
      const { project, problems } = await step(platform, name, { id, reason: "演示" });
      stages.push(project?.stage ?? problems);
    }
    expect(stages).toEqual([
      "RESERVED",
      "PREPARATORY",
      "STARTED",
      "UNDER_CONSTRUCTION",
      "SUSPENDED",
      "UNDER_CONSTRUCTION",
      "COMPLETED",
      "IN_PRODUCTION",
    ]);
  });

  test("a planned project cannot start, and the problem says what to do", async () => {
    await using platform = await createTestPlatform({ plugins, demo: true });
    const id = await projectIn(platform, "RESERVED");
    await platform.sql("update project set nature = 'PLANNED' where id = $1", [id.replace("Project:", "")]);
    expect(await step(platform, "start", { id })).toMatchObject({
      problems: [{ code: "PLANNED_PROJECT_CANNOT_START", message: "谋划项目不能直接开工，请先将建设性质改为新开工。" }],
    });
  });

  test.each(["suspend", "withdraw"])("to %s a project takes a reason", async (name) => {
    await using platform = await createTestPlatform({ plugins, demo: true });
    const id = await projectIn(platform, name === "suspend" ? "UNDER_CONSTRUCTION" : "PREPARATORY");
    expect((await step(platform, name, { id })).problems).toHaveLength(1);
    expect((await step(platform, name, { id, reason: "资金未到位" })).problems).toEqual([]);
  });

  test("an update changes what a form shows, and leaves the stage to the steps", async () => {
    await using platform = await createTestPlatform({ plugins, demo: true });
    const id = await projectIn(platform, "UNDER_CONSTRUCTION");
    const { updateProject } = await platform.query<{ updateProject: unknown }>(
      `mutation ($input: UpdateProjectInput!) { updateProject(input: $input) { project { name totalInvestment } problems { code } } }`,
      { input: { id, name: "改名后的项目", totalInvestment: "12000.5" } },
    );
    expect(updateProject).toEqual({ project: { name: "改名后的项目", totalInvestment: "12000.5" }, problems: [] });
    const { __type } = await platform.query<{ __type: { inputFields: { name: string }[] } }>(
      `{ __type(name: "UpdateProjectInput") { inputFields { name } } }`,
    );
    expect(__type.inputFields.map(({ name }) => name)).not.toContain("stage");
  });
});

describe("a table of another office", () => {
  const table = async (rows: CellValue[][]): Promise<TestFile> => ({
    name: "任务分解表.xlsx",
    bytes: await writeXlsx({ sheets: [{ name: "Sheet1", rows }] }),
  });
  const header = [
    "编号",
    "项目",
    "项目性质",
    "产业类别",
    "项目业主",
    "属地乡镇",
    "牵头单位",
    "包保领导",
    "计划总投资（亿元）",
    "批次",
    "目前阶段",
  ];

  test("is read by its own headers, words and unit of money; a new enterprise is added", async () => {
    await using platform = await createTestPlatform({ plugins, demo: true });
    const file = await table([
      header,
      ["T-1", "新建冷库", "新建", "农业", "蔚县新来者食品有限公司", "西合营", "商务粮食局", "卫清越", 1.25, "第二批", "施工中"],
    ]);
    expect(await platform.import("projects", file)).toMatchObject({
      added: 1,
      problems: [],
      created: [{ title: "蔚县新来者食品有限公司" }],
    });
    const { project } = await platform.query<{ project: unknown }>(
      `{ project(code: "T-1") { nature stage batch totalInvestment field { code } township { name } responsibleUnit { name } enterprise { name } level } }`,
    );
    expect(project).toEqual({
      nature: "NEW_START",
      stage: "UNDER_CONSTRUCTION",
      batch: 2,
      totalInvestment: "12500",
      field: { code: "modern-agriculture" },
      township: { name: "西合营镇" },
      responsibleUnit: { name: "商务局" },
      enterprise: { name: "蔚县新来者食品有限公司" },
      level: "COUNTY",
    });
  });

  test("with one wrong cell is not imported at all", async () => {
    await using platform = await createTestPlatform({ plugins, demo: true });
    const row = (code: string, stage: string): CellValue[] => [code, code, "续建", "民生", "/", "蔚州镇", "住建局", "", 0.5, "", stage];
    const outcome = await platform.import("projects", await table([header, row("T-1", "在建"), row("T-2", "快了")]));
    expect(outcome.problems).toMatchObject([{ cell: "K3", value: "快了" }]);
    expect(await platform.sql("select 1 from project where code like 'T-%'")).toEqual([]);
  });
});
