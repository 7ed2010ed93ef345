import { settingsOf, type ReadPool } from "@xianmai/database";
import type { Instant, Label } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { meaningOf, RawData, type RawResult } from "@xianmai/query";
import { cutOffLine, gatherTable, PAGES, readCounty, type GatheredTable, type TableFrame, type WrittenCells } from "@xianmai/sheets";
import {
  getArgumentValues,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  Kind,
  OperationTypeNode,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { collectFields } from "graphql/execution/collectFields.js";

import type { ServerContext } from "../../requests/context.ts";
import type { Gate } from "../../requests/gate.ts";
import type { Operation, Operations } from "../../requests/operations.ts";
import { halves, labelOf } from "./labels.ts";
import { endOf, rootOperation } from "./paged.ts";
import { nothingShown, queriesAlone } from "./refusals.ts";
import { rowsOf } from "./rows.ts";
import { shapeOf, type AnswerColumn, type Reading, type Shape } from "./shape.ts";
import { snapshotPool } from "./snapshot-pool.ts";

/** What a workbook of an answer is made with. */
export interface AnswerParts {
  readonly schema: GraphQLSchema;
  readonly model: Model;
  readonly readPool: ReadPool;
  readonly operations: Operations;
  readonly gate: Gate;
}

/** The answer that a query would have had is none: its errors. */
export class AnswerFailed extends Error {
  override readonly name = "AnswerFailed";
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message ?? "no answer");
    this.errors = errors;
  }
}

/** The tables of a query's answer, one for each root field, and what their file is called. */
export interface AnswerTables {
  readonly tables: readonly GatheredTable[];
  readonly fileName: string;
}

/** Rows of a page, from the largest that the API gives: smaller where each row brings many others. */
const SIZES = [1000, 500, 200, 100, 50, 20, 10];

/**
 * Answers a query as tables. Every page of every list is read in one snapshot, through the same gate and under the same limits as any operation.
 *
 * @throws AnswerFailed with the errors that the query would have had; Refusal EXPORT_QUERY_ONLY, EXPORT_LISTS_BESIDE, EXPORT_NO_COLUMNS and those of
 * `gatherTable`
 */
export async function answerTables(parts: AnswerParts, operation: Operation, context: ServerContext): Promise<AnswerTables> {
  const { schema, gate, readPool } = parts;
  const found = getOperationAST(operation.document, operation.operationName);
  if (found === null || found === undefined) return failed(await parts.operations.execute(operation, context, "http"));
  if (found.operation !== OperationTypeNode.QUERY) throw queriesAlone();
  const refusal = gate.refusal(operation, context.viewer, context.language);
  if (refusal !== undefined) throw new AnswerFailed([refusal]);
  const { coerced, errors } = getVariableValues(schema, found.variableDefinitions ?? [], operation.variables ?? {});
  // the executor says it as it says it to everybody
  if (coerced === undefined) return failed(errors.length === 0 ? {} : await parts.operations.execute(operation, context, "http"));

  const roots = rootsOf(parts, found, operation, { coerced, context });
  const settings = { ...settingsOf(context.viewer), timeZone: context.clock.timeZone };
  const tables: GatheredTable[] = [];
  try {
    await readPool.session(
      settings,
      async (session) => {
        const county = await readCounty(session.client, parts.model);
        const shared = { ...context, readPool: snapshotPool(readPool, session) };
        for (const root of roots) {
          const frame = frameOf(root, { county, at: asOfIn(schema, found, coerced), context });
          tables.push(await gatherTable(frame, rowsOfRoot(parts, root, operation, shared), context.signal));
        }
      },
      context.signal,
    );
  } catch (error) {
    await Promise.all(tables.map(async (table) => table[Symbol.asyncDispose]()));
    throw error;
  }
  return { tables, fileName: `${found.name?.value ?? tables[0]?.frame.title ?? "export"}.xlsx` };
}

/** A root field, and the table that it is shown as. */
interface Root {
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly title: Label;
  readonly shape: Shape;
  readonly operation: OperationDefinitionNode;
  readonly coerced: Readonly<Record<string, unknown>>;
}

interface Given {
  readonly coerced: Record<string, unknown>;
  readonly context: ServerContext;
}

