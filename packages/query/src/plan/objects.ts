import type { ColumnModel } from "@xianmai/plugin-api/model";
import { getArgumentValues, isNonNullType, type FieldNode, type GraphQLField } from "graphql";

import type { PathPattern, Writer } from "../run/answer.ts";
import { globalId } from "../schema/global-id.ts";
import { meaningOf } from "../schema/meaning.ts";
import { isOpen } from "../schema/objects.ts";
import { aggregates } from "./aggregate.ts";
import { addedWriter } from "./added.ts";
import { cellOf } from "./cells.ts";
import type { Compilation } from "./compilation.ts";
import { connection } from "./connection.ts";
import { dictionaryRevisions } from "./dictionary-revisions.ts";
import type { Source } from "./draft.ts";
import { stageHistory } from "./stage-history.ts";
import { subjectWriter } from "./subject.ts";
import { cellWriter, constant, objectWriter } from "./writers.ts";

type AnyField = GraphQLField<unknown, unknown>;

/** Plans what is selected of the rows of a source, and how it is written. */
export function entityWriter(compilation: Compilation, nodes: readonly FieldNode[], source: Source, path: PathPattern): Writer {
  const type = compilation.object(source.entity.name);
  const fields = type.getFields();
  return objectWriter(
    [...compilation.selection(type, nodes)].map(([key, selected]) => {
      const [node] = selected;
      const field = node === undefined ? undefined : fields[node.name.value];
      if (node === undefined || field === undefined) return [key, constant(JSON.stringify(source.entity.name))];
      return [key, fieldWriter(compilation, { field, node, nodes: selected, source, path: [...path, key] })];
    }),
  );
}

interface Selected {
  readonly field: AnyField;
  readonly node: FieldNode;
  readonly nodes: readonly FieldNode[];
  readonly source: Source;
  readonly path: PathPattern;
}

function fieldWriter(compilation: Compilation, selected: Selected): Writer {
  const { field, node, nodes, source, path } = selected;
  const meaning = meaningOf(field);
  switch (meaning?.kind) {
    case "id":
      return idWriter(source.entity.name, source.id());
    case "version":
      return cellWriter(source.version(), (text) => `"${text}"`);
    case "column": {
      const { select, json } = cellOf(meaning.column);
      return cellWriter(source.cell(meaning.column, "json", select), json);
    }
    case "reference":
      return referenceWriter(compilation, selected, meaning.column);
    case "subject":
      return subjectWriter(compilation, { source, nodes, path, row: entityWriter }, meaning.column);
    case "inverse":
    case "inverseAggregates": {
      const { entity, column, only } = meaning.inverse;
      const args = getArgumentValues(field, node, compilation.variables);
      const parent = { column, only, keys: source.keys, one: source.one, statement: source.draft.index, cell: source.id() };
      if (meaning.kind === "inverseAggregates") return aggregates(compilation, { entity, args, nodes, parent, path, row: entityWriter });
      return connection(compilation, { entity, args, nodes, parent, size: undefined, path, row: entityWriter });
    }
    case "added":
      return addedWriter(compilation, { writable: false, ...meaning, type: field.type }, source, { nodes, path });
    case "revisions":
      return dictionaryRevisions(compilation, meaning.shows, { source, nodes, path, row: entityWriter });
    case "stageHistory":
      return stageHistory(compilation, { source, nodes, path, row: entityWriter });
    default:
      throw new Error(`${source.entity.name}.${field.name} was not generated and has no place in a generated read.`);
  }
}

function idWriter(entity: string, cell: number): Writer {
  return cellWriter(cell, (uuid) => `"${globalId(entity, uuid)}"`);
}

function referenceWriter(compilation: Compilation, { field, nodes, source, path }: Selected, column: ColumnModel): Writer {
  const { target } = column;
  if (target === undefined) throw new Error(`${source.entity.name}.${column.name} is no reference.`);
  const type = compilation.object(target.name);
  const names = [...compilation.selection(type, nodes)].map(([key, [node]]) => [key, node?.name.value] as const);
  let cell: number;
  let write: Writer;
  if (isOpen(target) && names.every(([, name]) => name === "id" || name === "__typename")) {
    // the pointer itself says it all
    const pointer = source.cell(column, "raw", (value) => value);
    cell = pointer;
    write = objectWriter(
      names.map(([key, name]) => [key, name === "id" ? idWriter(target.name, pointer) : constant(JSON.stringify(target.name))]),
    );
  } else {
    const related = source.reference(column);
    cell = related.id();
    write = entityWriter(compilation, nodes, related, path);
  }
  const certain = isNonNullType(field.type);
  return (row, answer) => {
    if (row[cell] === null) {
      if (certain) throw new Error(`${source.entity.name}.${column.name} is required, but its row is missing.`);
      answer.write("null");
    } else write(row, answer);
  };
}
