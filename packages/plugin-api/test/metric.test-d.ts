// Compiled, never run: what an author may declare as a figure, and what the compiler refuses.
import { choices, column, definePlugin, entity, metric } from "@xianmai/plugin-api";

const Nature = choices("Nature", { zh: "性质", en: "Nature" }, { NEW: { zh: "新开工", en: "New" }, OLD: { zh: "续建", en: "Old" } });

class Project extends entity(
  "Project",
  { zh: "项目", en: "Project", title: "name", scope: "everyone" },
  {
    name: column.text({ zh: "名称", en: "Name" }),
    nature: column.choice(Nature, { zh: "性质", en: "Nature" }),
    total: column.money({ zh: "总投资", en: "Total", optional: true }),
    deadline: column.date({ zh: "时限", en: "Deadline", optional: true }),
    parent: column.self({ zh: "打包", en: "Package" }),
  },
) {}

class Report extends entity(
  "Report",
  { zh: "月报", en: "Report", title: "note", scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "reports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    invested: column.money({ zh: "完成投资", en: "Invested" }),
    note: column.text({ zh: "说明", en: "Note" }),
  },
) {}

class Plan extends entity(
  "Plan",
  { zh: "计划", en: "Plan", title: "note", scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "plans" }),
    year: column.integer({ zh: "年度", en: "Year" }),
    amount: column.money({ zh: "计划投资", en: "Planned" }),
    note: column.text({ zh: "说明", en: "Note" }),
  },
) {}

const said = { zh: "率", en: "Rate", unit: "%", definition: { zh: "甲 ÷ 乙", en: "a over b" } } as const;
const lists = { reports: Report, plans: Plan };

export const rate = metric(Project, "rate", {
  ...said,
  lists,
  where: { parent: { isNull: true }, nature: { in: ["NEW"] } },
  value: ({ ratio, sum }) => ratio(sum("reports.invested", { period: "month" }), sum("plans.amount", { period: "year" })),
  dimensions: ["nature", "parent", { column: "deadline", by: "quarter" }],
});
export const lead = metric(Project, "lead", {
  ...said,
  lists: { reports: Report },
  value: ({ aheadOfTime, ratio, sum, countOf }) => aheadOfTime(ratio(sum("total"), countOf("reports", { period: "month" }))),
});
export const standing = metric(Project, "standing", {
  ...said,
  unit: "万元",
  lists,
  value: ({ last }) => last("reports.invested", { period: "month" }),
  target: ({ sum }) => sum("plans.amount", { period: "year" }),
});
export const due = metric(Project, "due", {
  ...said,
  unit: { zh: "个", en: "projects" },
  value: ({ count }) => count({ period: { wholeYear: "deadline" }, where: { deadline: { reached: true } } }),
  digits: 0,
});
export const plugin = definePlugin({
  name: "example",
  version: "1.0.0",
  label: { zh: "示例", en: "Example" },
  url: import.meta.url,
  entities: [Project, Report, Plan],
  metrics: [rate, lead, due],
});

// @ts-expect-error a text cannot be summed
metric(Project, "wrong", { ...said, value: ({ sum }) => sum("name") });
// @ts-expect-error nor one of a list
metric(Project, "wrong", { ...said, lists, value: ({ sum }) => sum("reports.note") });
// @ts-expect-error a column that does not exist
metric(Project, "wrong", { ...said, lists, value: ({ sum }) => sum("reports.spent") });
// @ts-expect-error a list that was not named
metric(Project, "wrong", { ...said, value: ({ sum }) => sum("reports.invested") });
// @ts-expect-error the time of another list
metric(Project, "wrong", { ...said, lists, value: ({ sum }) => sum("reports.invested", { period: "year" }) });
// @ts-expect-error a text is no time
metric(Project, "wrong", { ...said, value: ({ count }) => count({ period: "name" }) });
// @ts-expect-error a ratio of ratios
metric(Project, "wrong", { ...said, value: ({ ratio, count }) => ratio(ratio(count(), count()), count()) });
// @ts-expect-error a sum is never ahead of the time
metric(Project, "wrong", { ...said, value: ({ aheadOfTime, count }) => aheadOfTime(count()) });
// @ts-expect-error a value that the choice lacks
metric(Project, "wrong", { ...said, value: ({ count }) => count({ where: { nature: { eq: "ELSE" } } }) });
// @ts-expect-error an operator that its kind lacks
metric(Project, "wrong", { ...said, where: { nature: { lt: "NEW" } }, value: ({ count }) => count() });
// @ts-expect-error a dimension that is a text
metric(Project, "wrong", { ...said, value: ({ count }) => count(), dimensions: ["name"] });
// @ts-expect-error a time that is no period
metric(Project, "wrong", { ...said, value: ({ count }) => count(), dimensions: ["deadline"] });
// @ts-expect-error a unit that is no label
metric(Project, "wrong", { ...said, unit: "个", value: ({ count }) => count() });
// @ts-expect-error what came last, of no time
metric(Project, "wrong", { ...said, lists, value: ({ last }) => last("reports.invested", {}) });
// @ts-expect-error what came last of a column that nothing is reported of
metric(Project, "wrong", { ...said, value: ({ last }) => last("total", { period: "deadline" }) });
// @ts-expect-error a target that is a text
metric(Project, "wrong", { ...said, value: ({ count }) => count(), target: ({ sum }) => sum("name") });
