import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";
import { Decimal } from "@xianmai/plugin-api";
import { buildSchema, execute, isObjectType, printSchema, type DocumentNode, type ExecutionResult, type GraphQLSchema } from "graphql";

import { bytes, compareValues, millionths } from "./compare.ts";
import { fulfils } from "./filter.ts";
import type { Row, Tables } from "./rows.ts";

type Args = Readonly<Record<string, unknown>>;
type Order = readonly Readonly<Record<string, unknown>>[];

/** Answers operations by graphql-js over rows in memory: what the engine must answer too. */
export function oracleOf(
  model: Model,
  schema: GraphQLSchema,
  tables: Tables,
): (document: DocumentNode, variables: Args) => Promise<ExecutionResult> {
  const plain = buildSchema(printSchema(schema));
  for (const type of Object.values(plain.getTypeMap())) {
    if (type.name === "Decimal" || type.name === "Date" || type.name === "DateTime" || type.name === "YearMonth") {
      Object.assign(type, { serialize: (value: unknown) => value, parseValue: (value: unknown) => value });
    }
    const entity = model.entities.find(({ name }) => name === type.name);
    if (entity !== undefined && isObjectType(type)) resolveEntity(type.getFields(), entity, tables);
  }
  const query = plain.getQueryType()!.getFields();
  for (const entity of model.entities) {
    query[entity.names.many]!.resolve = (_source, args: Args) => connection(tables, entity, tables[entity.name]!, args, 100);
    query[entity.names.aggregates]!.resolve = (_source, args: Args) => aggregates(tables, entity, tables[entity.name]!, args);
    query[entity.names.one]!.resolve = (_source, args: Args) =>
      tables[entity.name]!.find((row) =>
        Object.entries(args).every(([name, value]) => (name === "id" ? value === globalId(entity, row) : row[name] === value)),
      ) ?? null;
  }
  const find = (id: string): unknown =>
    model.entities.flatMap((entity) =>
      tables[entity.name]!.filter((row) => globalId(entity, row) === id).map((row) => ({ ...row, __typename: entity.name })),
    )[0] ?? null;
  query["node"]!.resolve = (_source, args: Args) => find(String(args["id"]));
  query["nodes"]!.resolve = (_source, args: Args) => (args["ids"] as string[]).map(find);
  return async (document, variableValues) => execute({ schema: plain, document, variableValues });
}

const globalId = ({ name }: EntityModel, { id }: Row): string => `${name}:${id}`;

type Fields = ReturnType<NonNullable<ReturnType<GraphQLSchema["getQueryType"]>>["getFields"]>;

function resolveEntity(fields: Fields, entity: EntityModel, tables: Tables): void {
  fields["id"]!.resolve = (row: Row) => globalId(entity, row);
  fields["version"]!.resolve = (row: Row) => row["version"];
  for (const [name, resolve] of Object.entries(added(tables)[entity.name] ?? {})) fields[name]!.resolve = resolve;
  for (const column of entity.columns) fields[column.name]!.resolve = (row: Row) => shown(tables, column, row[column.rowKey]);
  for (const inverse of entity.inverses) {
    const children = (row: Row): readonly Row[] => tables[inverse.entity.name]!.filter((child) => child[inverse.column.rowKey] === row.id);
    fields[inverse.name]!.resolve = (row: Row, args: Args) => connection(tables, inverse.entity, children(row), args, Infinity);
    fields[inverse.aggregates]!.resolve = (row: Row, args: Args) => aggregates(tables, inverse.entity, children(row), args);
  }
}

