import { dateOf, type Day } from "./calendar.ts";
import { officials } from "./officials.ts";
import { demoProjects } from "./plan.ts";
import { county, units } from "./units.ts";
import type { PrintedTable } from "./workbook.ts";

const invented = "演示数据，均为虚构";

/** The list of units. Townships and their codes are real. */
export function unitsTable(): PrintedTable {
  return {
    sheetName: "单位名录",
    title: "蔚县单位名录（演示数据）",
    columns: [
      { header: "序号", width: 6, align: "center" },
      { header: "单位代码", width: 14 },
      { header: "单位名称", width: 34 },
      { header: "简称", width: 16 },
      { header: "曾用名及其他写法", width: 50 },
      { header: "单位类别", width: 18, align: "center" },
      { header: "上级单位", width: 12, align: "center" },
    ],
    rows: units.map(({ code, name, short, aliases, kind }, index) => [
      index + 1,
      code,
      name,
      short,
      aliases.join("、"),
      kind,
      code === county.code ? null : county.name,
    ]),
    notes: ["注：22个乡镇名称及代码为真实区划，县直部门、指挥部等为演示设置。"],
    frozenColumns: 3,
    paper: "a4",
  };
}

/** The list of officials, all invented. */
export function officialsTable(): PrintedTable {
  return {
    sheetName: "干部名册",
    title: `蔚县干部名册（${invented}）`,
    columns: [
      { header: "序号", width: 6, align: "center" },
      { header: "干部编号", width: 12, align: "center" },
      { header: "姓名", width: 12, align: "center" },
      { header: "职务", width: 36 },
      { header: "级别", width: 10, align: "center" },
      { header: "所在单位", width: 34 },
    ],
    rows: officials.map(({ code, name, title, rank, unit }, index) => [index + 1, code, name, title, rank, unit]),
    notes: ["注：本表人物均为虚构，与任何真实人物无关。"],
    frozenColumns: 3,
    paper: "a4",
  };
}

/** The task breakdown table of the year's key projects, all invented. */
export function projectsTable(): PrintedTable {
  const projects = demoProjects();
  const count = (nature: string): number => projects.filter((project) => project.nature === nature).length;
  const started = projects.filter((project) => project.nature === "新开工" && project.actualStart !== undefined).length;
  const total = projects.reduce((sum, project) => sum + Math.round(Number(project.wan) * 100), 0) / 100;
  const planned = projects.reduce((sum, project) => sum + project.yearPlan, 0);
  return {
    sheetName: "任务分解表",
    title: `蔚县2023年重点项目任务分解表（${invented}）`,
    line: ["填报单位：蔚县重点项目建设指挥部　　截至：2023年11月20日", "单位：万元"],
    columns: [
      { header: "序号", width: 6, align: "center" },
      { header: "项目编号", width: 12, align: "center" },
      { header: "项目名称", width: 30 },
      { header: "建设性质", width: 9, align: "center" },
      { header: "项目级别", width: 9, align: "center" },
      { header: "项目领域", width: 10, align: "center" },
      { header: "建设单位（企业）", width: 24 },
      { header: "建设地点", width: 11, align: "center" },
      { header: "建设内容及规模", width: 46 },
      { header: "建设年限", width: 11, align: "center" },
      { header: "总投资", width: 12, align: "right", format: "amount" },
      { header: "2023年计划投资", width: 11, align: "right", format: "amount" },
      { header: "开工批次", width: 7, align: "center" },
      { header: "开工时限", width: 12, align: "center", format: "date" },
      { header: "计划开工时间", width: 12, align: "center", format: "date" },
      { header: "实际开工时间", width: 12, align: "center", format: "date" },
      { header: "计划竣工时间", width: 12, align: "center", format: "date" },
      { header: "项目阶段", width: 10, align: "center" },
      { header: "责任单位", width: 15, align: "center" },
      { header: "包联领导", width: 9, align: "center" },
      { header: "备注", width: 18 },
    ],
    rows: projects.map((project, index) => [
      index + 1,
      project.code,
      project.name,
      project.nature,
      project.level,
      project.field,
      project.owner ?? null,
      project.township,
      project.content,
      project.buildYears,
      Number(project.wan),
      project.yearPlan,
      project.batch ?? null,
      dateCell(project.deadline),
      dateCell(project.plannedStart),
      dateCell(project.actualStart),
      dateCell(project.plannedCompletion),
      project.stage,
      project.unitText,
      project.leader,
      project.remark === "" ? null : project.remark,
    ]),
    notes: [
      `注：1.本表共${projects.length}个项目，总投资${total}万元，2023年计划投资${planned}万元；其中新开工${count("新开工")}个、续建${count("续建")}个。`,
      `2.新开工项目分四批按季度开工，截至2023年11月20日已开工${started}个。`,
      "3.政府投资项目由责任单位组织实施，“建设单位（企业）”一栏不填。",
      "4.本表企业、人物、项目和金额均为虚构，仅供演示。",
    ],
    frozenColumns: 3,
    paper: "a3",
  };
}

function dateCell(at: Day | undefined): Date | null {
  return at === undefined ? null : dateOf(at);
}
