import type { ColumnModel } from "@xianmai/plugin-api/model";
import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { Answer, PathPattern, Writer } from "../run/answer.ts";
import { globalId } from "../schema/global-id.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import type { Source } from "./draft.ts";
import { lookup, writeFound } from "./found.ts";
import { cellWriter, constant, objectWriter } from "./writers.ts";

/** A subject in a selection. */
export interface SubjectRequest {
  readonly source: Source;
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
  readonly row: RowPlanner;
}

/** Writes the subject that is known by its key. */
type SubjectKeyWriter = (uuid: string, answer: Answer) => void;

/**
 * Plans a subject: a statement for each entity of which more than the key is selected, for the subjects of all rows together. The key alone is
 * written as it stands: who sees a row by the scope of its subject sees the subject.
 */
export function subjectWriter(compilation: Compilation, { source, nodes, path, row }: SubjectRequest, column: ColumnModel): Writer {
  const { subject } = column;
  if (subject === undefined) throw new Error(`${source.entity.name}.${column.name} is no subject.`);
  const [key, type] = [source.cell(column, "raw", (value) => value), source.cell(subject.type, "raw", (value) => value)];
  const keys = source.pointers(column);
  const writers = new Map<string, SubjectKeyWriter>();
  for (const entity of subject.entities) {
    const selected = [...compilation.selection(compilation.object(entity.name), nodes)];
    const fields = selected.map(([at, [node]]) => [at, node?.name.value] as const);
    if (fields.every(([, name]) => name === "id" || name === "__typename")) {
      const id = cellWriter(0, (uuid) => JSON.stringify(globalId(entity.name, uuid)));
      const write = objectWriter(fields.map(([at, name]) => [at, name === "id" ? id : constant(JSON.stringify(entity.name))]));
      writers.set(entity.name, (uuid, answer) => write([uuid], answer));
    } else {
      const found = lookup(compilation, { entity, nodes, path, row }, (alias) => sql`${sql.id(alias, "id")} in (${keys})`);
      compilation.reads.references(entity, { statement: source.draft.index, cell: key });
      writers.set(entity.name, (uuid, answer) => writeFound(answer, found, uuid));
    }
  }
  return (cells, answer) => {
    const [uuid, name] = [cells[key], cells[type]];
    const write = writers.get(name ?? "");
    if (write === undefined || uuid === null || uuid === undefined) answer.write("null");
    else if (!compilation.isWalked) write(uuid, answer);
    else {
      answer.write(`{"type":${JSON.stringify(name)},"row":`);
      write(uuid, answer);
      answer.write("}");
    }
  };
}