/** The fields that plugins add, each by its own words. */
function added(tables: Tables): Readonly<Record<string, Readonly<Record<string, (row: Row) => unknown>>>> {
  return {
    DictionaryEntry: { label: (row) => row["zh"] },
    Project: {
      reportCount: (row) => tables["Report"]!.filter(({ projectId }) => projectId === row.id).length,
      half: (row) => (row["totalInvestment"] === null ? null : millionths((row["totalInvestment"] as bigint) / 2n)),
      odd: ({ code }) => {
        const text = String(code);
        if (text.endsWith("2")) throw new Error("no text");
        return text.endsWith("1") ? null : JSON.stringify(text);
      },
      broken: () => fails(),
    },
    Report: {
      tally: ({ month }) => (month === "2023-02" ? 7 : fails()),
      ratio: ({ month }) => (month === "2023-01" ? "1.5" : fails()),
      billed: ({ month }) => (month === "2023-01" ? "12" : month === "2023-02" ? fails() : null),
      late: ({ month }) => (month === "2023-01" ? true : month === "2023-02" ? fails() : null),
      unmapped: () => fails(),
      refused: () => fails(),
    },
  };
}

function fails(): never {
  throw new Error("as the field's code does");
}

function shown(tables: Tables, column: ColumnModel, value: unknown): unknown {
  if (value === null) return null;
  if (column.target !== undefined) return tables[column.target.name]!.find(({ id }) => id === value);
  if (column.subject !== undefined)
    return column.subject.entities.flatMap(({ name }) =>
      tables[name]!.filter(({ id }) => id === value).map((row) => ({ ...row, __typename: name })),
    )[0];
  if (column.kind === "money") return millionths(value as bigint);
  if (column.kind === "dateTime") return new Date(Date.parse(value as string) + 8 * 3_600_000).toISOString().replace("Z", "+08:00");
  return value;
}

function connection(tables: Tables, entity: EntityModel, all: readonly Row[], args: Args, size: number): unknown {
  const filter = (args["filter"] ?? undefined) as Args | undefined;
  const rows = all
    .filter((row) => filter === undefined || fulfils(tables, entity, row, filter))
    .sort(byOrder(tables, entity, args["orderBy"] as Order | undefined));
  const last = args["last"] as number | undefined | null;
  const first = (args["first"] as number | undefined | null) ?? (last === undefined || last === null ? size : undefined);
  const nodes = first === undefined ? rows.slice(Math.max(0, rows.length - last!)) : rows.slice(0, first);
  return {
    totalCount: rows.length,
    nodes,
    edges: nodes.map((node) => ({ node })),
    pageInfo: { hasNextPage: first !== undefined && rows.length > first, hasPreviousPage: first === undefined && rows.length > last! },
  };
}

interface Criterion {
  readonly value: (row: Row) => unknown;
  readonly column: ColumnModel | undefined;
  readonly descending: boolean;
}

function byOrder(tables: Tables, entity: EntityModel, asked: Order | undefined): (a: Row, b: Row) => number {
  const criteria =
    asked === undefined || asked.length === 0
      ? own(tables, entity, (row) => row)
      : asked.map((item) => criterion(tables, entity, item, (row) => row));
  return (a, b) => {
    for (const { value, column, descending } of criteria) {
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) {
        if (x !== y) return x === null ? 1 : -1;
        continue;
      }
      const order = compareValues(column, x, y);
      if (order !== 0) return descending ? -order : order;
    }
    return bytes(a.id, b.id);
  };
}

type Follow = (row: Row) => Row | null;

function criterion(tables: Tables, entity: EntityModel, item: Readonly<Record<string, unknown>>, follow: Follow): Criterion {
  const [[name, value]] = Object.entries(item) as [[string, unknown]];
  const column = entity.columns.find((candidate) => candidate.name === name);
  if (column?.target !== undefined) return criterion(tables, column.target, value as Args, step(tables, column, follow));
  return { value: (row) => follow(row)?.[column?.rowKey ?? "id"] ?? null, column, descending: value === "DESC" };
}

function step(tables: Tables, column: ColumnModel, follow: Follow): Follow {
  return (row) => {
    const key = follow(row)?.[column.rowKey];
    return tables[column.target!.name]!.find(({ id }) => id === key) ?? null;
  };
}

function own(tables: Tables, entity: EntityModel, follow: Follow): readonly Criterion[] {
  return entity.order.flatMap((column) =>
    column.target === undefined
      ? [{ value: (row: Row) => follow(row)?.[column.rowKey] ?? null, column, descending: false }]
      : own(tables, column.target, step(tables, column, follow)),
  );
}

