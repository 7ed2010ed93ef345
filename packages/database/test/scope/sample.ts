import { column, definePlugin, entity, unitTree, type Entity, type Plugin } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";

import { migrated } from "../sample.ts";

const text = (zh: string, en: string) => column.text({ zh, en });

/** Units: anyone sees the tree. */
export class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "code", key: "code", scope: "everyone" },
  { code: text("代码", "Code"), parent: column.self({ zh: "上级", en: "Parent", inverse: "children" }) },
) {}

/** A project belongs to two units, and lends both. */
export class Project extends entity(
  "Project",
  { zh: "项目", en: "Project", title: "code", key: "code", scope: ["responsible", "township"] },
  {
    code: text("编号", "Code"),
    responsible: column.reference(() => Unit, { zh: "责任单位", en: "Responsible unit" }),
    township: column.reference(() => Unit, { zh: "乡镇", en: "Township", optional: true }),
    parent: column.self({ zh: "打包项目", en: "Package" }),
  },
) {}

/** A report is its project's: two units, kept in two columns. */
export class Report extends entity(
  "Report",
  { zh: "填报", en: "Report", title: "note", scope: "project" },
  { note: text("说明", "Note"), project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "reports" }) },
) {}

/** A remark on a report: three levels deep. */
export class Remark extends entity(
  "Remark",
  { zh: "批注", en: "Remark", title: "note", scope: "report" },
  { note: text("内容", "Note"), report: column.reference(() => Report, { zh: "填报", en: "Report", inverse: "remarks" }) },
) {}

/** A loan concerns two projects, and a unit: kept in a list. */
export class Loan extends entity(
  "Loan",
  { zh: "借用", en: "Loan", title: "note", scope: ["from", "to", "broker"] },
  {
    note: text("说明", "Note"),
    from: column.reference(() => Project, { zh: "出借", en: "From" }),
    to: column.reference(() => Project, { zh: "借入", en: "To", optional: true }),
    broker: column.reference(() => Unit, { zh: "经办单位", en: "Broker", optional: true }),
  },
) {}

/** A payment of a loan: a list of a list. */
export class Payment extends entity(
  "Payment",
  { zh: "付款", en: "Payment", title: "note", scope: "loan" },
  { note: text("说明", "Note"), loan: column.reference(() => Loan, { zh: "借用", en: "Loan" }) },
) {}

/** Seen by its project's units, written by its own alone. */
export class Review extends entity(
  "Review",
  { zh: "评审", en: "Review", title: "note", scope: { read: ["project", "office"], write: "office" } },
  {
    note: text("意见", "Note"),
    project: column.reference(() => Project, { zh: "项目", en: "Project" }),
    office: column.reference(() => Unit, { zh: "评审单位", en: "Office" }),
  },
) {}

/** Seen by everyone, written by its unit. */
export class Notice extends entity(
  "Notice",
  { zh: "公示", en: "Notice", title: "note", scope: { read: "everyone", write: "unit" } },
  { note: text("内容", "Note"), unit: column.reference(() => Unit, { zh: "单位", en: "Unit" }) },
) {}

/** Inherits from a notice: read by everyone, written by the notice's unit. */
export class Reply extends entity(
  "Reply",
  { zh: "答复", en: "Reply", title: "note", scope: "notice" },
  { note: text("内容", "Note"), notice: column.reference(() => Notice, { zh: "公示", en: "Notice" }) },
) {}

/** Everyone's, in both ways. */
export class Holiday extends entity(
  "Holiday",
  { zh: "假日", en: "Holiday", title: "note", scope: "everyone" },
  { note: text("名称", "Name") },
) {}

/** About a row of almost anything: seen and written by those who see and write that row. */
export class Mark extends entity(
  "Mark",
  { zh: "标记", en: "Mark", title: "note", scope: "subject" },
  {
    note: text("内容", "Note"),
    subject: column.subject({
      zh: "对象",
      en: "Subject",
      type: "subjectType",
      of: () => [Project, Report, Loan, Review, Notice, Holiday],
      inverse: "marks",
    }),
    subjectType: text("类型", "Type"),
  },
) {}

export function scopePlugin(entities: readonly Entity[], migrations: Plugin["migrations"] = []): Plugin {
  return definePlugin({
    name: "scopes",
    version: "1.0.0",
    label: { zh: "范围", en: "Scopes" },
    url: import.meta.url,
    entities,
    migrations,
    provides: { units: unitTree(Unit, { parent: "parent", code: "code" }) },
  });
}

export const ENTITIES = [Unit, Project, Report, Remark, Loan, Payment, Review, Notice, Reply, Holiday, Mark] as const;

/** Every kind of scope in one county. */
export const scopeModel: Model = migrated(scopePlugin(ENTITIES));
