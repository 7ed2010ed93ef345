import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";

import type { Dice, Row, Tables } from "./rows.ts";
import { enumValue, list, object, plain, SEARCHES, text, typeName, type Value, type Written } from "./values.ts";
import type { Variables } from "./variables.ts";

/** Makes random arguments: conditions, orders, pages, dimensions, keys. */
export class Arguments {
  readonly #tables: Tables;
  readonly #dice: Dice;
  readonly #variables: Variables;

  constructor(tables: Tables, dice: Dice, variables: Variables) {
    this.#tables = tables;
    this.#dice = dice;
    this.#variables = variables;
  }

  /** `(filter: …, orderBy: …, first: …)`, or nothing. */
  ofList(entity: EntityModel): string {
    const dice = this.#dice;
    const size = (): Value => ({ type: "Int", ...(dice.chance(10) ? plain(null) : plain(dice.below(5))) });
    return inBrackets([
      ...this.filtered(entity),
      ...(dice.chance(50) ? [this.ordered(entity)] : []),
      ...(dice.chance(40) ? [`${dice.of(["first", "last"])}: ${this.#variables.use(size).literal}`] : []),
    ]);
  }

  /** `(filter: …, groupBy: …)`, or nothing. */
  ofAggregates(entity: EntityModel, dimensions: readonly ColumnModel[], filter: readonly string[]): string {
    const groupBy = dimensions.map((column) => this.#dimension(column));
    const value = (): Value => ({ type: `[${entity.name}GroupBy!]`, ...list(groupBy, this.#dice.chance(30)) });
    return inBrackets([...filter, ...(groupBy.length === 0 ? [] : [`groupBy: ${this.#variables.use(value).literal}`])]);
  }

  /** The global id of a row. @param known whether there must be such a row */
  id(entity: EntityModel, known = false): string {
    const row = this.#dice.of(this.#tables[entity.name]!);
    if (known || this.#dice.chance(80)) return `${entity.name}:${row.id}`;
    return `${entity.name}:00000000-0000-4000-8000-000000000000`;
  }

  /** `orderBy: …` */
  ordered(entity: EntityModel): string {
    return `orderBy: ${this.#variables.use(() => this.#order(entity)).literal}`;
  }

  /** `filter: …`, or nothing. */
  filtered(entity: EntityModel): readonly string[] {
    if (!this.#dice.chance(50)) return [];
    const value = (): Value => (this.#dice.chance(3) ? { type: `${entity.name}Filter`, ...plain(null) } : this.#filter(entity, 2));
    return [`filter: ${this.#variables.use(value).literal}`];
  }

  #order(entity: EntityModel): Value {
    const one = (): Value => ({ type: `${entity.name}Order!`, ...this.#criterion(entity, 2) });
    const items = Array.from({ length: this.#dice.below(4) }, () => this.#variables.use(one));
    return { type: `[${entity.name}Order!]`, ...list(items, this.#dice.chance(30)) };
  }

  #criterion(entity: EntityModel, depth: number): Written {
    const columns = entity.columns.filter(
      ({ kind, target }) => kind !== "texts" && kind !== "subject" && (target === undefined || depth > 0),
    );
    const column = this.#dice.of(columns);
    if (column.target !== undefined) return object([[column.name, this.#criterion(column.target, depth - 1)]]);
    const direction = (): Value => ({ type: "OrderDirection!", ...enumValue(this.#dice.of(["ASC", "DESC"])) });
    return object([[column.name, this.#variables.use(direction)]]);
  }

  #dimension(column: ColumnModel): Written {
    const dimension = enumValue(column.name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
    const isPeriod = ["date", "yearMonth", "dateTime"].includes(column.kind);
    const periods = ["YEAR", "QUARTER", "MONTH", ...(column.kind === "yearMonth" ? [] : ["DAY"])];
    return object([
      ["dimension", dimension],
      ...(isPeriod && this.#dice.chance(70) ? [["by", enumValue(this.#dice.of(periods))] as const] : []),
    ]);
  }

  #filter(entity: EntityModel, depth: number): Value {
    const dice = this.#dice;
    const parts: [string, Written][] = [];
    for (const column of entity.columns) {
      if (!dice.chance(12)) continue;
      if (column.subject !== undefined) parts.push([column.name, this.#idOperators(dice.of(column.subject.entities))]);
      else if (column.target === undefined || column.kind === "entry") parts.push([column.name, this.#operators(entity, column)]);
      else if (depth > 0)
        parts.push([column.name, dice.chance(25) ? object([["isNull", this.#flag()]]) : this.#filter(column.target, depth - 1)]);
    }
    if (dice.chance(10)) parts.push(["id", this.#idOperators(entity)]);
    if (depth > 0) {
      const inner = (of: EntityModel): Written => this.#variables.use(() => this.#filter(of, depth - 1));
      for (const inverse of entity.inverses) {
        if (dice.chance(10)) parts.push([inverse.name, object([[dice.of(["some", "every", "none"]), inner(inverse.entity)]])]);
      }
      if (dice.chance(15)) parts.push(["not", inner(entity)]);
      for (const word of ["and", "or"]) {
        if (!dice.chance(12)) continue;
        const one = (): Value => ({ ...this.#filter(entity, depth - 1), type: `${entity.name}Filter!` });
        const items = Array.from({ length: 1 + dice.below(2) }, () => this.#variables.use(one));
        parts.push([word, list(items, dice.chance(30))]);
      }
    }
    return { type: `${entity.name}Filter`, ...object(parts) };
  }

  #idOperators(entity: EntityModel): Written {
    const one = (type: string) => (): Value => ({ type, ...text(this.id(entity, true)) });
    if (this.#dice.chance(60)) return object([[this.#dice.of(["eq", "ne"]), this.#variables.use(one("ID"))]]);
    return object([[this.#dice.of(["in", "notIn"]), this.#several("ID", one("ID!"))]]);
  }

  #operators(entity: EntityModel, column: ColumnModel): Written {
    const dice = this.#dice;
    const values = this.#tables[entity.name]!.map((row) => this.#asGiven(column, row)).filter((value) => value !== undefined);
    if (column.kind === "texts") return object([["has", text(dice.of(["甲", "民生", "a", '"']))]]);
    if (values.length === 0 || dice.chance(15)) return object([["isNull", this.#flag()]]);
    const type = typeName(column);
    if (column.kind === "text" && dice.chance(25))
      return object([["search", this.#variables.use(() => ({ type, ...text(dice.of(SEARCHES)) }))]]);
    const operators = operatorsOf(column);
    const operator = column.kind === "text" && dice.chance(30) ? dice.of(["contains", "startsWith"]) : dice.of(operators);
    if (operator === "in" || operator === "notIn")
      return object([[operator, this.#several(type, () => ({ type: `${type}!`, ...dice.of(values) }))]]);
    return object([[operator, this.#variables.use(() => ({ type, ...dice.of(values) }))]]);
  }

  #several(type: string, one: () => Value): Written {
    return this.#variables.use(() => {
      const items = Array.from({ length: this.#dice.below(4) }, () => this.#variables.use(one));
      return { type: `[${type}!]`, ...list(items, this.#dice.chance(30)) };
    });
  }

  #flag(): Written {
    return this.#variables.use(() => ({ type: "Boolean", ...plain(this.#dice.chance(50)) }));
  }

  #asGiven(column: ColumnModel, row: Row): Written | undefined {
    const value = row[column.rowKey];
    if (value === null || value === undefined) return undefined;
    switch (column.kind) {
      case "choice":
      case "stage":
        return enumValue(value as string);
      case "integer":
      case "boolean":
        return plain(value);
      case "money":
        return text(new Intl.NumberFormat("en", { useGrouping: false, maximumFractionDigits: 6 }).format(Number(value) / 1_000_000));
      case "entry":
        return text(String(this.#tables["DictionaryEntry"]!.find(({ id }) => id === value)!["code"]));
      default:
        return text(value as string);
    }
  }
}

function operatorsOf({ kind }: ColumnModel): readonly string[] {
  if (kind === "boolean") return ["eq", "ne"];
  const equality = ["eq", "ne", "in", "notIn"];
  return ["choice", "stage", "entry"].includes(kind) ? equality : [...equality, "lt", "lte", "gt", "gte"];
}

function inBrackets(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `(${parts.join(", ")})`;
}
