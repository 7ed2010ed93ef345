import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";

import type { Dice, Row, Tables } from "./rows.ts";

/** A value in an operation, to be written as a literal or handed over as a variable of its type. */
interface Value {
  readonly type: string;
  readonly literal: string;
  readonly json: unknown;
}

/** What somebody may type to find a name, a code, a note. */
const SEARCHES = [
  "光伏",
  "gf",
  "GFFD",
  "ｇｆ",
  "guangfu",
  "f",
  "发 光",
  "fadian guang",
  "gc修缮",
  "nyy",
  "e园",
  "ABC",
  "a b",
  "“",
  '"',
  "\\",
  "%",
  "_",
  ".",
  "zs",
  "li",
  "u1",
  "",
  "　",
  "P0 1",
  "^",
  "[a]",
];

/** A random operation over a model's entities. */
export interface RandomOperation {
  readonly document: string;
  /** Two sets of values for its variables: some of one shape, some of another. */
  readonly variables: readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
}

/** Makes operations of every feature of the generated API, but for cursors, which an oracle cannot know. */
export class Operations {
  readonly #model: Model;
  readonly #tables: Tables;
  readonly #dice: Dice;
  #variables: Record<string, { readonly type: string; readonly json: readonly [unknown, unknown] }> = {};
  #fragments: string[] = [];
  #names = 0;
  /** Whether a variable may stand where something is being written: not inside the value of another. */
  #open = true;

  constructor(model: Model, tables: Tables, dice: Dice) {
    this.#model = model;
    this.#tables = tables;
    this.#dice = dice;
  }

