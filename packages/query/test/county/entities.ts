import { choices, column, dictionary, entity, lifecycle } from "@xianmai/plugin-api";

const UnitKind = choices(
  "UnitKind",
  { zh: "单位类别", en: "Kind of unit" },
  { COUNTY: { zh: "县", en: "County" }, DEPARTMENT: { zh: "部门", en: "Department" }, TOWNSHIP: { zh: "乡镇", en: "Township" } },
);

export class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "name", key: "code", order: "position", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name", collation: "zh" }),
    aliases: column.texts({ zh: "简称", en: "Aliases" }),
    kind: column.choice(UnitKind, { zh: "类别", en: "Kind", optional: true }),
    position: column.integer({ zh: "排序", en: "Position", default: 0 }),
    parent: column.self({ zh: "上级", en: "Parent", inverse: "children" }),
  },
) {}

export class Dictionary extends entity(
  "Dictionary",
  { zh: "字典", en: "Dictionary", title: "zh", key: "code", plural: "dictionaries", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文", en: "Chinese" }),
    en: column.text({ zh: "英文", en: "English" }),
  },
) {}

export class DictionaryEntry extends entity(
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

export const projectField = dictionary(
  "project-field",
  { zh: "项目领域", en: "Field of a project" },
  {
    "new-energy": { zh: "新能源", en: "New energy" },
    "culture-tourism": { zh: "文化旅游", en: "Culture and tourism" },
    ecology: { zh: "生态", en: "Ecology" },
  },
);

/** Shares a code with the other dictionary: entries are told apart by their dictionary. */
export const blockerCause = dictionary(
  "blocker-cause",
  { zh: "堵点成因", en: "Cause of a blocker" },
  { ecology: { zh: "环评", en: "Environment" } },
);

export class Official extends entity(
  "Official",
  { zh: "干部", en: "Official", title: "name", key: "code", scope: "unit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    name: column.text({ zh: "姓名", en: "Name" }),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit", inverse: "officials" }),
  },
) {}

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

export class Project extends entity(
  "Project",
  {
    zh: "项目",
    en: "Project",
    title: "name",
    key: "code",
    scope: ["responsibleUnit", "township"],
    create: "project.edit",
    update: "project.edit",
    delete: "project.remove",
  },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    nature: column.choice(Nature, { zh: "建设性质", en: "Nature", default: "NEW_START" }),
    stage: column.stage(Stage),
    field: column.entry(projectField, { zh: "领域", en: "Field", optional: true }),
    responsibleUnit: column.reference(() => Unit, { zh: "责任单位", en: "Responsible unit", inverse: "responsibleProjects" }),
    township: column.reference(() => Unit, { zh: "乡镇", en: "Township", optional: true, inverse: "sitedProjects" }),
    leader: column.reference(() => Official, { zh: "包联领导", en: "Leader", optional: true, inverse: "ledProjects" }),
    parent: column.self({ zh: "打包项目", en: "Package", inverse: "subprojects" }),
    batch: column.integer({ zh: "批次", en: "Batch", optional: true }),
    totalInvestment: column.money({ zh: "总投资", en: "Total investment", optional: true }),
    share: column.percent({ zh: "占比", en: "Share", optional: true }),
    area: column.decimal({ zh: "面积", en: "Area", optional: true }),
    startDeadline: column.date({ zh: "开工时限", en: "Start deadline", optional: true }),
    planMonth: column.yearMonth({ zh: "计划月份", en: "Planned month", optional: true }),
    checkedAt: column.dateTime({ zh: "核查时间", en: "Checked at", optional: true }),
    urgent: column.boolean({ zh: "紧急", en: "Urgent", default: false }),
    tags: column.texts({ zh: "标签", en: "Tags" }),
    creditCode: column.text({ zh: "信用代码", en: "Credit code", optional: true, unique: true }),
  },
) {}

export class Report extends entity(
  "Report",
  { zh: "月报", en: "Report", title: "note", key: ["project", "month"], order: "month", scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "reports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    invested: column.money({ zh: "本月投资", en: "Invested" }),
    note: column.text({ zh: "说明", en: "Note", optional: true }),
  },
) {}

/** Has no natural key: its lists are in the order of its ids. */
export class Blocker extends entity(
  "Blocker",
  { zh: "堵点", en: "Blocker", title: "summary", scope: "owner" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "blockers" }),
    owner: column.reference(() => Unit, { zh: "责任单位", en: "Owner", inverse: "ownedBlockers" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    raisedOn: column.date({ zh: "提出日期", en: "Raised on" }),
  },
) {}

/** About a row of almost anything: seen by whoever sees that row. */
export class Remark extends entity(
  "Remark",
  { zh: "批注", en: "Remark", title: "words", scope: "subject", create: "project.edit", update: "project.edit" },
  {
    words: column.text({ zh: "内容", en: "Words" }),
    subject: column.subject({
      zh: "对象",
      en: "Subject",
      type: "subjectType",
      of: () => [Project, Report, Blocker, Unit],
      inverse: "remarks",
    }),
    subjectType: column.text({ zh: "类型", en: "Type" }),
    weight: column.integer({ zh: "份量", en: "Weight", optional: true }),
  },
) {}
