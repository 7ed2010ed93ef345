import type { Language } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import { entityShownBy, meaningOf } from "@xianmai/query";
import type { WrittenCell, WrittenColumn } from "@xianmai/sheets";
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from "graphql";
import { collectSubfields } from "graphql/execution/collectFields.js";

import { isConnection, isRows, isThrough, namesObject, PAGE } from "./fields.ts";
import { labelOf } from "./labels.ts";
import { leafCells } from "./leaf.ts";
import { listsBeside } from "./refusals.ts";

type Collecting = Parameters<typeof collectSubfields>;

/** What the fields of an operation are found with. */
export interface Reading {
  readonly schema: GraphQLSchema;
  readonly fragments: Collecting[1];
  readonly variables: Collecting[2];
  readonly language: Language;
  /** Whether the sum of a column over rows means something, as a declared sheet says it. */
  readonly isSummed: (entity: EntityModel, column: ColumnModel) => boolean;
}

/** A value of a row: where it is found, and how it stands in its cell. */
export interface Leaf {
  /** Response keys, from the object of its level. */
  readonly path: readonly string[];
  /** The place of its column. */
  readonly at: number;
  readonly read: (value: unknown) => WrittenCell;
}

/** Objects that rows are made of, and the list inside them whose items each become a row. */
export interface Level {
  readonly leaves: Leaf[];
  list: { readonly path: readonly string[]; readonly level: Level } | undefined;
}

/** A column of a worksheet that shows an answer. */
export interface AnswerColumn extends WrittenColumn {
  readonly level: Level;
  readonly isMoney: boolean;
  /** It tells of what its row is a part. */
  readonly isPartOf: boolean;
  /** The column that tells of what a row is a part, where rows may be parts of others: only with it is the sum one that counts nothing twice. */
  readonly partOf: string | undefined;
}

/** What an answer's root field looks like as a table. */
export interface Shape {
  readonly columns: readonly AnswerColumn[];
  readonly root: Level;
}

/** Where a walk through a selection stands. */
interface Place {
  readonly level: Level;
  readonly path: readonly string[];
  readonly header: readonly string[];
  /** The entity whose figures are shown, inside an answer of sums and groups. */
  readonly figuresOf?: EntityModel | undefined;
  /** The column whose figures are shown. */
  readonly figure?: ColumnModel | undefined;
  readonly isPartOf?: boolean;
  /** Inside an object that the row refers to: its values are not the row's to sum. */
  readonly isReferred?: boolean;
}

interface Step {
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly parent: GraphQLCompositeType;
}

/**
 * The table that a root field is shown as: a row for each item of its innermost list, with what stands above repeated; objects are groups of columns.
 *
 * @throws Refusal EXPORT_LISTS_BESIDE where two lists stand beside each other: no row belongs to both
 */
export function shapeOf(reading: Reading, field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]): Shape {
  const columns: AnswerColumn[] = [];
  const root: Level = { leaves: [], list: undefined };
  const meaning = meaningOf(field);
  const figuresOf = meaning?.kind === "aggregates" ? meaning.entity : undefined;
  const walk = new Walk(reading, columns);
  walk.field(
    { level: root, path: [], header: [], figuresOf },
    { key: "", field, nodes, parent: reading.schema.getQueryType() ?? fail() },
    true,
  );
  return { columns, root };
}

function fail(): never {
  throw new Error("The schema has no type of queries.");
}

/** Fields that are about pages, or that clients add of themselves. */
const UNSHOWN: ReadonlySet<string> = new Set(["__typename", "pageInfo", "cursor"]);

class Walk {
  readonly #reading: Reading;
  readonly #columns: AnswerColumn[];

  constructor(reading: Reading, columns: AnswerColumn[]) {
    this.#reading = reading;
    this.#columns = columns;
  }

  /** One field: a list goes a level down, an object goes on, a value is a column. @param isRoot whether its own name heads no column */
  field(place: Place, step: Step, isRoot = false): void {
    const { field, key } = step;
    const type = getNamedType(field.type);
    const path = key === "" ? place.path : [...place.path, key];
    const through = key === "" || isThrough(step.parent, field);
    if (!isCompositeType(type)) {
      this.#column({ ...place, path }, step);
      return;
    }
    const inside = { ...place, path, ...figureContext(place, step), isReferred: place.isReferred === true || !through };
    if (!isListType(getNullableType(field.type))) {
      this.#selection(inside, step, type, isRoot);
      return;
    }
    if (place.level.list !== undefined)
      throw listsBeside(place.level.list.path.at(-2) ?? place.level.list.path.at(-1) ?? "", path.at(-2) ?? path.at(-1) ?? "");
    const level: Level = { leaves: [], list: undefined };
    place.level.list = { path, level };
    this.#selection({ ...inside, level, path: [], isReferred: false }, step, type, isRoot);
  }