  next(): RandomOperation {
    this.#variables = {};
    this.#fragments = [];
    this.#names = 0;
    const roots = Array.from({ length: 1 + this.#dice.below(3) }, () => `${this.#name()}: ${this.#root()}`);
    const declared = Object.entries(this.#variables).map(([name, { type }]) => `$${name}: ${type}`);
    const head = declared.length === 0 ? "query" : `query(${declared.join(", ")})`;
    const values = (set: 0 | 1): Readonly<Record<string, unknown>> =>
      Object.fromEntries(Object.entries(this.#variables).map(([name, { json }]) => [name, json[set]]));
    return {
      document: [`${head} { ${roots.join("\n  ")} }`, ...this.#fragments].join("\n"),
      variables: [values(0), values(1)],
    };
  }

  #root(): string {
    const dice = this.#dice;
    const entity = dice.of(this.#model.entities);
    switch (dice.below(6)) {
      case 0:
        return `${entity.names.one}(id: ${this.#use(() => ({ type: "ID", ...text(this.#id(entity)) }))}) ${this.#object(entity, 2)}`;
      case 1: {
        const ids = (): Value => {
          const some = Array.from({ length: dice.below(6) }, () => this.#id(dice.of(this.#model.entities)));
          return { type: "[ID!]!", literal: list(some.map((id) => JSON.stringify(id))), json: some };
        };
        const parts = dice.some(this.#model.entities, 40).map((one) => `... on ${one.name} ${this.#object(one, 1)}`);
        return `nodes(ids: ${this.#use(ids)}) { __typename id ${parts.join(" ")} }`;
      }
      case 2:
        return this.#aggregates(entity.names.aggregates, entity);
      default:
        return `${entity.names.many}${this.#listArguments(entity)} ${this.#connection(entity, 3)}`;
    }
  }

  #connection(entity: EntityModel, depth: number): string {
    const dice = this.#dice;
    const parts = [
      ...(dice.chance(30) ? ["totalCount"] : []),
      ...(dice.chance(30) ? ["pageInfo { hasNextPage hasPreviousPage }"] : []),
      ...(dice.chance(20) ? [`edges { node ${this.#object(entity, depth - 1)} __typename }`] : []),
      `nodes ${this.#object(entity, depth - 1)}`,
    ];
    return `{ ${parts.join(" ")} }`;
  }

  #object(entity: EntityModel, depth: number): string {
    const dice = this.#dice;
    const fields: string[] = [dice.chance(50) ? "id" : "__typename"];
    if (dice.chance(10)) fields.push("version");
    for (const field of entity.fields) {
      if (field.name !== "broken" && dice.chance(10)) fields.push(`${this.#name()}: ${field.name}`);
    }
    for (const column of entity.columns) {
      if (!dice.chance(30)) continue;
      if (column.target === undefined) fields.push(dice.chance(20) ? `${this.#name()}: ${column.name}` : column.name);
      else if (depth > 0) fields.push(`${this.#name()}: ${column.name} ${this.#object(column.target, depth - 1)}`);
    }
    if (depth > 0) {
      for (const inverse of entity.inverses) {
        if (dice.chance(15)) fields.push(`${this.#name()}: ${this.#aggregates(inverse.aggregates, inverse.entity)}`);
        if (!dice.chance(25)) continue;
        fields.push(
          `${this.#name()}: ${inverse.name}${this.#listArguments(inverse.entity)} ${this.#connection(inverse.entity, depth - 1)}`,
        );
      }
    }
    if (dice.chance(10)) {
      const directive = dice.of(["include", "skip"]);
      fields.push(`${this.#name()}: id @${directive}(if: ${this.#use(() => ({ type: "Boolean!", ...plain(dice.chance(50)) }))})`);
    }
    const selection = fields.join(" ");
    if (dice.chance(10)) {
      const name = `F${this.#names++}`;
      this.#fragments.push(`fragment ${name} on ${entity.name} { ${selection} }`);
      return `{ ...${name} }`;
    }
    return dice.chance(10) ? `{ ... on Node { id } ... on ${entity.name} { ${selection} } }` : `{ ${selection} }`;
  }

  #listArguments(entity: EntityModel): string {
    const dice = this.#dice;
    const parts = [
      ...(dice.chance(50) ? [`filter: ${this.#use(() => this.#filter(entity, 2))}`] : []),
      ...(dice.chance(50) ? [`orderBy: ${this.#use(() => this.#order(entity))}`] : []),
      ...(dice.chance(40) ? [`${dice.of(["first", "last"])}: ${this.#use(() => ({ type: "Int", ...plain(dice.below(5)) }))}`] : []),
    ];
    return parts.length === 0 ? "" : `(${parts.join(", ")})`;
  }

  #order(entity: EntityModel): Value {
    const items = Array.from({ length: this.#dice.below(4) }, () => this.#orderItem(entity, 2));
    return { type: `[${entity.name}Order!]`, literal: list(items.map(({ literal }) => literal)), json: items.map(({ json }) => json) };
  }

  #orderItem(entity: EntityModel, depth: number): { readonly literal: string; readonly json: unknown } {
    const columns = entity.columns.filter(({ kind, target }) => kind !== "texts" && (target === undefined || depth > 0));
    const column = this.#dice.of(columns);
    const inner = column.target === undefined ? enumValue(this.#dice.of(["ASC", "DESC"])) : this.#orderItem(column.target, depth - 1);
    return { literal: `{ ${column.name}: ${inner.literal} }`, json: { [column.name]: inner.json } };
  }

  #filter(entity: EntityModel, depth: number): Value {
    const dice = this.#dice;
    const parts: [string, { readonly literal: string; readonly json: unknown }][] = [];
    for (const column of entity.columns) {
      if (!dice.chance(12)) continue;
      if (column.target === undefined || column.kind === "entry") parts.push([column.name, this.#operators(entity, column)]);
      else if (depth > 0)
        parts.push([column.name, dice.chance(25) ? object([["isNull", plain(dice.chance(50))]]) : this.#filter(column.target, depth - 1)]);
    }
    if (dice.chance(10)) parts.push(["id", object([[dice.of(["eq", "ne"]), text(this.#id(entity, true))]])]);
    if (depth > 0) {
      for (const inverse of entity.inverses) {
        if (dice.chance(10))
          parts.push([inverse.name, object([[dice.of(["some", "every", "none"]), this.#filter(inverse.entity, depth - 1)]])]);
      }
      if (dice.chance(15)) parts.push(["not", this.#filter(entity, depth - 1)]);
      for (const word of ["and", "or"]) {
        if (!dice.chance(12)) continue;
        const items = Array.from({ length: 1 + dice.below(2) }, () => this.#filter(entity, depth - 1));
        parts.push([word, { literal: list(items.map(({ literal }) => literal)), json: items.map(({ json }) => json) }]);
      }
    }
    return { type: `${entity.name}Filter`, ...object(parts) };
  }

  #operators(entity: EntityModel, column: ColumnModel): { readonly literal: string; readonly json: unknown } {
    const dice = this.#dice;
    const values = this.#tables[entity.name]!.map((row) => this.#asGiven(column, row)).filter((value) => value !== undefined);
    const value = values.length === 0 ? undefined : dice.of(values);
    if (column.kind === "texts") return object([["has", text(dice.of(["甲", "民生", "a", '"']))]]);
    if (value === undefined || dice.chance(15)) return object([["isNull", plain(dice.chance(50))]]);
    const type = typeName(column);
    const one = (): Value => ({ type, ...dice.of(values) });
    const several = (): Value => {
      const items = Array.from({ length: dice.below(3) }, () => dice.of(values));
      return { type: `[${type}!]`, literal: list(items.map(({ literal }) => literal)), json: items.map(({ json }) => json) };
    };
    const equality = ["eq", "ne", "in", "notIn"];
    const names =
      column.kind === "boolean"
        ? ["eq", "ne"]
        : ["choice", "stage", "entry"].includes(column.kind)
          ? equality
          : [...equality, "lt", "lte", "gt", "gte"];
    if (column.kind === "text" && dice.chance(25)) {
      const search = (): Value => ({ type, ...text(dice.of(SEARCHES)) });
      return object([["search", this.#open ? { literal: this.#use(search), json: undefined } : search()]]);
    }
    const operator = column.kind === "text" && dice.chance(30) ? dice.of(["contains", "startsWith"]) : dice.of(names);
    const make = operator === "in" || operator === "notIn" ? several : one;
    if (this.#open) return object([[operator, { literal: this.#use(make), json: undefined }]]);
    return object([[operator, make()]]);
  }

  #asGiven(column: ColumnModel, row: Row): { readonly literal: string; readonly json: unknown } | undefined {
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

  #aggregates(name: string, entity: EntityModel): string {
    const dice = this.#dice;
    const dimensions = entity.columns.filter(({ kind }) => !["text", "texts", "money", "decimal", "percent"].includes(kind));
    const chosen = dice.some(dimensions, 20).slice(0, 3);
    const groupBy = chosen.map((column) => {
      const name = column.name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
      const periods = column.kind === "yearMonth" ? ["YEAR", "QUARTER", "MONTH"] : ["YEAR", "QUARTER", "MONTH", "DAY"];
      const by = ["date", "yearMonth", "dateTime"].includes(column.kind) && dice.chance(70) ? dice.of(periods) : undefined;
      return by === undefined
        ? { literal: `{ dimension: ${name} }`, json: { dimension: name } }
        : { literal: `{ dimension: ${name}, by: ${by} }`, json: { dimension: name, by } };
    });
    const parts = [
      ...(dice.chance(50) ? [`filter: ${this.#use(() => this.#filter(entity, 2))}`] : []),
      ...(chosen.length === 0
        ? []
        : [
            `groupBy: ${this.#use(() => ({ type: `[${entity.name}GroupBy!]`, literal: list(groupBy.map(({ literal }) => literal)), json: groupBy.map(({ json }) => json) }))}`,
          ]),
    ];
    const keys = chosen.map((column) =>
      column.target === undefined || column.kind === "entry" ? column.name : `${column.name} ${this.#object(column.target, 1)}`,
    );
    const measures = entity.columns
      .filter(({ kind }) => ["money", "integer", "decimal", "percent"].includes(kind))
      .filter(() => dice.chance(50))
      .map(({ name }) => `${name} { ${dice.some(["sum", "avg", "min", "max"], 60).concat("sum").join(" ")} }`);
    const key = keys.length === 0 ? "" : `key { ${keys.join(" ")} }`;
    return `${name}${parts.length === 0 ? "" : `(${parts.join(", ")})`} { ${key} count ${measures.join(" ")} }`;
  }

  #id(entity: EntityModel, known = false): string {
    const row = this.#dice.of(this.#tables[entity.name]!);
    if (known || this.#dice.chance(80)) return `${entity.name}:${row.id}`;
    return `${entity.name}:00000000-0000-4000-8000-000000000000`;
  }

  #name(): string {
    return `a${this.#names++}`;
  }

  /** Writes a value as it stands, or makes a variable of it, with another value for the second run. */
  #use(make: () => Value): string {
    const outer = this.#open;
    const lifted = outer && this.#dice.chance(40);
    this.#open = outer && !lifted;
    const value = make();
    if (!lifted) {
      this.#open = outer;
      return value.literal;
    }
    const name = `v${this.#names++}`;
    this.#variables[name] = { type: value.type, json: [value.json, make().json] };
    this.#open = outer;
    return `$${name}`;
  }
}

function typeName({ kind, declared }: ColumnModel): string {
  switch (kind) {
    case "integer":
      return "Int";
    case "boolean":
      return "Boolean";
    case "money":
    case "decimal":
    case "percent":
      return "Decimal";
    case "date":
      return "Date";
    case "yearMonth":
      return "YearMonth";
    case "dateTime":
      return "DateTime";
    case "choice":
    case "stage":
      return declared.choices?.name ?? declared.lifecycle!.name;
    default:
      return "String";
  }
}

function text(value: string): { readonly literal: string; readonly json: unknown } {
  return { literal: JSON.stringify(value), json: value };
}

function plain(value: unknown): { readonly literal: string; readonly json: unknown } {
  return { literal: String(value), json: value };
}

function enumValue(name: string): { readonly literal: string; readonly json: unknown } {
  return { literal: name, json: name };
}

function list(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}

function object(parts: readonly (readonly [string, { readonly literal: string; readonly json: unknown }])[]): {
  readonly literal: string;
  readonly json: unknown;
} {
  return {
    literal: `{ ${parts.map(([name, { literal }]) => `${name}: ${literal}`).join(", ")} }`,
    json: Object.fromEntries(parts.map(([name, { json }]) => [name, json])),
  };
}
