// The plugin of docs/plugins/dictionaries.md, as its reader would have written it.
import { column, definePlugin, dictionary, entity } from "@xianmai/plugin-api";

export const petitionKind = dictionary(
  "petition-kind",
  { zh: "信访类别", en: "Kinds of petitions" },
  {
    land: { zh: "土地", en: "Land" },
    wages: { zh: "欠薪", en: "Wages owed" },
  },
);

export class Petition extends entity(
  "Petition",
  { zh: "信访件", en: "Petition", title: "summary", key: "code", scope: "everyone", create: "petition.edit", update: "petition.edit" },
  {
    code: column.text({ zh: "编号", en: "Code", fixed: true }),
    summary: column.text({ zh: "事项", en: "Summary" }),
    kind: column.entry(petitionKind, { zh: "类别", en: "Kind" }),
  },
) {}

export const petitions = definePlugin({
  name: "petitions",
  version: "1.0.0",
  label: { zh: "信访", en: "Petitions" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  permissions: { "petition.edit": { zh: "登记信访件", en: "Enter petitions", roles: ["department", "township"] } },
  entities: [Petition],
  dictionaries: [petitionKind],
});
