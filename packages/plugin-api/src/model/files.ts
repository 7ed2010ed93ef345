import type { FileRows } from "../provides.ts";
import { columnOf, type EntityModel, type FilesModel } from "./model.ts";
import { singularOf } from "./names.ts";

/** The fields of files of an entity, each with its list; none where no plugin among those given holds files: composition refuses that. */
export function filesOf(
  { entity }: Pick<EntityModel, "entity">,
  rows: FileRows | undefined,
  byName: ReadonlyMap<string, EntityModel>,
): readonly FilesModel[] {
  const holder = byName.get(rows?.entity.definition.name ?? "");
  if (rows === undefined || holder === undefined) return [];
  const [column, fieldColumn] = [columnOf(holder, rows.subject), columnOf(holder, rows.field)];
  return Object.entries(entity.definition.files).map(([name, declared]) => {
    const label = declared.options;
    const aggregates = `${singularOf(name, holder.names)}Aggregates`;
    return {
      name,
      label,
      declared,
      inverse: { name, aggregates, entity: holder, column, only: { column: fieldColumn, value: name }, label },
    };
  });
}
