import { settingsOf, type ReadPool } from "@xianmai/database";
import type { Instant } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";
import { RawData, type RawResult } from "@xianmai/query";
import { gatherTable, readCounty, type GatheredTable, type WrittenCells } from "@xianmai/sheets";
import {
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";

import type { ServerContext } from "../../requests/context.ts";
import type { Gate } from "../../requests/gate.ts";
import type { Operation, Operations } from "../../requests/operations.ts";
import { frameOf } from "./answer-frame.ts";
import { endOf, rootOperation } from "./paged.ts";
import { queriesAlone } from "./refusals.ts";
import { rootsOf, type Root } from "./roots.ts";
import { rowsOf } from "./rows.ts";
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
