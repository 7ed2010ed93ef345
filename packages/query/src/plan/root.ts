import type { EntityModel } from "@xianmai/plugin-api/model";
import type { FieldNode, GraphQLField } from "graphql";

import type { Answer, PathPattern, Writer } from "../run/answer.ts";
import { DEFAULT_PAGE, LARGEST_PAGE } from "../schema/connections.ts";
import { parseGlobalId } from "../schema/global-id.ts";
import { meaningOf } from "../schema/meaning.ts";
import { aggregates } from "./aggregate.ts";
import { Compilation, type AddedUse, type Question } from "./compilation.ts";
import { connection } from "./connection.ts";
import { InputError } from "./input-error.ts";
import { writeFound, type Lookup } from "./found.ts";
import { bareKeys, keysOf, lookupByKeys, lookupOne } from "./lookup.ts";
import { entityWriter } from "./objects.ts";
import type { PlanReads } from "./reads.ts";
import type { AskedRoot } from "./roots.ts";
import type { Share } from "./shared-groups.ts";
import { filled, Slot } from "./slots.ts";
import { compileSql, type Compiled } from "./sql.ts";
import { stageFigures } from "./stage-figures.ts";

/** A statement of a plan. */
export interface PlannedStatement extends Compiled {
  /** The list that its rows are. */
  readonly path: PathPattern;
  /** Set where it is a statement of other root fields of the operation too. */
  readonly share?: SharedRows;
}

/** Which rows of a statement that several root fields share are a field's own. */
export interface SharedRows {
  /** The same object in the plans of all that share it. */
  readonly of: SharedStatement;
  /** The first cell of the field's rows. */
  readonly part: string;
}

/** A statement that several root fields share. */
export interface SharedStatement {
  readonly compiled: Compiled;
  /** The fields, each with the first cell of its rows and the list that these are. */
  readonly fields: readonly { readonly part: string; readonly path: PathPattern }[];
  /** How many rows it gives at most: where it gives as many, some are missing, since one field has too many. */
  readonly most: number;
}

/** The plan of one root field, or of a look-up inside an answer of somebody else's. */
export interface Plan {
  readonly statements: readonly PlannedStatement[];
  readonly added: readonly AddedUse[];
  readonly reads: PlanReads;
  /** Writes the field's value; called with an empty row. */
  readonly write: Writer;
}

/** Whether a root field is generated, and so has a plan. */
export function isPlanned(field: GraphQLField<unknown, unknown>): boolean {
  return meaningOf(field) !== undefined;
}

/**
 * Begins the plan of a generated field of `Query`.
 *
 * @param share its share in a statement with other root fields, where it has one
 * @returns what ends it, when all of these are begun
 * @throws InputError for arguments that cannot be meant
 */
export function beginRoot(question: Question, root: AskedRoot, share: Share | undefined): () => Plan {
  const compilation = new Compilation(question, share === undefined ? {} : { alias: share.groups.alias });
  const write = rootWriter(compilation, root, share);
  return () => finished(compilation, write);
}

function finished(compilation: Compilation, write: Writer): Plan {
  const statements = compilation.drafts.map((draft) => draft.share?.statement() ?? { ...compileSql(draft.build()), path: draft.path });
  return { statements, added: compilation.added, reads: compilation.reads, write };
}

function rootWriter(compilation: Compilation, { field, args, key, nodes }: AskedRoot, share: Share | undefined): Writer {
  const meaning = meaningOf(field);
  const path = [key];
  switch (meaning?.kind) {
    case "list":
      return connection(compilation, {
        entity: meaning.entity,
        args,
        nodes,
        parent: undefined,
        size: DEFAULT_PAGE,
        path,
        row: entityWriter,
      });
    case "aggregates":
      return aggregates(compilation, { entity: meaning.entity, args, nodes, parent: undefined, share, path, row: entityWriter });
    case "stages":
      return stageFigures(compilation, { entity: meaning.entity, args, nodes, path });
    case "one":
      return firstRow(lookupOne(compilation, meaning.entity, args, nodes, path));
    case "node":
      return nodeWriter(compilation, args["id"], nodes, path);
    case "nodes":
      return nodesWriter(compilation, args["ids"], nodes, path);
    default:
      throw new Error(`${field.name} is no generated root field.`);
  }
}

function firstRow({ statement, write }: Lookup): Writer {
  return (_row, answer) => {
    const [row] = answer.rows(statement);
    if (row === undefined) answer.write("null");
    else write(row, answer);
  };
}

function nodeWriter(compilation: Compilation, source: unknown, nodes: readonly FieldNode[], path: readonly string[]): Writer {
  const lookups = lookupsFor(compilation, source, [source], nodes, path);
  return (_row, answer) => writeNode(answer, filled(source, answer.variables), lookups);
}

function nodesWriter(compilation: Compilation, source: unknown, nodes: readonly FieldNode[], path: readonly string[]): Writer {
  const lookups = lookupsFor(compilation, source, Array.isArray(source) ? source : [source], nodes, [...path, null]);
  return (_row, answer) => {
    const ids = filled(source, answer.variables) as readonly unknown[];
    if (ids.length > LARGEST_PAGE) {
      throw new InputError(
        `nodes 要取 ${ids.length} 条：至多 ${LARGEST_PAGE} 条，请分批。`,
        `nodes asks for ${ids.length} rows: at most ${LARGEST_PAGE}, ask in portions.`,
      );
    }
    answer.list(ids.length, path, (at) => writeNode(answer, ids[at], lookups));
  };
}

/** One look-up for each entity that the ids name; an id that names none reads null. */
function lookupsFor(
  compilation: Compilation,
  source: unknown,
  items: readonly unknown[],
  nodes: readonly FieldNode[],
  path: readonly (string | null)[],
): ReadonlyMap<string, Lookup> {
  const names = new Set(items.flatMap((item) => (item instanceof Slot ? item.entities : (parseGlobalId(String(item))?.entity ?? []))));
  const lookups = new Map<string, Lookup>();
  for (const entity of compilation.types.model.entities) {
    if (!names.has(entity.name)) continue;
    lookups.set(entity.name, lookupByKeys(compilation, entity, keysOf(entity, source), nodes, path));
  }
  return lookups;
}

function writeNode(answer: Answer, id: unknown, lookups: ReadonlyMap<string, Lookup>): void {
  const parsed = parseGlobalId(String(id));
  const lookup = parsed === undefined ? undefined : lookups.get(parsed.entity);
  if (parsed === undefined || lookup === undefined) answer.write("null");
  else writeFound(answer, lookup, parsed.uuid);
}

/** The name under which a look-up's keys stand among the variables; no variable can have it. */
export const KEYS = "keys of a look-up";

/** Plans the look-up of rows that a resolver has answered with. Its answer is a list in the order of the keys, null for what is not there. */
export function planLookup(question: Question, entity: EntityModel, nodes: readonly FieldNode[]): Plan {
  const compilation = new Compilation(question, { isWalked: true });
  const source = new Slot([KEYS], []);
  const lookup = lookupByKeys(compilation, entity, bareKeys(source), nodes, [null]);
  return finished(compilation, (_row, answer) => {
    const keys = answer.variables[KEYS] as readonly string[];
    answer.list(keys.length, [null], (at) => writeFound(answer, lookup, keys[at] ?? ""));
  });
}
