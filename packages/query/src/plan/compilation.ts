import type { Field } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import { isObjectType, type FieldNode, type FragmentDefinitionNode, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import { collectSubfields } from "graphql/execution/collectFields.js";

import type { PathPattern, Writer } from "../run/answer.ts";
import type { EntityTypes } from "../schema/entity-types.ts";
import { StatementDraft, type Source } from "./draft.ts";
import { PlanReads } from "./reads.ts";
import type { Share } from "./shared-groups.ts";
import type { Sql } from "./sql.ts";

/** An added field somewhere in a selection: where its rows are found. */
export interface AddedUse {
  readonly field: Field;
  readonly statement: number;
  /** The cell of the row's key. */
  readonly id: number;
  /** The cells of the required columns, by row key. */
  readonly requires: readonly { readonly key: string; readonly cell: number; readonly read: (text: string) => unknown }[];
  /** The cell that says whether whoever asks may write the row, where that is asked. */
  readonly writable: number | undefined;
}

/** Plans what is selected of the rows of a source. */
export type RowPlanner = (compilation: Compilation, nodes: readonly FieldNode[], source: Source, path: PathPattern) => Writer;

/** What the document and the shape of its variables give to a plan. */
export interface Question {
  readonly schema: GraphQLSchema;
  readonly types: EntityTypes;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables' shape: see `slots.ts`. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Hands out aliases, each once. */
export function numberedAliases(): () => string {
  let next = 0;
  return () => `t${next++}`;
}

/** The making of one root field's plan: its statements as they come up. */
export class Compilation implements Question {
  readonly schema: GraphQLSchema;
  readonly types: EntityTypes;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly drafts: StatementDraft[] = [];
  readonly added: AddedUse[] = [];
  readonly reads = new PlanReads();
  /** Whether graphql-js walks over what is written, instead of its being the answer: it must find out what type a `Node` has. */
  readonly isWalked: boolean;
  readonly #alias: () => string;

  /** @param how `alias` hands out aliases: one for several compilations where these share a statement */
  constructor({ schema, types, fragments, variables }: Question, { isWalked = false, alias = numberedAliases() } = {}) {
    this.isWalked = isWalked;
    this.schema = schema;
    this.types = types;
    this.fragments = fragments;
    this.variables = variables;
    this.#alias = alias;
  }

  readonly alias = (entity?: EntityModel): string => {
    if (entity !== undefined) this.reads.table(entity);
    return this.#alias();
  };

  /** Begins a statement. @param share set where its rows come with those of other root fields */
  draft(from: Sql, path: PathPattern, share?: Share): StatementDraft {
    const draft = new StatementDraft(this.drafts.length, from, path, this.alias, this.reads, share);
    this.drafts.push(draft);
    return draft;
  }

  /** The object type of a name in the composed schema: composition may have copied the generated one. */
  object(name: string): GraphQLObjectType {
    const type = this.schema.getType(name);
    if (isObjectType(type)) return type;
    throw new Error(`The schema has no object type ${name}.`);
  }

  /** The fields that are selected of an object, by response key; fragments and directives are resolved. */
  selection(type: GraphQLObjectType, nodes: readonly FieldNode[]): ReadonlyMap<string, readonly FieldNode[]> {
    return collectSubfields(this.schema, this.fragments, this.variables, type, nodes);
  }
}
