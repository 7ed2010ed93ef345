import type { EntityModel, Model } from "@xianmai/plugin-api/model";

import { captureStatements } from "../capture/functions.ts";
import { historyStatements } from "../capture/history.ts";
import { closedStatements, grantStatements } from "../capture/install.ts";
import type { CapturedTable } from "../capture/table.ts";
import { pastStatements } from "../history/views.ts";
import { quoted } from "../names.ts";
import { scopeStatements } from "../scope/install.ts";
import { scopesOf, type TableScope } from "../scope/scopes.ts";
import { keptColumnSql, keptIndex } from "../scope/triggers.ts";
import { treeStatements } from "../scope/units.ts";
import { attachmentsOf, attachSql, createTableSql } from "./layout.ts";
import { PLATFORM_GRANTS, PLATFORM_MIGRATIONS, RECORD } from "./platform.ts";
import { tableShape } from "./shape.ts";

/**
 * What a fresh database comes out as: the platform's own tables, then every table of the model with what the runner puts on it.
 * Deterministic; for `schema/database.sql`, so that a review sees what a change of declarations does.
 */
export function databaseSql(model: Model): string {
  const platform = [...RECORD, ...PLATFORM_MIGRATIONS.flatMap(({ sql }) => sql), ...PLATFORM_GRANTS, ...treeStatements(model)];
  const scopes = scopesOf(model);
  const foreign: string[] = [];
  const tables = model.entities.flatMap((entity, at) => {
    const attachments = attachmentsOf(entity.table, tableShape(entity));
    foreign.push(...attachments.filter(({ kind }) => kind === "foreign").map((attachment) => attachSql(entity.table, attachment)));
    return [section(`${entity.label.zh} ${entity.label.en} (${entity.plugin})`, tableStatements(entity, at + 1, scopes))];
  });
  return [
    "-- Generated from the declarations of the enabled plugins; do not edit.\n",
    section("The platform's own", platform),
    ...tables,
    section("Foreign keys", foreign),
  ].join("\n");
}

function tableStatements(entity: EntityModel, number: number, scopes: readonly TableScope[]): readonly string[] {
  const shape = tableShape(entity);
  const scope = scopes.find(({ table }) => table === entity.table);
  if (scope === undefined) throw new Error(`There is no scope of table ${entity.table}.`);
  const hidden = (isList: boolean): readonly string[] => scope.kept.flatMap((column) => (column.isList === isList ? [column.name] : []));
  const captured: CapturedTable = {
    number,
    name: entity.table,
    columns: [
      { name: "id", type: "uuid", collation: undefined },
      ...Object.entries(shape.columns).map(([name, { type, collation }]) => ({
        name,
        type,
        collation: type.startsWith("text") ? (collation ?? "C") : undefined,
      })),
      ...scope.kept.map(({ name, isList }) => ({ name, type: isList ? "uuid[]" : "uuid", collation: undefined })),
    ],
    references: [
      ...Object.entries(shape.columns).flatMap(([name, { references, subject }]) =>
        references === undefined && subject !== true ? [] : [name],
      ),
      ...hidden(false),
    ].toSorted(),
    lists: hidden(true),
  };
  return [
    createTableSql(entity.table, shape),
    ...attachmentsOf(entity.table, shape)
      .filter(({ kind }) => kind !== "foreign")
      .map((attachment) => attachSql(entity.table, attachment)),
    `alter table app.${quoted(entity.table)} add column xm_from bigint not null default xm.stamp()`,
    ...scope.kept.map((column) => `alter table app.${quoted(entity.table)} add column ${keptColumnSql(column)}`),
    ...scope.kept.map((column) => keptIndex(entity.table, column).sql),
    ...historyStatements(captured),
    ...captureStatements(captured),
    ...closedStatements(entity.table),
    ...grantStatements(captured),
    ...pastStatements(captured, new Map()),
    ...scopeStatements(scope, scopes),
  ];
}

function section(title: string, statements: readonly string[]): string {
  return [`-- ${title}`, ...statements.map((statement) => `${statement};`)].join("\n\n") + "\n";
}
