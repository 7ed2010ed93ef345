import { choices, column, entity, type Choice } from "@xianmai/plugin-api";
import { Enterprise, Official, Unit } from "@xianmai/plugin-organization/contract";

import { projectField } from "../dictionaries/project-field.ts";
import { ProjectStage } from "../lifecycles/project-stage.ts";

/** What a project is in the year's plan. */
export const ProjectNature = choices(
  "ProjectNature",
  { zh: "建设性质", en: "Nature of a project" },
  {
    NEW_START: { zh: "新开工", en: "New start", description: { zh: "计划在本年度开工。", en: "To start this year." } },
    CONTINUING: { zh: "续建", en: "Continuing", description: { zh: "以前年度开工，本年度继续建设。", en: "Started in an earlier year." } },
    PLANNED: { zh: "谋划", en: "Planned", description: { zh: "开展前期工作，本年度不开工。", en: "Being prepared; no start this year." } },
  },
);
/** One value of {@link ProjectNature}. */
export type ProjectNature = Choice<typeof ProjectNature>;

/** On whose list of key projects it stands: the highest counts. */
export const ProjectLevel = choices(
  "ProjectLevel",
  { zh: "项目级别", en: "Level of a project" },
  {
    NATIONAL: { zh: "国家级", en: "National" },
    PROVINCIAL: { zh: "省级", en: "Provincial" },
    CITY: { zh: "市级", en: "City" },
    COUNTY: { zh: "县级", en: "County" },
  },
);
/** One value of {@link ProjectLevel}. */
export type ProjectLevel = Choice<typeof ProjectLevel>;

/** A key project (重点项目): a row of the year's task breakdown table. It belongs to the responsible unit and the township of its site. */
export class Project extends entity(
  "Project",
  {
    zh: "重点项目",
    en: "Key project",
    title: "name",
    key: "code",
    scope: ["responsibleUnit", "township"],
    update: "project.edit",
  },
  {
    code: column.text({ zh: "项目编号", en: "Code" }),
    name: column.text({ zh: "项目名称", en: "Name" }),
    nature: column.choice(ProjectNature, { zh: "建设性质", en: "Nature" }),
    level: column.choice(ProjectLevel, { zh: "项目级别", en: "Level", default: "COUNTY" }),
    field: column.entry(projectField, { zh: "项目领域", en: "Field" }),
    stage: column.stage(ProjectStage),
    enterprise: column.reference(() => Enterprise, {
      zh: "建设单位",
      en: "Owner enterprise",
      description: {
        zh: "投资建设的企业；由政府单位实施的项目为空。",
        en: "Who invests and builds; none where a unit of the government does.",
      },
      inverse: "projects",
      optional: true,
    }),
    township: column.reference(() => Unit, { zh: "建设地点", en: "Township of the site", inverse: "sitedProjects" }),
    responsibleUnit: column.reference(() => Unit, { zh: "责任单位", en: "Responsible unit", inverse: "responsibleProjects" }),
    leader: column.reference(() => Official, {
      zh: "包联领导",
      en: "Responsible leader",
      description: { zh: "包联推进项目的县级领导。", en: "The county leader assigned to the project." },
      inverse: "ledProjects",
      optional: true,
    }),
    parent: column.self({
      zh: "打包项目",
      en: "Package",
      description: {
        zh: "所属的打包项目；合计时只计打包项目，不重复计算子项目。",
        en: "The package that it is part of; totals count the package once.",
      },
      inverse: "subprojects",
    }),
    batch: column.integer({
      zh: "开工批次",
      en: "Batch",
      description: { zh: "按季度分 1–4 批；续建项目为空。", en: "One of the year's quarterly batches, 1–4; none for continuing projects." },
      optional: true,
    }),
    startDeadline: column.date({ zh: "开工时限", en: "Start deadline", optional: true }),
    plannedStart: column.date({ zh: "计划开工时间", en: "Planned start", optional: true }),
    actualStart: column.date({ zh: "实际开工时间", en: "Actual start", optional: true }),
    plannedCompletion: column.date({ zh: "计划竣工时间", en: "Planned completion", optional: true }),
    totalInvestment: column.money({ zh: "总投资", en: "Total investment", optional: true }),
    content: column.text({ zh: "建设内容及规模", en: "Scale and content", optional: true }),
    buildYears: column.text({
      zh: "建设年限",
      en: "Build years",
      description: { zh: "如 2023-2025。", en: "Such as 2023-2025." },
      optional: true,
    }),
  },
) {}