function aggregates(tables: Tables, entity: EntityModel, all: readonly Row[], args: Args): unknown {
  const filter = (args["filter"] ?? undefined) as Args | undefined;
  const rows = all.filter((row) => filter === undefined || fulfils(tables, entity, row, filter));
  const groupBy = (args["groupBy"] as readonly { readonly dimension: string; readonly by?: string }[] | undefined) ?? [];
  const dimensions = groupBy.map(({ dimension, by }) => ({ column: entity.columns.find(({ name }) => snake(name) === dimension)!, by }));
  const groups = new Map<string, { readonly key: readonly unknown[]; readonly rows: Row[] }>();
  if (dimensions.length === 0) groups.set("[]", { key: [], rows: [] });
  for (const row of rows) {
    const key = dimensions.map(({ column, by }) => bucket(column, row[column.rowKey], by));
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? { key, rows: [] };
    groups.set(name, group);
    group.rows.push(row);
  }
  return [...groups.values()]
    .sort((a, b) => {
      for (const [at, { column, by }] of dimensions.entries()) {
        const order = compareKeys(tables, column, by, a.key[at], b.key[at]);
        if (order !== 0) return order;
      }
      return 0;
    })
    .map((group) => ({
      count: group.rows.length,
      key: Object.fromEntries(dimensions.map(({ column }, at) => [column.name, keyShown(tables, column, group.key[at])])),
      ...Object.fromEntries(
        entity.columns.flatMap((column) => {
          const values = group.rows.map((row) => row[column.rowKey]).filter((value) => value !== null);
          return ["money", "integer", "decimal", "percent"].includes(column.kind) ? [[column.name, figures(column, values)]] : [];
        }),
      ),
    }));
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

function bucket(column: ColumnModel, value: unknown, by: string | undefined): unknown {
  if (value === null || !["date", "yearMonth", "dateTime"].includes(column.kind)) return value;
  const text =
    column.kind === "dateTime" ? new Date(Date.parse(value as string) + 8 * 3_600_000).toISOString().slice(0, 10) : (value as string);
  if (by === "YEAR") return text.slice(0, 4);
  if (by === "QUARTER") return `${text.slice(0, 4)}-Q${Math.ceil(Number(text.slice(5, 7)) / 3)}`;
  return by === "MONTH" ? text.slice(0, 7) : text;
}

function compareKeys(tables: Tables, column: ColumnModel, by: string | undefined, a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  if (column.target !== undefined) {
    const row = (key: unknown): Row => tables[column.target!.name]!.find(({ id }) => id === key)!;
    return byOrder(tables, column.target, column.kind === "entry" ? [{ position: "ASC" }, { code: "ASC" }] : undefined)(row(a), row(b));
  }
  return by === undefined ? compareValues(column, a, b) : bytes(a as string, b as string);
}

function keyShown(tables: Tables, column: ColumnModel, key: unknown): unknown {
  if (key === null || column.target === undefined) return key;
  const row = tables[column.target.name]!.find(({ id }) => id === key)!;
  return column.kind === "entry" ? row["code"] : row;
}

function figures(column: ColumnModel, values: readonly unknown[]): unknown {
  if (values.length === 0) return { sum: null, avg: null, min: null, max: null };
  const scale = new Decimal(column.kind === "money" ? "1000000" : "1");
  const numbers = values.map((value) => new Decimal(String(value)));
  const sorted = [...numbers].sort((a, b) => a.cmp(b));
  const precise = Decimal();
  precise.DP = 40;
  const sum = numbers.reduce((a, b) => a.plus(b));
  const shownAs = (value: InstanceType<typeof Decimal>): unknown => {
    return column.kind === "integer" ? Number(value.toFixed()) : precise(value.toFixed()).div(scale.toFixed()).toFixed();
  };
  return {
    sum: precise(sum.toFixed()).div(scale.toFixed()).toFixed(),
    avg: precise(sum.toFixed()).div(scale.toFixed()).div(String(values.length)).round(6, Decimal.roundHalfUp).toFixed(),
    min: shownAs(sorted[0]!),
    max: shownAs(sorted.at(-1)!),
  };
}
