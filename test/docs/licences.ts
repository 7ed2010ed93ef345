// The plugin of docs/plugins/alerts.md, as its reader would have written it.
import { alert, column, definePlugin, entity } from "@xianmai/plugin-api";
import { Official, Unit } from "@xianmai/plugin-organization/contract";

export class Licence extends entity(
  "Licence",
  { zh: "许可证", en: "Licence", title: "name", key: "code", scope: "unit", create: "licence.edit", update: "licence.edit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    unit: column.reference(() => Unit, { zh: "发证单位", en: "Unit", inverse: "licences" }),
    keeper: column.reference(() => Official, { zh: "经办人", en: "Keeper", inverse: "keptLicences", optional: true }),
    expiresOn: column.date({ zh: "有效期至", en: "Expires on" }),
    renewedOn: column.date({ zh: "续期日期", en: "Renewed on", optional: true }),
  },
) {}

export class Inspection extends entity(
  "LicenceInspection",
  { zh: "检查", en: "Inspection of a licence", title: "finding", scope: "licence" },
  {
    licence: column.reference(() => Licence, { zh: "许可证", en: "Licence", inverse: "inspections" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    finding: column.text({ zh: "情况", en: "Finding" }),
  },
) {}

export const licenceExpired = alert(
  Licence,
  "licenceExpired",
  { zh: "许可证到期", en: "Licence expired", severity: "RED", concerns: ["unit", "keeper"] },
  ({ today }) => ({ renewedOn: { isNull: true }, expiresOn: { lt: today } }),
);

export const notInspected = alert(
  Licence,
  "licenceNotInspected",
  { zh: "本月未检查", en: "Not inspected this month", severity: "YELLOW", concerns: ["unit"], lists: { inspections: Inspection } },
  ({ today, thisMonth }) => ({ expiresOn: { gte: today }, inspections: { none: { month: { eq: thisMonth } } } }),
);

export const licences = definePlugin({
  name: "licences",
  version: "1.0.0",
  label: { zh: "许可证", en: "Licences" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  permissions: { "licence.edit": { zh: "办理许可证", en: "Handle licences", roles: ["department", "township"] } },
  entities: [Licence, Inspection],
  alerts: [licenceExpired, notInspected],
});
