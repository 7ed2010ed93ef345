// The plugin of docs/plugins.md, as its reader would have written it.
import { choices, column, definePlugin, entity, field, lifecycle, sheet, type Choice } from "@xianmai/plugin-api";
import { Unit } from "@xianmai/plugin-organization/contract";
import { Project } from "@xianmai/plugin-projects/contract";

export const VisitKind = choices(
  "VisitKind",
  { zh: "走访类别", en: "Kind of visit" },
  {
    ROUTINE: { zh: "日常", en: "Routine" },
    URGENT: { zh: "紧急", en: "Urgent" },
  },
);
export type VisitKind = Choice<typeof VisitKind>;

export const VisitStage = lifecycle(
  "VisitStage",
  { zh: "走访状态", en: "Stage of a visit" },
  {
    start: "PLANNED",
    states: {
      PLANNED: { zh: "计划", en: "Planned" },
      MADE: { zh: "已走访", en: "Made", end: true },
    },
    steps: {
      make: { zh: "走访", en: "Make", from: "PLANNED", to: "MADE", sets: { visitedOn: "on" } },
    },
  },
);

export class Visit extends entity(
  "Visit",
  { zh: "走访", en: "Visit", title: "summary", key: "code", scope: "unit", update: "visit.edit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    kind: column.choice(VisitKind, { zh: "类别", en: "Kind", default: "ROUTINE" }),
    stage: column.stage(VisitStage),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit", inverse: "visits" }),
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "visits", optional: true }),
    visitedOn: column.date({ zh: "走访日期", en: "Visited on", optional: true }),
  },
) {}

export const visitSheet = sheet(
  Visit,
  "visits",
  { zh: "走访登记表", en: "Visits" },
  {
    code: { headers: ["序号", "走访编号"] },
    summary: {},
    unit: { headers: ["被走访单位"] },
  },
);

export const visitCount = field(Project, "visitCount", { zh: "走访次数", en: "Visits", type: "integer" }, async (projects, { db }) => {
  const counted = await db(Visit)
    .selectFrom("visit")
    .select(({ fn }) => ["project_id", fn.countAll<string>().as("visits")])
    .where(
      "project_id",
      "in",
      projects.map(({ id }) => id),
    )
    .groupBy("project_id")
    .execute();
  const visits = new Map(counted.map((row) => [row.project_id, Number(row.visits)]));
  return new Map(projects.map(({ id }) => [id, visits.get(id) ?? 0]));
});

export const visits = definePlugin({
  name: "visits",
  version: "1.0.0",
  label: { zh: "走访", en: "Visits" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0", projects: "^1.0.0" },
  permissions: { "visit.edit": { zh: "编辑走访", en: "Edit visits", roles: ["department", "township"] } },
  entities: [Visit],
  sheets: [visitSheet],
  fields: [visitCount],
});
