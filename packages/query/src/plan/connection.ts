import type { EntityModel } from "@xianmai/plugin-api/model";
import type { FieldNode } from "graphql";

import type { Answer, PathPattern, Range, Writer } from "../run/answer.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import { countStatement, listStatement, type ListRequest, type ListStatement, type Parent } from "./list.ts";
import { pageOf, type Page } from "./page.ts";
import type { Cell } from "./reads.ts";
import { constant, objectWriter } from "./writers.ts";

/** A connection in a selection. */
export interface ConnectionRequest {
  readonly entity: EntityModel;
  readonly args: Readonly<Record<string, unknown>>;
  readonly nodes: readonly FieldNode[];
  /** `undefined` for a root list; otherwise also where the parents' rows have their keys. */
  readonly parent: (Parent & Cell) | undefined;
  /** Rows unless the arguments say otherwise; `undefined` for all. */
  readonly size: number | undefined;
  readonly path: PathPattern;
  /** Plans what is selected of each row. */
  readonly row: RowPlanner;
}

/** The rows of a connection that are shown, and whether the list goes on beyond them, in the direction in which it is read. */
interface Shown extends Range {
  readonly more: boolean;
}

/** Writes one field of a connection. `own` is its parent's key, `undefined` for a root list. */
type PartWriter = (shown: Shown, own: string | undefined, answer: Answer) => void;

/** Plans a connection: one statement for its rows, one more where they are counted. */
export function connection(compilation: Compilation, request: ConnectionRequest): Writer {
  const { entity, args, parent, path } = request;
  const type = compilation.object(compilation.types.of(entity).connection.name);
  const selection = [...compilation.selection(type, request.nodes)];
  const named = (...names: readonly string[]): boolean => selection.some(([, [node]]) => names.includes(node?.name.value ?? ""));
  const page = pageOf(args, request.size);
  const list: ListRequest = {
    entity,
    filter: (args["filter"] ?? undefined) as ListRequest["filter"],
    order: (args["orderBy"] ?? undefined) as ListRequest["order"],
    page,
    parent,
    peek: named("pageInfo") && (page.first ?? page.last) !== undefined,
    path,
  };
  if (parent === undefined) compilation.reads.table(entity);
  else compilation.reads.children(entity, { statement: parent.statement, cell: parent.cell });
  const rows = named("nodes", "edges", "pageInfo") ? listStatement(compilation, list) : undefined;
  const count = named("totalCount") ? countStatement(compilation, list) : undefined;
  const parts = selection.map(([key, nodes], at) => ({
    before: `${at === 0 ? "{" : ","}${JSON.stringify(key)}:`,
    write: part(compilation, { request, rows, count: count?.index, page, nodes, path: [...path, key] }),
  }));
  const end = endOf(parts);
  return (row, answer) => {
    const own = parent === undefined ? undefined : (row[parent.cell] ?? "");
    const shown = rows === undefined ? NOTHING : shownOf(rangeOf(answer, rows.draft.index, own), page);
    for (const { before, write } of parts) {
      answer.write(before);
      write(shown, own, answer);
    }
    answer.write(end);
  };
}

/** The end of an object whose fields begin with its brace; directives may leave it without any. */
function endOf(fields: readonly unknown[]): string {
  return fields.length === 0 ? "{}" : "}";
}

const NOTHING: Shown = { from: 0, until: 0, more: false };

function rangeOf(answer: Answer, statement: number, own: string | undefined): Range {
  return own === undefined ? { from: 0, until: answer.rows(statement).length } : answer.rowsOf(statement, own);
}

/** Takes away the row that was fetched only to know whether the list goes on. */
function shownOf({ from, until }: Range, { first, last }: Page): Shown {
  const extra = until - from - (first ?? last ?? Infinity);
  if (extra <= 0) return { from, until, more: false };
  return first === undefined ? { from: from + extra, until, more: true } : { from, until: until - extra, more: true };
}

interface Part {
  readonly request: ConnectionRequest;
  readonly rows: ListStatement | undefined;
  readonly count: number | undefined;
  readonly page: Page;
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
}

