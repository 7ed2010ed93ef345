// Compiled, never run: what an author may write, and what the compiler refuses in one line.
import {
  choices,
  column,
  definePlugin,
  dictionaries,
  entity,
  field,
  lifecycle,
  rules,
  sheet,
  unitTree,
  workCalendar,
  type Choice,
  type Id,
  type Money,
  type StageClock,
} from "@xianmai/plugin-api";

export const UnitKind = choices(
  "UnitKind",
  { zh: "单位类别", en: "Kind of unit" },
  { COUNTY: { zh: "县", en: "County" }, TOWNSHIP: { zh: "乡镇", en: "Township" } },
);
export type UnitKind = Choice<typeof UnitKind>;

const name = column.text({ zh: "名称", en: "Name" });

export class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "name", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name,
    parent: column.self({ zh: "上级", en: "Parent", inverse: "children" }),
    kind: column.choice(UnitKind, { zh: "类别", en: "Kind", default: "COUNTY" }),
  },
) {}

export const Stage = lifecycle(
  "ProjectStage",
  { zh: "阶段", en: "Stage" },
  {
    start: "RESERVED",
    states: { RESERVED: { zh: "储备", en: "Reserved" }, STARTED: { zh: "开工", en: "Started", end: true } },
    steps: { start: { zh: "开工", en: "Start", from: "RESERVED", to: "STARTED", sets: { startedOn: "on" } } },
  },
);

export class Project extends entity(
  "Project",
  { zh: "项目", en: "Project", title: "name", key: "code", scope: ["unit"] },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    name,
    unit: column.reference(() => Unit, { zh: "责任单位", en: "Unit", inverse: "projects" }),
    site: column.reference(() => Unit, { zh: "地点", en: "Site", optional: true }),
    amount: column.money({ zh: "总投资", en: "Investment", optional: true }),
    stage: column.stage(Stage),
    startedOn: column.date({ zh: "开工日期", en: "Started on", optional: true }),
  },
) {}

// A row has the same keys everywhere: references are ids of their entity, optional columns may be null.
const project = new Project();
export const unit: Id<"Unit"> = project.unitId;
export const site: Id<"Unit"> | null = project.siteId;
export const amount: Money | null = project.amount;
export const stage: "RESERVED" | "STARTED" = project.stage;
export const parent: Id<"Unit"> | null = new Unit().parentId;
// @ts-expect-error the id of another entity
export const wrongId: Id<"Unit"> = project.id;
// @ts-expect-error an optional reference may be null
export const nullId: Id<"Unit"> = project.siteId;

// @ts-expect-error a title that is no column
export class WrongTitle extends entity("Wrong", { zh: "错", en: "Wrong", title: "nam", scope: "everyone" }, { name }) {}
// @ts-expect-error a scope that is no reference
export class WrongScope extends entity("Wrong", { zh: "错", en: "Wrong", title: "name", scope: "name" }, { name }) {}
// @ts-expect-error a default that is no value of the choice
export const wrongDefault = column.choice(UnitKind, { zh: "类别", en: "Kind", default: "CITY" });
export const wrongStart = lifecycle(
  "Wrong",
  { zh: "错", en: "Wrong" },
  // @ts-expect-error a start that is no state
  { start: "B", states: { A: { zh: "甲", en: "A", end: true } }, steps: {} },
);
export const wrongStep = lifecycle(
  "Wrong",
  { zh: "错", en: "Wrong" },
  // @ts-expect-error a step to a state that does not exist
  { start: "A", states: { A: { zh: "甲", en: "A" } }, steps: { go: { zh: "去", en: "Go", from: "A", to: "B" } } },
);

export const clocked = lifecycle(
  "Clocked",
  { zh: "时限", en: "Clocked" },
  {
    start: "A",
    states: {
      A: { zh: "甲", en: "A", clock: { workingDays: 3, warn: 1, escalate: [1, 3], extend: { most: 2, ask: "a", approve: "b" } } },
      B: { zh: "乙", en: "B", end: true },
    },
    steps: { go: { zh: "去", en: "Go", from: "A", to: "B" } },
  },
);
// @ts-expect-error a clock that counts two units
export const twoUnits: StageClock = { workingDays: 3, hours: 4 };
// @ts-expect-error more time that nobody can approve
export const unapproved: StageClock = { workingDays: 3, extend: { most: 2, ask: "a" } };
// @ts-expect-error a clock that counts nothing
export const noUnit: StageClock = { warn: 1 };

export const guards = rules(Project, Stage, { start: (row) => (row.amount === null ? "AMOUNT_MISSING" : undefined) });
// @ts-expect-error a guard of a step that does not exist
export const wrongGuard = rules(Project, Stage, { begin: () => undefined });

export const table = sheet(Project, "projects", { zh: "项目表", en: "Projects" }, { code: { headers: ["项目编号"] } });
// @ts-expect-error a sheet column that the entity lacks
export const wrongSheet = sheet(Project, "projects", { zh: "项目表", en: "Projects" }, { cod: { headers: ["项目编号"] } });

export const tree = unitTree(Unit, { parent: "parent", code: "code" });
// @ts-expect-error a parent that points elsewhere
export const wrongTree = unitTree(Unit, { parent: "code", code: "code" });
// @ts-expect-error entities without the columns of a work calendar
export const wrongCalendar = workCalendar(Unit, Project);
// @ts-expect-error an entity without the columns of a dictionary
export const wrongDictionaries = dictionaries(Unit, Project);

// An added field reads through a kysely that knows the named tables by their SQL names.
export const nameLength = field(
  Project,
  "unitNameLength",
  { zh: "单位名长度", en: "Length of the unit's name", type: "integer" },
  async (projects, { db }) => {
    const units = await db(Unit, Project)
      .selectFrom("project")
      .innerJoin("unit", "unit.id", "project.unit_id")
      .select(["project.id", "unit.name"])
      .execute();
    return new Map(units.filter((row) => projects.some((one) => one.id === row.id)).map((row) => [row.id, row.name.length]));
  },
);

export const plugin = definePlugin({
  name: "example",
  version: "1.0.0",
  label: { zh: "示例", en: "Example" },
  url: import.meta.url,
  entities: [Unit, Project],
  rules: [guards],
  sheets: [table],
  fields: [nameLength],
  provides: { units: tree },
});
