import { choices, column, definePlugin, dictionaries, dictionary, entity, metric, unitTree } from "@xianmai/plugin-api";

class Dictionary extends entity(
  "Dictionary",
  { zh: "字典", en: "Dictionary", title: "zh", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文", en: "Chinese" }),
    en: column.text({ zh: "英文", en: "English" }),
  },
) {}

class DictionaryEntry extends entity(
  "DictionaryEntry",
  { zh: "字典项", en: "Entry", title: "zh", key: ["dictionary", "code"], order: "position", scope: "everyone" },
  {
    dictionary: column.reference(() => Dictionary, { zh: "字典", en: "Dictionary" }),
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文", en: "Chinese" }),
    en: column.text({ zh: "英文", en: "English" }),
    position: column.integer({ zh: "排序", en: "Position", default: 0 }),
  },
) {}

class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "name", key: "code", scope: { read: "parent", write: "parent" } },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    parent: column.self({ zh: "上级", en: "Parent" }),
  },
) {}

const field = dictionary(
  "work-field",
  { zh: "领域", en: "Field" },
  {
    roads: { zh: "道路", en: "Roads" },
    energy: { zh: "能源", en: "Energy" },
  },
);

const Nature = choices(
  "WorkNature",
  { zh: "性质", en: "Nature" },
  {
    NEW_START: { zh: "新开工", en: "New start" },
    CONTINUING: { zh: "续建", en: "Continuing" },
    PLANNED: { zh: "谋划", en: "Planned" },
  },
);

class Work extends entity(
  "Work",
  { zh: "项目", en: "Work", title: "code", key: "code", scope: "unit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    unit: column.reference(() => Unit, { zh: "责任单位", en: "Unit", inverse: "works" }),
    helper: column.reference(() => Unit, { zh: "配合单位", en: "Helper", inverse: "helpedWorks", optional: true }),
    nature: column.choice(Nature, { zh: "性质", en: "Nature", default: "NEW_START" }),
    field: column.entry(field, { zh: "领域", en: "Field", optional: true }),
    parent: column.self({ zh: "打包项目", en: "Package", inverse: "parts" }),
    batch: column.integer({ zh: "批次", en: "Batch", optional: true }),
    total: column.money({ zh: "总投资", en: "Total investment", optional: true }),
    deadline: column.date({ zh: "开工时限", en: "Start deadline", optional: true }),
    started: column.date({ zh: "开工日期", en: "Started on", optional: true }),
    weight: column.decimal({ zh: "权重", en: "Weight", optional: true }),
    urgent: column.boolean({ zh: "紧急", en: "Urgent", default: false }),
    enteredAt: column.dateTime({ zh: "入库时间", en: "Entered at", optional: true }),
  },
) {}

