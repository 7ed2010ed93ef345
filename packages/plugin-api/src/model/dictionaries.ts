import type { ColumnModel, EntityModel } from "./model.ts";

/** The column that says since when an entry of a dictionary cannot be chosen any more; `undefined` where entries are never retired. */
export function retirementOf(entry: EntityModel): ColumnModel | undefined {
  return entry.columns.find(({ name }) => name === "retiredOn");
}
