import { differenceOf } from "@xianmai/database";
import {
  choices,
  column,
  definePlugin,
  dictionaries,
  dictionary,
  entity,
  lifecycle,
  sheet,
  unitTree,
  type Plugin,
  type Sheet,
} from "@xianmai/plugin-api";
import { buildModel, type Model } from "@xianmai/plugin-api/model";

/** A county made for tests: what the sheets of any plugin may be over, and one column of every kind. */
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
  { zh: "字典项", en: "Entry", title: "zh", key: ["dictionary", "code"], scope: "everyone" },
  {
    dictionary: column.reference(() => Dictionary, { zh: "字典", en: "Dictionary", inverse: "entries" }),
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文", en: "Chinese" }),
    en: column.text({ zh: "英文", en: "English" }),
    position: column.integer({ zh: "次序", en: "Position" }),
  },
) {}

class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "name", key: "code", knownAs: ["shortName", "aliases"], scope: "everyone" },
  {
    code: column.text({ zh: "单位代码", en: "Code" }),
    name: column.text({ zh: "单位名称", en: "Name" }),
    shortName: column.text({ zh: "简称", en: "Short name", optional: true }),
    aliases: column.texts({ zh: "别称", en: "Aliases" }),
    parent: column.self({ zh: "上级单位", en: "Parent", inverse: "children" }),
  },
) {}

class Firm extends entity(
  "Firm",
  { zh: "企业", en: "Firm", title: "name", key: "name", knownAs: ["shortNames"], scope: "everyone" },
  {
    name: column.text({ zh: "企业名称", en: "Name" }),
    creditCode: column.text({ zh: "信用代码", en: "Credit code", optional: true, unique: true }),
    shortNames: column.texts({ zh: "简称", en: "Short names" }),
    listed: column.boolean({ zh: "是否上市", en: "Listed", default: false }),
  },
) {}

const workField = dictionary(
  "work-field",
  { zh: "领域", en: "Field" },
  { "new-energy": { zh: "新能源", en: "New energy" }, roads: { zh: "交通道路", en: "Roads" } },
);

const WorkNature = choices(
  "WorkNature",
  { zh: "建设性质", en: "Nature" },
  { NEW_START: { zh: "新开工", en: "New start" }, CONTINUING: { zh: "续建", en: "Continuing" } },
);

const WorkStage = lifecycle(
  "WorkStage",
  { zh: "阶段", en: "Stage" },
  {
    start: "RESERVED",
    states: { RESERVED: { zh: "储备", en: "Reserved" }, STARTED: { zh: "已开工", en: "Started", end: true } },
    steps: { start: { zh: "开工", en: "Start", from: "RESERVED", to: "STARTED" } },
  },
);

class Work extends entity(
  "Work",
  { zh: "项目", en: "Work", title: "name", key: "code", scope: { read: ["unit", "checker"], write: "unit" } },
  {
    code: column.text({ zh: "项目编号", en: "Code" }),
    name: column.text({ zh: "项目名称", en: "Name" }),
    nature: column.choice(WorkNature, { zh: "建设性质", en: "Nature" }),
    field: column.entry(workField, { zh: "项目领域", en: "Field", optional: true }),
    stage: column.stage(WorkStage),
    firm: column.reference(() => Firm, { zh: "建设单位", en: "Firm", optional: true }),
    unit: column.reference(() => Unit, { zh: "责任单位", en: "Responsible unit" }),
    checker: column.reference(() => Unit, { zh: "核查单位", en: "Checked by", optional: true }),
    parent: column.self({ zh: "所属项目", en: "Parent", inverse: "parts" }),
    batch: column.integer({ zh: "批次", en: "Batch", optional: true }),
    deadline: column.date({ zh: "开工时限", en: "Start deadline", optional: true }),
    month: column.yearMonth({ zh: "月份", en: "Month", optional: true }),
    reportedAt: column.dateTime({ zh: "上报时间", en: "Reported at", optional: true }),
    amount: column.money({ zh: "总投资", en: "Total investment", optional: true }),
    area: column.decimal({ zh: "占地", en: "Area", optional: true }),
    rate: column.percent({ zh: "完成率", en: "Completion rate", optional: true }),
    listed: column.boolean({ zh: "是否入统", en: "In statistics", default: false }),
    aliases: column.texts({ zh: "曾用名", en: "Former names" }),
    content: column.text({ zh: "建设内容", en: "Content", optional: true }),
  },
) {}

class WorkReport extends entity(
  "WorkReport",
  { zh: "月报", en: "Report", title: "words", key: ["work", "month"], scope: "work" },
  {
    work: column.reference(() => Work, { zh: "项目", en: "Work", inverse: "reports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    words: column.text({ zh: "形象进度", en: "Progress" }),
    invested: column.money({ zh: "本月完成投资", en: "Invested" }),
  },
) {}

export const unitsSheet = sheet(
  Unit,
  "units",
  { zh: "单位名录", en: "Units" },
  { code: {}, name: {}, shortName: {}, aliases: {}, parent: {} },
);

export const firmsSheet = sheet(Firm, "firms", { zh: "企业名录", en: "Firms" }, { name: {}, creditCode: {}, shortNames: {}, listed: {} });

export const worksSheet = sheet(
  Work,
  "works",
  { zh: "重点项目任务分解表", en: "Key works" },
  {
    code: { headers: ["编号"] },
    name: { headers: ["项目"] },
    nature: { headers: ["性质"], values: { 拟建: "NEW_START" } },
    field: { headers: ["领域"], values: { 光伏: "new-energy" } },
    stage: {},
    firm: { headers: ["项目业主"], missing: "create" },
    unit: { headers: ["牵头单位"] },
    checker: {},
    parent: {},
    batch: {},
    deadline: { headers: ["计划开工时间"] },
    month: {},
    reportedAt: {},
    amount: { headers: ["计划总投资"], total: true },
    area: {},
    rate: {},
    listed: {},
    aliases: {},
    content: { headers: ["建设内容及规模"] },
  },
);

export const reportsSheet = sheet(WorkReport, "reports", { zh: "月报", en: "Reports" }, { work: {}, month: {}, words: {}, invested: {} });

/** A plugin of the test county with the one migration that its declarations ask for. */
function modelOf(declared: Partial<Plugin>): Model {
  const plugin = definePlugin({ name: "county", version: "1.0.0", label: { zh: "县", en: "County" }, url: import.meta.url, ...declared });
  const model = buildModel([plugin]);
  const difference = differenceOf(model, plugin);
  return difference === undefined ? model : buildModel([{ ...plugin, migrations: [{ id: "2026-01-01-first", ...difference }] }]);
}

const sheets: readonly Sheet[] = [unitsSheet, firmsSheet, worksSheet, reportsSheet];

/** The county as most tests need it. */
export const county: Model = modelOf({
  entities: [Dictionary, DictionaryEntry, Unit, Firm, Work, WorkReport],
  dictionaries: [workField],
  provides: { units: unitTree(Unit, { parent: "parent", code: "code" }), dictionaries: dictionaries(Dictionary, DictionaryEntry) },
  sheets,
});