class Report extends entity(
  "Report",
  { zh: "月报", en: "Report", title: "note", key: ["work", "month"], order: "month", scope: "work" },
  {
    work: column.reference(() => Work, { zh: "项目", en: "Work", inverse: "reports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    invested: column.money({ zh: "完成投资", en: "Invested" }),
    note: column.text({ zh: "说明", en: "Note", optional: true }),
  },
) {}

class Plan extends entity(
  "Plan",
  { zh: "年度计划", en: "Plan", title: "note", key: ["work", "year"], scope: "work" },
  {
    work: column.reference(() => Work, { zh: "项目", en: "Work", inverse: "plans" }),
    year: column.integer({ zh: "年度", en: "Year" }),
    amount: column.money({ zh: "计划投资", en: "Planned" }),
    note: column.text({ zh: "说明", en: "Note", optional: true }),
  },
) {}

const lists = { reports: Report, plans: Plan };
const dimensions = [
  "nature",
  "field",
  "unit",
  "helper",
  "batch",
  "urgent",
  { column: "deadline", by: "quarter" },
  { column: "enteredAt", by: "month" },
] as const;
const projects = { zh: "个", en: "works" };

/** A plugin with works, their plans by year and reports by month, and every kind of figure over them. */
export const works = definePlugin({
  name: "works",
  version: "1.0.0",
  label: { zh: "项目", en: "Works" },
  url: import.meta.url,
  entities: [Dictionary, DictionaryEntry, Unit, Work, Report, Plan],
  dictionaries: [field],
  provides: { units: unitTree(Unit, { parent: "parent", code: "code" }), dictionaries: dictionaries(Dictionary, DictionaryEntry) },
  metrics: [
    metric(Work, "completionRate", {
      zh: "投资完成率",
      en: "Completion rate",
      unit: "%",
      definition: { zh: "本年完成投资 ÷ 本年计划投资", en: "Invested this year over planned this year" },
      lists,
      value: ({ ratio, sum }) => ratio(sum("reports.invested", { period: "month" }), sum("plans.amount", { period: "year" })),
      dimensions,
    }),
    metric(Work, "lead", {
      zh: "超时间进度",
      en: "Ahead of time",
      unit: { zh: "个百分点", en: "percentage points" },
      definition: { zh: "投资完成率 − 已过月数 ÷ 12", en: "The completion rate less the months gone by over 12" },
      lists,
      value: ({ aheadOfTime, ratio, sum }) =>
        aheadOfTime(ratio(sum("reports.invested", { period: "month" }), sum("plans.amount", { period: "year" }))),
      dimensions,
      digits: 1,
    }),
    metric(Work, "invested", {
      zh: "完成投资",
      en: "Invested",
      unit: "万元",
      definition: { zh: "本年完成投资", en: "Invested this year" },
      lists,
      value: ({ sum }) => sum("reports.invested", { period: "month" }),
      target: ({ sum }) => sum("plans.amount", { period: "year" }),
      dimensions,
    }),
    metric(Work, "standing", {
      zh: "最近一月完成投资",
      en: "Last month's investment",
      unit: "万元",
      definition: { zh: "各项目最近一期月报", en: "What each work reported last" },
      lists,
      value: ({ last }) => last("reports.invested", { period: "month", where: { invested: { ne: "0" } } }),
      dimensions,
    }),
    metric(Work, "investedInYi", {
      zh: "完成投资",
      en: "Invested",
      unit: "亿元",
      definition: { zh: "本年完成投资", en: "Invested this year" },
      lists,
      value: ({ sum }) => sum("reports.invested", { period: "month" }),
      dimensions: ["nature"],
      digits: 2,
    }),
    metric(Work, "plannedInYi", {
      zh: "计划投资",
      en: "Planned",
      unit: "亿元",
      definition: { zh: "本年计划投资", en: "Planned this year" },
      lists: { plans: Plan },
      value: ({ sum }) => sum("plans.amount", { period: "year" }),
      dimensions: ["nature"],
      digits: 2,
    }),
    metric(Work, "total", {
      zh: "总投资",
      en: "Total investment",
      unit: "万元",
      definition: { zh: "总投资，打包项目只计一次", en: "The total, packages counted once" },
      where: { parent: { isNull: true } },
      value: ({ sum }) => sum("total"),
      dimensions,
    }),
    metric(Work, "startRate", {
      zh: "开工率（按到期）",
      en: "Start rate against what is due",
      unit: "%",
      definition: { zh: "到期项目中已开工的 ÷ 到期项目", en: "Started ones of those due, over those due" },
      value: ({ ratio, count }) =>
        ratio(count({ period: "deadline", where: { started: { reached: true } } }), count({ period: "deadline" })),
      dimensions,
    }),
    metric(Work, "startsPlanned", {
      zh: "全年计划开工",
      en: "Starts planned",
      unit: projects,
      definition: { zh: "时限在本年的新开工项目", en: "New starts whose deadline is in the year" },
      value: ({ count }) => count({ period: { wholeYear: "deadline" }, where: { nature: { eq: "NEW_START" } } }),
      dimensions,
    }),
    metric(Work, "entered", {
      zh: "入库",
      en: "Entered",
      unit: projects,
      definition: { zh: "本年入库的非谋划项目", en: "Entered this year, other than planned ones" },
      value: ({ count }) => count({ period: "enteredAt", where: { nature: { notIn: ["PLANNED"] } } }),
      dimensions,
    }),
    metric(Work, "weight", {
      zh: "权重",
      en: "Weight",
      unit: { zh: "分", en: "points" },
      definition: { zh: "能源项目的权重", en: "Weight of works in energy" },
      where: { field: { eq: "energy" } },
      value: ({ sum }) => sum("weight"),
      digits: 1,
    }),
    metric(Work, "parts", {
      zh: "子项目数",
      en: "Parts",
      unit: projects,
      definition: { zh: "打包项目的子项目", en: "The parts of packages" },
      lists: { parts: Work },
      value: ({ countOf }) => countOf("parts", { where: { total: { gte: "1000" } } }),
      dimensions: ["nature"],
    }),
  ],
});
