// The plugin of docs/plugins/metrics.md, as its reader would have written it.
import { column, definePlugin, entity, metric } from "@xianmai/plugin-api";
import { Project } from "@xianmai/plugin-projects/contract";

export class MonthlyReport extends entity(
  "MonthlyReport",
  { zh: "进度月报", en: "Monthly report", title: "note", key: ["project", "month"], order: "month", scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "monthlyReports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    invested: column.money({ zh: "本月完成投资", en: "Invested this month" }),
    note: column.text({ zh: "形象进度", en: "Progress in words", optional: true }),
  },
) {}

export class YearPlan extends entity(
  "YearPlan",
  { zh: "年度投资计划", en: "Plan of the year", title: "note", key: ["project", "year"], scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "yearPlans" }),
    year: column.integer({ zh: "年度", en: "Year" }),
    amount: column.money({ zh: "计划投资", en: "Planned investment" }),
    note: column.text({ zh: "说明", en: "Note", optional: true }),
  },
) {}

export const completionRate = metric(Project, "completionRate", {
  zh: "投资完成率",
  en: "Investment completion rate",
  unit: "%",
  definition: { zh: "本年完成投资 ÷ 本年计划投资", en: "Invested this year over planned this year" },
  lists: { monthlyReports: MonthlyReport, yearPlans: YearPlan },
  where: { parent: { isNull: true } },
  value: ({ ratio, sum }) => ratio(sum("monthlyReports.invested", { period: "month" }), sum("yearPlans.amount", { period: "year" })),
  dimensions: ["field", "responsibleUnit", { column: "startDeadline", by: "quarter" }],
});

export const overdue = metric(Project, "overdue", {
  zh: "逾期未开工",
  en: "Overdue",
  unit: { zh: "个", en: "projects" },
  definition: { zh: "时限已到而尚未开工的项目", en: "Projects whose deadline has come and that have not started" },
  value: ({ count }) => count({ period: "startDeadline", where: { actualStart: { reached: false } } }),
});

export const monthly = definePlugin({
  name: "monthly",
  version: "1.0.0",
  label: { zh: "进度月报", en: "Monthly reports" },
  url: import.meta.url,
  dependsOn: { projects: "^1.0.0" },
  entities: [MonthlyReport, YearPlan],
  metrics: [completionRate, overdue],
});
