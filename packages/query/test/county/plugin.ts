import { definePlugin, dictionaries, field, unitTree, type Field, type Migration, type Plugin } from "@xianmai/plugin-api";
import { buildModel, type Model } from "@xianmai/plugin-api/model";
import { differenceOf } from "@xianmai/database";
import { GraphQLError } from "graphql";

import { Blocker, blockerCause, Dictionary, DictionaryEntry, Official, Project, projectField, Remark, Report, Unit } from "./entities.ts";

/** Needs the row and the language alone. */
const label = field(
  DictionaryEntry,
  "label",
  { zh: "名称", en: "Label", type: "text", requires: ["zh", "en"] },
  async (entries, { language }) => new Map(entries.map((entry) => [entry.id, entry[language]])),
);

/** Queries the database. */
const reportCount = field(Project, "reportCount", { zh: "月报数", en: "Reports", type: "integer" }, async (projects, { db }) => {
  const counts = await db(Report)
    .selectFrom("report")
    .select(["project_id", ({ fn }) => fn.countAll<bigint>().as("n")])
    .where(
      "project_id",
      "in",
      projects.map(({ id }) => id),
    )
    .groupBy("project_id")
    .execute();
  const known = new Map(counts.map(({ project_id, n }) => [project_id, Number(n)]));
  return new Map(projects.map(({ id }) => [id, known.get(id) ?? 0]));
});

const half = field(
  Project,
  "half",
  { zh: "一半", en: "Half", type: "money", requires: ["totalInvestment", "checkedAt", "tags", "urgent", "area"] },
  async (projects) =>
    new Map(
      projects.flatMap((project) =>
        project.totalInvestment === null
          ? []
          : [[project.id, (project.totalInvestment / 2n) as NonNullable<typeof project.totalInvestment>]],
      ),
    ),
);

const broken = field(Project, "broken", { zh: "坏", en: "Broken", type: "text" }, async () => {
  throw new Error("the secret of the database");
});

/** Gives a text to some rows, nothing to others, and to some what is no text. */
const odd = field(Project, "odd", { zh: "怪", en: "Odd", type: "text", requires: ["code"] }, async (projects) => {
  const values = projects.flatMap(({ id, code }) => (code.endsWith("1") ? [] : [[id, code.endsWith("2") ? 2 : `"${code}"`] as const]));
  return new Map(values as readonly (readonly [(typeof projects)[number]["id"], string])[]);
});

/** A field of reports that gives each month what is said here, right or wrong. */
function byMonth(name: string, type: Field["type"], values: Readonly<Record<string, unknown>>): Field {
  return field(Report, name, { zh: "某", en: name, type, requires: ["month"] }, async (reports) => {
    return new Map(reports.flatMap(({ id, month }) => (month in values ? [[id, values[month]] as const] : []))) as never;
  });
}

const strange: readonly Field[] = [
  byMonth("tally", "integer", { "2023-01": Number.NaN, "2023-02": 7, "2023-03": 2_147_483_648 }),
  byMonth("ratio", "decimal", { "2023-01": "1.500", "2023-02": 1.5, "2023-03": "x" }),
  byMonth("billed", "money", { "2023-01": 12_000_000n, "2023-02": 12 }),
  byMonth("late", "boolean", { "2023-01": true, "2023-02": "true", "2023-03": null }),
  field(Report, "unmapped", { zh: "某", en: "Unmapped", type: "text" }, async () => ["a"] as never),
  field(Report, "refused", { zh: "某", en: "Refused", type: "text" }, async () => {
    throw new GraphQLError("not now", { extensions: { code: "NOT_NOW" } });
  }),
];

const declared = definePlugin({
  name: "county",
  version: "1.0.0",
  label: { zh: "县", en: "County" },
  url: import.meta.url,
  entities: [Unit, Dictionary, DictionaryEntry, Official, Project, Report, Blocker, Remark],
  dictionaries: [projectField, blockerCause],
  fields: [label, reportCount, half, broken, odd, ...strange],
  permissions: {
    "project.edit": { zh: "编辑项目", en: "Edit projects", roles: [] },
    "project.remove": { zh: "删除项目", en: "Remove projects", roles: [] },
  },
  provides: { units: unitTree(Unit, { parent: "parent", code: "code" }), dictionaries: dictionaries(Dictionary, DictionaryEntry) },
});

/** The plugin with the migration that its declarations ask for, as `migrate new` would commit it. */
function migrated(plugin: Plugin): Plugin {
  const difference = differenceOf(buildModel([plugin]), plugin);
  const migrations: readonly Migration[] = difference === undefined ? [] : [{ id: "2023-01-01-first", ...difference }];
  return { ...plugin, migrations };
}

export const county: Model = buildModel([migrated(declared)]);
