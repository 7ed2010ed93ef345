import { column, definePlugin, entity } from "@xianmai/plugin-api";
import { Unit } from "@xianmai/plugin-organization/contract";
import { Project } from "@xianmai/plugin-projects/contract";

/** What was invested in a project in a month: its lists are in the order of their months, whatever their key says. */
export class Report extends entity(
  "Report",
  { zh: "月报", en: "Report", title: "note", key: ["project", "month"], order: "month", scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "reports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    invested: column.money({ zh: "本月完成投资", en: "Invested" }),
    note: column.text({ zh: "说明", en: "Note", optional: true }),
  },
) {}

/** What a project stands still for. It belongs to whoever is to clear it, who need not see the project; it has no natural key. */
export class Blocker extends entity(
  "Blocker",
  {
    zh: "堵点",
    en: "Blocker",
    title: "summary",
    scope: "owner",
    create: "blocker.edit",
    update: "blocker.edit",
    delete: "blocker.edit",
  },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "blockers" }),
    owner: column.reference(() => Unit, { zh: "责任单位", en: "Owner", inverse: "ownedBlockers" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    raisedOn: column.date({ zh: "提出日期", en: "Raised on", optional: true }),
  },
) {}

/** One column of each kind that the others have none of. */
export class Survey extends entity(
  "Survey",
  { zh: "测评", en: "Survey", title: "title", key: "number", scope: "everyone", create: "survey.edit", update: "survey.edit" },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    title: column.text({ zh: "标题", en: "Title", collation: "zh" }),
    cost: column.money({ zh: "费用", en: "Cost", optional: true }),
    score: column.decimal({ zh: "得分", en: "Score", optional: true }),
    month: column.yearMonth({ zh: "月份", en: "Month", optional: true }),
    closedAt: column.dateTime({ zh: "截止时间", en: "Closed at", optional: true }),
    heldOn: column.date({ zh: "日期", en: "Held on", optional: true }),
  },
) {}

/** An entity that is nothing but its name. */
const named = (name: string, plural?: string) =>
  entity(
    name,
    { zh: name, en: name, title: "code", key: "code", scope: "everyone", ...(plural === undefined ? {} : { plural }) },
    { code: column.text({ zh: "代码", en: "Code" }) },
  );

class Agency extends named("Agency") {}
class Bonus extends named("Bonus") {}
class Box extends named("Box") {}
class Branch extends named("Branch") {}
class Brush extends named("Brush") {}
class StaffMember extends named("StaffMember", "staff") {}

/** Reports, blockers and surveys over the projects of the county, as a third party's plugin would declare them. */
export const progress = definePlugin({
  name: "progress",
  version: "1.0.0",
  label: { zh: "进度", en: "Progress" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0", projects: "^1.0.0" },
  permissions: {
    "blocker.edit": { zh: "编辑堵点", en: "Edit blockers", roles: ["department", "township"] },
    "survey.edit": { zh: "编辑测评", en: "Edit surveys", roles: ["department"] },
  },
  entities: [Report, Blocker, Survey, Agency, Bonus, Box, Branch, Brush, StaffMember],
});