  #selection(place: Place, { nodes }: Step, type: GraphQLCompositeType, isRoot: boolean): void {
    const connection = isConnection(type);
    // of a list itself only its rows are shown where it is the table
    const steps = this.#steps(type, nodes).filter(
      ({ key, field }) => !UNSHOWN.has(field.name) && key !== PAGE && !(isRoot && connection && !isRows(field.name)),
    );
    const [only] = steps;
    if (steps.length === 1 && only !== undefined && namesObject(type, only.field)) {
      this.#column({ ...place, path: [...place.path, only.key] }, only);
      return;
    }
    const labels = steps.map(({ field }) => labelOf(field, this.#reading.language));
    steps.forEach((step, at) => {
      const label = labels[at] ?? step.key;
      const told = labels.indexOf(label) === labels.lastIndexOf(label) ? label : `${label} (${step.key})`;
      const within = isThrough(type, step.field);
      this.field(
        { ...place, header: within ? place.header : [...place.header, told], ...partOf(place, type, step.field) },
        step,
        within && isRoot,
      );
    });
  }

  /** The fields selected of a type, those of fragments on any type that it may be among them. */
  #steps(type: GraphQLCompositeType, nodes: readonly FieldNode[]): readonly Step[] {
    const { schema, fragments, variables } = this.#reading;
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const steps = new Map<string, Step>();
    for (const parent of types) {
      for (const [key, selected] of collectSubfields(schema, fragments, variables, parent, [...nodes])) {
        const field = parent.getFields()[selected[0]?.name.value ?? ""];
        if (field !== undefined && !steps.has(key)) steps.set(key, { key, field, nodes: selected, parent });
      }
    }
    return [...steps.values()];
  }

  #column(place: Place, { field, parent }: Step): void {
    const { level, path, header, figuresOf, figure } = place;
    const meaning = meaningOf(field);
    const column = meaning?.kind === "column" ? meaning.column : figure;
    const entity = entityShownBy(parent);
    const isMoney = column?.kind === "money" || (meaning?.kind === "added" && meaning.field.type === "money");
    const { format, read } = leafCells(field.type, this.#reading.language, column?.kind === "percent");
    const isNumber = format === "decimal" || format === "integer";
    const own = meaning?.kind === "column" && entity !== undefined && place.isReferred !== true;
    const ofGroups = figuresOf !== undefined && (figure === undefined ? field.name === "count" : field.name === "sum");
    level.leaves.push({ path, at: this.#columns.length, read });
    this.#columns.push({
      header: header.length === 0 ? [labelOf(field, this.#reading.language)] : header,
      format,
      total: isNumber && (ofGroups || (own && this.#reading.isSummed(entity, meaning.column))),
      level,
      isMoney: isMoney && isNumber,
      isPartOf: place.isPartOf === true,
      partOf: own ? entity.columns.find(({ kind }) => kind === "self")?.name : undefined,
    });
  }
}

/** What is known of figures inside an answer of sums and groups. */
function figureContext({ figuresOf, figure }: Place, { field, parent }: Step): Pick<Place, "figuresOf" | "figure"> {
  const meaning = meaningOf(field);
  if (meaning?.kind === "inverseAggregates") return { figuresOf: meaning.inverse.entity, figure: undefined };
  if (figuresOf === undefined || figure !== undefined) return { figuresOf, figure };
  const isGroup = isObjectType(parent) && parent.name === `${figuresOf.name}Group`;
  return { figuresOf, figure: isGroup ? figuresOf.columns.find(({ name }) => name === field.name) : undefined };
}

function partOf(place: Place, type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): Pick<Place, "isPartOf"> {
  const meaning = meaningOf(field);
  const isOwn = meaning?.kind === "reference" && meaning.column.kind === "self" && entityShownBy(type) !== undefined;
  return { isPartOf: place.isPartOf === true || isOwn };
}
