import type { ReadContext } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import type { ExpressionBuilder, Kysely } from "kysely";

import type { MeasureModel, MetricModel } from "./metric-model.ts";

/** Tables whose names are known at run time alone. */
export type AnyTables = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A kysely over them. */
export type Database = Kysely<AnyTables>;

/** What expressions are made with. */
export type Builder = ExpressionBuilder<AnyTables, string>;

/** The database through the eyes of whoever asks, and in the snapshot of the request. */
export function databaseOf({ db }: Pick<ReadContext, "db">): Database {
  return db() as unknown as Database;
}

/** A column of a table as SQL names it. */
export function reference(table: string, { column }: ColumnModel): string {
  return `${table}.${column}`;
}

/** The tables of a measure: the rows that are counted, and those of the metric's entity that they belong to. */
export interface Sources {
  readonly counted: string;
  readonly owner: string;
}

/** The names by which the rows of a measure are known in its statement. */
export function sourcesOf(entity: EntityModel, { counted, link }: MeasureModel): Sources {
  if (link === undefined) return { counted: counted.table, owner: counted.table };
  // a list of the entity's own kind, such as the parts of a package
  return { counted: counted === entity ? "counted" : counted.table, owner: entity.table };
}

/** `from` a measure's rows, each beside the row of the metric's entity that it belongs to. */
export function selectCounted(db: Database, { entity }: MetricModel, measure: MeasureModel) {
  const { counted, owner } = sourcesOf(entity, measure);
  const { table } = measure.counted;
  const from = db.selectFrom(counted === table ? table : `${table} as ${counted}`);
  return measure.link === undefined ? from : from.innerJoin(owner, `${owner}.id`, reference(counted, measure.link));
}
