import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { Answer, PathPattern, Row, Writer } from "../run/answer.ts";
import { changedBy, placeOf, type Changes } from "./changed-by.ts";
import { cellOf } from "./cells.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import type { Source } from "./draft.ts";
import { revisionsSql, TERM } from "./revisions-sql.ts";
import { cellWriter, constant, objectWriter } from "./writers.ts";

/** The revisions of some dictionaries. */
export interface RevisionsRequest {
  /** The dictionaries. */
  readonly source: Source;
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
  /** Plans what is selected of an official. */
  readonly row: RowPlanner;
}

/**
 * Plans the revisions of dictionaries, or the number or the time of the present one: one statement for all of them, which has a row for each change,
 * by revision. It depends on the dictionaries and their entries, since what is past stays as it is.
 */
export function dictionaryRevisions(
  compilation: Compilation,
  shows: "number" | "at" | "all",
  { source, nodes, path, row }: RevisionsRequest,
): Writer {
  const { dictionaries } = compilation.types.model;
  if (dictionaries === undefined) throw new Error("There are no dictionaries.");
  const own = source.id();
  compilation.reads.children(dictionaries.entry, { statement: source.draft.index, cell: own });
  const alias = compilation.alias();
  const draft = compilation.draft(sql`(${revisionsSql(dictionaries, source.keys)}) as ${sql.id(alias)}`, path);
  draft.cell("key", () => sql.id(alias, "dictionary"));
  draft.sort(...["dictionary", "number", "place", "code", "nth"].map((name) => sql.id(alias, name)));
  const changes: Changes = { compilation, draft, alias, row };
  const number = placeOf(changes, "number");
  if (shows !== "all") {
    const cell = shows === "number" ? number : placeOf(changes, "at", cellOf({ kind: "dateTime" }).select);
    const write = cellWriter(cell, shows === "number" ? (text) => text : cellOf({ kind: "dateTime" }).json);
    return (parent, answer) => {
      const { until } = answer.rowsOf(draft.index, parent[own] ?? "");
      write(answer.rows(draft.index)[until - 1] ?? [], answer);
    };
  }
  const write = revisionWriter(changes, dictionaries.dictionary.name, nodes, [...path, null]);
  return (parent, answer) => {
    const { from, until } = answer.rowsOf(draft.index, parent[own] ?? "");
    const revisions = grouped(answer.rows(draft.index).slice(from, until), number);
    answer.list(revisions.length, path, (at) => {
      write(revisions[at] ?? [], answer);
    });
  };
}

/** Writes something of a revision: the rows are its changes. */
type RevisionWriter = (rows: readonly Row[], answer: Answer) => void;

/** Rows that stand together by the value of a cell. */
function grouped(rows: readonly Row[], cell: number): readonly (readonly Row[])[] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]?.[cell] === row[cell]) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

function revisionWriter(changes: Changes, dictionary: string, nodes: readonly FieldNode[], path: PathPattern): RevisionWriter {
  const type = changes.compilation.object(`${dictionary}Revision`);
  const fields = [...changes.compilation.selection(type, nodes)].map(([key, selected], at) => ({
    before: `${at === 0 ? "{" : ","}${JSON.stringify(key)}:`,
    write: revisionPart(changes, dictionary, selected, [...path, key]),
  }));
  return (rows, answer) => {
    for (const { before, write } of fields) {
      answer.write(before);
      write(rows, answer);
    }
    answer.write(fields.length === 0 ? "{}" : "}");
  };
}

function revisionPart(changes: Changes, dictionary: string, nodes: readonly FieldNode[], path: PathPattern): RevisionWriter {
  switch (nodes[0]?.name.value) {
    case "number":
      return ofFirst(cellWriter(placeOf(changes, "number"), (text) => text));
    case "at": {
      const { select, json } = cellOf({ kind: "dateTime" });
      return ofFirst(cellWriter(placeOf(changes, "at", select), json));
    }
    case "origin":
      return ofFirst(cellWriter(placeOf(changes, "origin"), cellOf({ kind: "text" }).json));
    case "by":
      return ofFirst(changedBy(changes, nodes, path));
    case "changes": {
      const write = changeWriter(changes, dictionary, nodes);
      return (rows, answer) => {
        answer.list(rows.length, path, (at) => {
          write(rows[at] ?? [], answer);
        });
      };
    }
    default:
      return ofFirst(constant(JSON.stringify(`${dictionary}Revision`)));
  }
}

/** What all changes of a revision have in common. */
function ofFirst(write: Writer): RevisionWriter {
  return ([first], answer) => {
    write(first ?? [], answer);
  };
}

function changeWriter(changes: Changes, dictionary: string, nodes: readonly FieldNode[]): Writer {
  const { compilation } = changes;
  const type = compilation.object(`${dictionary}Change`);
  return objectWriter(
    [...compilation.selection(type, nodes)].map(([key, selected]): [string, Writer] => {
      switch (selected[0]?.name.value) {
        case "kind":
          return [key, cellWriter(placeOf(changes, "kind"), cellOf({ kind: "choice" }).json)];
        case "code":
          return [key, cellWriter(placeOf(changes, "code"), cellOf({ kind: "text" }).json)];
        case "before":
          return [key, termWriter(changes, "before", `${dictionary}Term`, selected)];
        case "after":
          return [key, termWriter(changes, "after", `${dictionary}Term`, selected)];
        default:
          return [key, constant(JSON.stringify(type.name))];
      }
    }),
  );
}

function termWriter(changes: Changes, side: "before" | "after", name: string, nodes: readonly FieldNode[]): Writer {
  const { compilation } = changes;
  const code = placeOf(changes, `${side}_code`);
  const write = objectWriter(
    [...compilation.selection(compilation.object(name), nodes)].map(([key, selected]): [string, Writer] => {
      const part = TERM.find((one) => one.name === selected[0]?.name.value);
      if (part === undefined) return [key, constant(JSON.stringify(name))];
      const { select, json } = cellOf(part);
      return [key, cellWriter(placeOf(changes, `${side}_${part.name}`, select), json)];
    }),
  );
  return (row, answer) => {
    if (row[code] === null) answer.write("null");
    else write(row, answer);
  };
}
