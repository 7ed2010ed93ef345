import { columnOf, entityOf, type ColumnModel, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import { Refusal, type Sheet, type SheetColumn } from "@xianmai/plugin-api";

import { headerName } from "./header-name.ts";

/** A column that a sheet carries, and the headers that mean it. */
export interface ExpectedColumn {
  readonly column: ColumnModel;
  readonly declared: SheetColumn;
  /** In comparison form, with and without a unit. */
  readonly names: ReadonlySet<string>;
}

/** A sheet, resolved against the model. */
export interface SheetPlan {
  readonly sheet: Sheet;
  readonly entity: EntityModel;
  readonly columns: readonly ExpectedColumn[];
}

/**
 * Resolves a declared sheet against the model.
 *
 * @throws Refusal where the sheet cannot work: its entity has no natural key, or the sheet does not carry it
 */
export function planSheet(model: Model, sheet: Sheet): SheetPlan {
  const entity = entityOf(model, sheet.entity.definition.name);
  const columns = Object.entries(sheet.columns).map(([name, declared]): ExpectedColumn => {
    const column = columnOf(entity, name);
    const texts = [column.label.zh, column.label.en, ...(declared.headers ?? [])];
    return { column, declared, names: new Set(texts.map(headerName).flatMap(({ full, stem }) => [full, stem])) };
  });
  const lost = entity.key.find((key) => !columns.some(({ column }) => column.name === key.name));
  if (entity.key.length > 0 && lost === undefined) return { sheet, entity, columns };
  throw new Refusal(
    "SHEET_WITHOUT_KEY",
    {
      zh: `表格 ${sheet.name} 无法导入：实体 ${entity.name} ${lost === undefined ? "没有自然键" : `的自然键字段 ${lost.name} 不在表格中`}。`,
      en: `Sheet ${sheet.name} cannot be imported: ${lost === undefined ? `entity ${entity.name} has no natural key` : `it lacks ${lost.name}, part of the natural key of ${entity.name}`}.`,
    },
    {
      zh: `请由插件 ${entity.plugin} 的作者在实体上声明 key，并在表格中列出它的字段。`,
      en: `The author of plugin ${entity.plugin} declares key on the entity and lists its columns in the sheet.`,
    },
  );
}
