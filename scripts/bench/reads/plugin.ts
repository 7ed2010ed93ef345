import { choices, column, definePlugin, dictionaries, dictionary, entity, lifecycle, unitTree, type Plugin } from "@xianmai/plugin-api";
import { withMigrations } from "@xianmai/testing";

class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "name", key: "code", order: "position", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    position: column.integer({ zh: "排序", en: "Position", default: 0 }),
    parent: column.self({ zh: "上级", en: "Parent", inverse: "children" }),
  },
) {}

class Dictionary extends entity(
  "Dictionary",
  { zh: "字典", en: "Dictionary", title: "zh", key: "code", plural: "dictionaries", scope: "everyone" },
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
    dictionary: column.reference(() => Dictionary, { zh: "字典", en: "Dictionary", inverse: "entries" }),
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文", en: "Chinese" }),
    en: column.text({ zh: "英文", en: "English" }),
    position: column.integer({ zh: "排序", en: "Position", default: 0 }),
  },
) {}

const projectField = dictionary(
  "project-field",
  { zh: "项目领域", en: "Field of a project" },
  {
    "new-energy": { zh: "新能源", en: "New energy" },
    "culture-tourism": { zh: "文化旅游", en: "Culture and tourism" },
    manufacturing: { zh: "制造业", en: "Manufacturing" },
    agriculture: { zh: "现代农业", en: "Agriculture" },
    transport: { zh: "交通", en: "Transport" },
    ecology: { zh: "生态环保", en: "Ecology" },
    livelihood: { zh: "民生", en: "Livelihood" },
    education: { zh: "教育", en: "Education" },
  },
);

const Nature = choices(
  "ProjectNature",
  { zh: "建设性质", en: "Nature" },
  { NEW_START: { zh: "新开工", en: "New start" }, CONTINUING: { zh: "续建", en: "Continuing" }, PLANNED: { zh: "谋划", en: "Planned" } },
);

const Stage = lifecycle(
  "ProjectStage",
  { zh: "阶段", en: "Stage" },
  {
    start: "RESERVED",
    states: {
      RESERVED: { zh: "入库", en: "Reserved" },
      STARTED: { zh: "开工", en: "Started" },
      COMPLETED: { zh: "竣工", en: "Completed", end: true },
    },
    steps: {
      start: { zh: "开工", en: "Start", from: "RESERVED", to: "STARTED" },
      complete: { zh: "竣工", en: "Complete", from: "STARTED", to: "COMPLETED" },
    },
  },
);

class Project extends entity(
  "Project",
  { zh: "项目", en: "Project", title: "name", key: "code", scope: ["responsibleUnit", "township"] },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    nature: column.choice(Nature, { zh: "建设性质", en: "Nature", default: "NEW_START" }),
    stage: column.stage(Stage),
    field: column.entry(projectField, { zh: "领域", en: "Field" }),
    responsibleUnit: column.reference(() => Unit, { zh: "责任单位", en: "Responsible unit", inverse: "responsibleProjects" }),
    township: column.reference(() => Unit, { zh: "乡镇", en: "Township", inverse: "sitedProjects" }),
    totalInvestment: column.money({ zh: "总投资", en: "Total investment" }),
    startDeadline: column.date({ zh: "开工时限", en: "Start deadline", optional: true }),
    content: column.text({ zh: "建设内容", en: "Content", optional: true }),
  },
) {}

class Report extends entity(
  "Report",
  { zh: "月报", en: "Report", title: "note", key: ["project", "month"], order: "month", scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "reports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    invested: column.money({ zh: "本月投资", en: "Invested" }),
    note: column.text({ zh: "说明", en: "Note", optional: true }),
  },
) {}

class Blocker extends entity(
  "Blocker",
  { zh: "堵点", en: "Blocker", title: "summary", scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "blockers" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    raisedOn: column.date({ zh: "提出日期", en: "Raised on" }),
  },
) {}

/** A county's projects, with a report for each month and what blocks them: what the benchmarks read. */
export const benchPlugins: readonly Plugin[] = withMigrations([
  definePlugin({
    name: "bench",
    version: "1.0.0",
    label: { zh: "基准", en: "Bench" },
    url: import.meta.url,
    entities: [Unit, Dictionary, DictionaryEntry, Project, Report, Blocker],
    dictionaries: [projectField],
    provides: { units: unitTree(Unit, { parent: "parent", code: "code" }), dictionaries: dictionaries(Dictionary, DictionaryEntry) },
  }),
]);
