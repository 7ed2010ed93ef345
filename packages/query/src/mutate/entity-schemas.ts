import { randomUUID } from "node:crypto";

import { EntitySchema, Type, type EntitySchemaProperty } from "@mikro-orm/core";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";

import { arrayText } from "../plan/operands.ts";

/** A value that is the same in a row and in the driver: the connection reads and writes the values of `Row` in plugin-api. */
class RowType extends Type<unknown> {
  // MikroORM copies its types property by property, which private ones do not survive
  readonly comparedAs: string;
  readonly columnType: string;

  constructor({ kind, sqlType }: ColumnModel) {
    super();
    this.comparedAs = COMPARED[kind] ?? "string";
    this.columnType = sqlType;
  }

  override convertToDatabaseValue(value: unknown): unknown {
    return value;
  }

  override convertToJSValue(value: unknown): unknown {
    return value;
  }

  override compareAsType(): string {
    return this.comparedAs;
  }

  override ensureComparable(): boolean {
    return false;
  }

  override getColumnType(): string {
    return this.columnType;
  }
}

/** A list of texts: MikroORM writes values into its statements itself, and a list as several values. */
class TextsType extends RowType {
  override convertToDatabaseValue(value: unknown): unknown {
    return Array.isArray(value) ? arrayText(value as readonly string[]) : value;
  }

  override ensureComparable(): boolean {
    return true;
  }
}

const COMPARED: Readonly<Partial<Record<ColumnModel["kind"], string>>> = {
  integer: "number",
  money: "bigint",
  boolean: "boolean",
  texts: "array",
};

/** Describes the entities of a model to MikroORM, each on its author's own class. A reference is the key of the row that it leads to. */
export function entitySchemas(model: Model): readonly EntitySchema[] {
  return model.entities.map(
    (entity) =>
      new EntitySchema({
        class: entity.entity as new () => object,
        tableName: entity.table,
        properties: {
          id: { type: "uuid", primary: true, onCreate: () => randomUUID() },
          ...Object.fromEntries(entity.columns.map((column) => [column.rowKey, property(entity, column)])),
        },
      } as ConstructorParameters<typeof EntitySchema>[0]),
  );
}

function property(entity: EntityModel, column: ColumnModel): EntitySchemaProperty<object, object> {
  const { target } = column;
  const shared = { fieldName: column.column, nullable: !column.required, ...defaultOf(column) };
  if (target === undefined) return { ...shared, type: column.kind === "texts" ? new TextsType(column) : new RowType(column) };
  return { ...shared, kind: "m:1", entity: () => (target === entity ? entity : target).entity, mapToPk: true };
}

/** A declared default holds for rows made in code too; PostgreSQL has it for those made elsewhere. */
function defaultOf({ declared }: ColumnModel): { readonly onCreate?: () => unknown } {
  const { default: value } = declared;
  return value === undefined ? {} : { onCreate: () => value };
}