function rootsOf(
  { schema, model }: AnswerParts,
  operation: OperationDefinitionNode,
  { document }: Operation,
  { coerced, context }: Given,
): readonly Root[] {
  const fragments = Object.fromEntries(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  const type = schema.getQueryType();
  if (type === null || type === undefined) return [];
  const summed = summedColumns(model);
  const reading: Reading = {
    schema,
    fragments,
    variables: coerced,
    language: context.language,
    isSummed: (entity, { name }) => summed.has(`${entity.name}.${name}`),
  };
  return [...collectFields(schema, fragments, coerced, type, operation.selectionSet)].flatMap(([key, nodes]) => {
    const field = type.getFields()[nodes[0]?.name.value ?? ""];
    // of the schema itself there is nothing to hand on
    if (field === undefined) return [];
    const shape = shapeOf(reading, field, nodes);
    if (shape.columns.length === 0) throw nothingShown(key);
    const title = titleOf(model, field, nodes, coerced);
    const told = key === field.name ? title : { zh: `${title.zh}（${key}）`, en: `${title.en} (${key})` };
    return [{ key, field, nodes, title: told, shape, operation, coerced }];
  });
}

/** The columns whose sum means something, as declared sheets say it. */
function summedColumns(model: Model): ReadonlySet<string> {
  const sheets = model.plugins.flatMap((plugin) => plugin.sheets);
  return new Set(
    sheets.flatMap(({ entity, columns }) =>
      Object.entries(columns).flatMap(([name, { total }]) => (total === true ? [`${entity.definition.name}.${name}`] : [])),
    ),
  );
}

function titleOf(
  model: Model,
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
  coerced: Readonly<Record<string, unknown>>,
): Label {
  const meaning = meaningOf(field);
  if (meaning?.kind === "list" || meaning?.kind === "one") return meaning.entity.label;
  if (meaning?.kind === "aggregates") return figuresOf(meaning.entity);
  const [node] = nodes;
  const name: unknown = node === undefined ? undefined : getArgumentValues(field, node, coerced)["name"];
  const metric = model.plugins.flatMap(({ metrics }) => metrics).find((one) => one.name === name);
  if (metric !== undefined && field.name === "metric") return metric.label;
  const { zh } = halves(field.description ?? "");
  return { zh: zh === "" ? field.name : labelOf(field, "zh"), en: labelOf(field, "en") };
}

function figuresOf({ label }: EntityModel): Label {
  return { zh: `${label.zh}汇总`, en: `${label.en}: figures` };
}

interface Framing {
  readonly county: string | undefined;
  readonly at: Instant | undefined;
  readonly context: ServerContext;
}

function frameOf({ title, shape, field, nodes, coerced }: Root, { county = "", at, context }: Framing): TableFrame {
  const { language, clock, demo } = context;
  const { columns, root } = shape;
  const deepest = innermost(root);
  const part = columns.findIndex(({ isPartOf, level }) => isPartOf && level === deepest);
  const isList = root.list !== undefined;
  const wholes = wholesOf(field, nodes, coerced);
  const isWhole = ({ partOf }: AnswerColumn): boolean => partOf === undefined || part >= 0 || wholes === partOf;
  const own = title[language];
  const label = language === "zh" ? "合计" : "Total";
  const partsLabel = language === "zh" ? "合计（下级不重复计）" : "Total (parts not counted twice)";
  return {
    name: own,
    title: language === "zh" && !own.startsWith(county) ? `${county}${own}` : own,
    info: cutOffLine(at ?? clock.now(), clock.timeZone)[language],
    unit: columns.some(({ isMoney }) => isMoney) ? (language === "zh" ? "单位：万元" : "Money in 万元 (10,000 yuan)") : undefined,
    remarks: demo === undefined ? [] : [demo[language]],
    // what stands above the innermost list is repeated, and would be counted as often
    columns: columns.map((column) => ({
      header: column.header,
      format: column.format,
      total: column.total && isList && column.level === deepest && isWhole(column),
    })),
    totals: { label, ...(part < 0 ? {} : { parts: { column: part, label: partsLabel } }) },
    pages: PAGES[language],
  };
}

/** The column by which a list leaves out what is part of something: `filter: { parent: { isNull: true } }`. */
function wholesOf(
  field: GraphQLField<unknown, unknown>,
  [node]: readonly FieldNode[],
  coerced: Readonly<Record<string, unknown>>,
): string | undefined {
  const { filter } = node === undefined ? {} : getArgumentValues(field, node, coerced);
  return Object.entries(Object(filter) as Readonly<Record<string, unknown>>).find(
    ([, condition]) => (Object(condition) as { readonly isNull?: boolean }).isNull === true,
  )?.[0];
}

function innermost(level: Shape["root"]): Shape["root"] {
  return level.list === undefined ? level : innermost(level.list.level);
}

async function* rowsOfRoot(parts: AnswerParts, root: Root, asked: Operation, context: ServerContext): AsyncGenerator<WrittenCells> {
  const { key, field, nodes, shape, operation, coerced } = root;
  const { page, isPaged } = rootOperation(asked, operation, field, nodes, coerced);
  const size = isPaged ? sizeOf(parts, context, (rows) => page(undefined, rows)) : 0;
  let after: string | undefined;
  do {
    const value = dataOf(await parts.operations.execute(page(after, size), context, "http"))[key];
    yield* rowsOf(shape.root, value, shape.columns.length);
    after = isPaged ? endOf(value) : undefined;
  } while (after !== undefined);
}

/** The largest page that the limits let pass; the smallest is asked for, and refused, where none does. */
function sizeOf({ gate }: AnswerParts, { viewer, language }: ServerContext, page: (size: number) => Operation): number {
  return SIZES.find((size) => gate.refusal(page(size), viewer, language) === undefined) ?? SIZES.at(-1) ?? 1;
}

function dataOf(result: ExecutionResult | RawResult): Readonly<Record<string, unknown>> {
  if (result.errors !== undefined && result.errors.length > 0) throw new AnswerFailed(result.errors);
  const { data } = result;
  return Object(data instanceof RawData ? data.toJSON() : data) as Readonly<Record<string, unknown>>;
}

/** The errors of an answer of which nothing is shown. */
function failed(result: ExecutionResult | RawResult | object): never {
  throw new AnswerFailed("errors" in result ? (result.errors as readonly GraphQLError[]) : []);
}

/** The time that `@asOf` names. */
function asOfIn(schema: GraphQLSchema, operation: OperationDefinitionNode, coerced: Record<string, unknown>): Instant | undefined {
  const directive = schema.getDirective("asOf");
  const given = directive === null || directive === undefined ? undefined : getDirectiveValues(directive, operation, coerced);
  return (given?.["at"] ?? undefined) as Instant | undefined;
}