function part(compilation: Compilation, { request, rows, count, page, nodes, path }: Part): PartWriter {
  const name = nodes[0]?.name.value;
  if (name === "totalCount" && count !== undefined) return countWriter(count);
  if (rows !== undefined) {
    if (name === "nodes") return itemsWriter(rows, path, request.row(compilation, nodes, rows.source, [...path, null]));
    if (name === "edges") return itemsWriter(rows, path, edgeWriter(compilation, request, rows, nodes, [...path, null]));
    if (name === "pageInfo") return pageInfoWriter(compilation, rows, page, nodes);
  }
  return literally(JSON.stringify(compilation.types.of(request.entity).connection.name));
}

function literally(json: string): PartWriter {
  return (_shown, _own, answer) => {
    answer.write(json);
  };
}

function countWriter(statement: number): PartWriter {
  return (_shown, own, answer) => {
    const { from, until } = rangeOf(answer, statement, own);
    answer.write(from < until ? (answer.rows(statement)[from]?.at(-1) ?? "0") : "0");
  };
}

function itemsWriter({ draft }: ListStatement, path: PathPattern, write: Writer): PartWriter {
  return ({ from, until }, _own, answer) => {
    const rows = answer.rows(draft.index);
    answer.list(until - from, path, (at) => write(rows[from + at] ?? [], answer));
  };
}

function edgeWriter(
  compilation: Compilation,
  { entity, row }: ConnectionRequest,
  rows: ListStatement,
  nodes: readonly FieldNode[],
  path: PathPattern,
): Writer {
  const type = compilation.object(compilation.types.of(entity).edge.name);
  return objectWriter(
    [...compilation.selection(type, nodes)].map(([key, selected]): [string, Writer] => {
      const name = selected[0]?.name.value;
      if (name === "cursor") return [key, cursorWriter(rows)];
      return [key, name === "node" ? row(compilation, selected, rows.source, [...path, key]) : constant(JSON.stringify(type.name))];
    }),
  );
}

function cursorWriter({ cursors, place }: ListStatement): Writer {
  const cells = place();
  return (row, answer) => {
    answer.write(`"${cursors.write(cells.map((cell) => row[cell] ?? null))}"`);
  };
}

function pageInfoWriter(compilation: Compilation, rows: ListStatement, page: Page, nodes: readonly FieldNode[]): PartWriter {
  const type = compilation.object("PageInfo");
  const fields = [...compilation.selection(type, nodes)].map(([key, [node]], at) => ({
    before: `${at === 0 ? "{" : ","}${JSON.stringify(key)}:`,
    write: pageInfoPart(rows, page, node?.name.value, type.name),
  }));
  const end = endOf(fields);
  return (shown, own, answer) => {
    for (const { before, write } of fields) {
      answer.write(before);
      write(shown, own, answer);
    }
    answer.write(end);
  };
}

function pageInfoPart(rows: ListStatement, { first, last, after, before }: Page, name: string | undefined, type: string): PartWriter {
  const flag =
    (sure: boolean, counts: boolean): PartWriter =>
    ({ more }, _own, answer) => {
      answer.write(sure || (counts && more) ? "true" : "false");
    };
  switch (name) {
    // a cursor stands for a row, so there is one beyond it
    case "hasNextPage":
      return flag(before !== undefined, first !== undefined);
    case "hasPreviousPage":
      return flag(after !== undefined, last !== undefined);
    case "startCursor":
      return edgeCursor(rows, ({ from }) => from);
    case "endCursor":
      return edgeCursor(rows, ({ until }) => until - 1);
    default:
      return literally(JSON.stringify(type));
  }
}

function edgeCursor(rows: ListStatement, at: (shown: Shown) => number): PartWriter {
  const write = cursorWriter(rows);
  return (shown, _own, answer) => {
    const row = shown.from < shown.until ? answer.rows(rows.draft.index)[at(shown)] : undefined;
    if (row === undefined) answer.write("null");
    else write(row, answer);
  };
}
