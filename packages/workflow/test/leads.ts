import { column, definePlugin, entity, lifecycle, people, rules, sheet, unitTree } from "@xianmai/plugin-api";

/** A unit of the tests: the county, towns below it. */
export class Town extends entity(
  "Town",
  { zh: "乡镇", en: "Town", title: "name", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    parent: column.self({ zh: "上级", en: "Parent", inverse: "below" }),
  },
) {}

class Official extends entity(
  "Official",
  { zh: "干部", en: "Official", title: "name", key: "code", scope: "town" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    name: column.text({ zh: "姓名", en: "Name" }),
    town: column.reference(() => Town, { zh: "单位", en: "Town", inverse: "officials" }),
  },
) {}

const LeadStage = lifecycle(
  "LeadStage",
  { zh: "线索阶段", en: "Stage of a lead" },
  {
    start: "HEARD",
    states: {
      HEARD: { zh: "获悉", en: "Heard of" },
      TALKING: { zh: "洽谈", en: "Talking" },
      SIGNED: { zh: "签约", en: "Signed", end: true },
      LOST: { zh: "流失", en: "Lost", end: true },
    },
    steps: {
      approach: { zh: "接洽", en: "Approach", from: "HEARD", to: "TALKING", requires: ["keeper"], takes: ["note"] },
      callAgain: { zh: "再访", en: "Call again", from: "TALKING", to: "TALKING", event: "leadCalledOn", reason: true },
      sign: {
        zh: "签约",
        en: "Sign",
        from: "TALKING",
        to: "SIGNED",
        permission: "lead.sign",
        requires: ["amount", "note"],
        takes: ["amount"],
        sets: { signedOn: "on" },
      },
      lose: { zh: "流失", en: "Lose", from: ["HEARD", "TALKING"], to: "LOST", reason: true },
      revive: { zh: "重启", en: "Revive", from: "LOST", to: "HEARD", permission: "lead.sign" },
    },
  },
);

/** A lead: whose keeper alone may lose it. */
export class Lead extends entity(
  "Lead",
  {
    zh: "线索",
    en: "Lead",
    title: "number",
    key: "number",
    scope: { read: ["town", "helper"], write: "town" },
    create: "lead.edit",
    update: "lead.edit",
  },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    stage: column.stage(LeadStage),
    town: column.reference(() => Town, { zh: "单位", en: "Town", inverse: "leads" }),
    helper: column.reference(() => Town, { zh: "协办单位", en: "Helper", inverse: "helpedLeads", optional: true }),
    keeper: column.reference(() => Official, { zh: "联络人", en: "Keeper", inverse: "leads", optional: true }),
    note: column.text({ zh: "情况", en: "Note", optional: true }),
    amount: column.money({ zh: "金额", en: "Amount", optional: true }),
    signedOn: column.date({ zh: "签约日期", en: "Signed on", optional: true }),
  },
) {}

const ErrandStage = lifecycle(
  "ErrandStage",
  { zh: "事项阶段", en: "Stage of an errand" },
  {
    start: "OPEN",
    states: { OPEN: { zh: "待办", en: "Open" }, DONE: { zh: "办结", en: "Done", end: true } },
    steps: { finish: { zh: "办结", en: "Finish", from: "OPEN", to: "DONE" } },
  },
);

/** What is to be done for a lead, by whoever has the lead. */
class Errand extends entity(
  "Errand",
  { zh: "事项", en: "Errand", title: "number", key: "number", scope: "lead" },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    stage: column.stage(ErrandStage),
    lead: column.reference(() => Lead, { zh: "线索", en: "Lead", inverse: "errands" }),
  },
) {}

const leadRules = rules(Lead, LeadStage, {
  lose: (lead, viewer) => (lead.keeperId === null || viewer.user === lead.keeperId ? undefined : "ONLY_THE_KEEPER"),
});

const leadSheet = sheet(Lead, "leads", { zh: "线索表", en: "Leads" }, { number: {}, stage: {}, town: {}, keeper: {}, note: {} });

/** A plugin whose entities use everything that a lifecycle can say, and belong to towns. */
export const leads = definePlugin({
  name: "leads",
  version: "1.0.0",
  label: { zh: "线索", en: "Leads" },
  url: import.meta.url,
  permissions: {
    "lead.edit": { zh: "编辑线索", en: "Edit leads", roles: ["department", "township"] },
    "lead.sign": { zh: "签约", en: "Sign leads", roles: ["department"] },
  },
  entities: [Town, Official, Lead, Errand],
  rules: [leadRules],
  sheets: [leadSheet],
  problems: { ONLY_THE_KEEPER: { zh: "只有联络人可以登记流失。", en: "Only its keeper may give a lead up." } },
  provides: { units: unitTree(Town, { parent: "parent", code: "code" }), people: people(Official, { code: "code" }) },
});

/** Two towns below a county, with an official each. */
export const PLACES: readonly string[] = [
  "insert into app.town (code, name) values ('C', '全县')",
  "insert into app.town (code, name, parent_id) select v.code, v.name, t.id from app.town t, (values ('N', '北镇'), ('S', '南镇')) v (code, name) where t.code = 'C'",
  "insert into app.official (code, name, town_id) select 'O' || t.code, case t.code when 'N' then '李北' else '王南' end, t.id from app.town t where t.code <> 'C'",
];
