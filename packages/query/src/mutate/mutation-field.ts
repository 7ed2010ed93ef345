import type { Context, Label, Problem } from "@xianmai/plugin-api";
import { upperFirst, type ColumnModel, type EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLFieldConfig,
  type GraphQLInputFieldConfigMap,
} from "graphql";
import type { ClientBase } from "pg";

import type { Access } from "../run/access.ts";
import { scopeIn } from "../run/resolver-scope.ts";
import { Again, Undone } from "../run/mutation-scope.ts";
import { about, both } from "../schema/describe.ts";
import type { EntityTypes } from "../schema/entity-types.ts";
import { carrying } from "../schema/meaning.ts";
import { columnInput } from "./input-types.ts";
import { keyed, KEY_FIELD } from "./keyed.ts";
import { lockedRow, VERSION_FIELD } from "./locked-row.ts";
import type { Change, ManagedRow } from "./mutation-work.ts";
import { permissionDenied } from "./problems.ts";
import { rowValues } from "./row-values.ts";
import { problemOf, wasGivenUp } from "./violations.ts";

/** A mutation of one row of an entity. */
export interface RowMutation {
  readonly types: EntityTypes;
  readonly entity: EntityModel;
  /** The field's name: `startProject`. Input and payload are named after it. */
  readonly name: string;
  readonly label: Label;
  /** Who may; none for everyone who may write the row. */
  readonly permission?: string | undefined;
  /** The columns that the input carries. */
  readonly takes: readonly ColumnModel[];
  /** What else the input carries. */
  readonly input?: GraphQLInputFieldConfigMap;
  /** What is done to the row before the columns that the input carries are assigned to it; nothing unless given. */
  readonly change?: Change;
}

/**
 * Makes a mutation of one row: `input { id … }`, a payload with the row and `problems`, one transaction with a unit of work; the payload is
 * read after COMMIT, in a new snapshot.
 */
export function mutationField(mutation: RowMutation): GraphQLFieldConfig<unknown, unknown> {
  const { types, entity, takes, input = {} } = mutation;
  return rowMutationField(mutation, {
    fields: {
      id: { type: new GraphQLNonNull(GraphQLID), description: both("全局标识", "Global id") },
      ifVersion: VERSION_FIELD,
      ...Object.fromEntries(takes.map((column) => [column.name, columnInput(types, column, false)])),
      ...input,
    },
    change: async (running) => {
      const { client, context, given } = running;
      const row = await lockedRow(context.em, client, entity, given);
      if ("problem" in row) return { problems: [row.problem] };
      const { values, problems } = await rowValues(types.model, client, takes, given, { today: context.clock.today(), row: row.row });
      const refused = problems.length > 0 ? problems : await changed(mutation, running, row.row, values);
      if (refused.length > 0) return { problems: refused };
      Object.assign(row.row, values);
      return { row: row.row, problems: [] };
    },
  });
}

async function changed(
  { entity, change }: RowMutation,
  { client, context, given, afterCommit }: RunningMutation,
  row: ManagedRow,
  taken: Readonly<Record<string, unknown>>,
): Promise<readonly Problem[]> {
  return change === undefined ? [] : change({ entity, context, client, row, taken, input: given, afterCommit });
}

/** A mutation while its transaction runs. */
export interface RunningMutation {
  readonly client: ClientBase;
  readonly context: Context;
  /** The input as GraphQL read it. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Has something done once all is committed; it must not fail. */
  readonly afterCommit: (work: () => Promise<void>) => void;
}

/** What came of a mutation: the row that the payload shows, where there is one, and what is wrong, which undoes all of it. */
export interface Outcome {
  readonly row?: { readonly id: string };
  readonly problems: readonly Problem[];
}

/** The input of a mutation, and what it does. */
export interface MutationBody {
  readonly fields: GraphQLInputFieldConfigMap;
  /** Whether it removes its row: what still refers to the row is then what is wrong. */
  readonly removes?: boolean;
  readonly change: (running: RunningMutation) => Promise<Outcome>;
}

/** Makes a mutation with an input and a payload of its own out of what it does. */
export function rowMutationField(
  mutation: Omit<RowMutation, "takes" | "input" | "change">,
  body: MutationBody,
): GraphQLFieldConfig<unknown, unknown> {
  const { types, entity, name, label, permission } = mutation;
  const typeName = upperFirst(name);
  const extensions = carrying({ plugin: entity.plugin });
  const one = entity.names.one;
  const payload = (context: Context, row: { readonly id: string } | undefined, problems: readonly Problem[]): object => ({
    [one]: row === undefined ? null : { id: row.id },
    problems: problems.map(({ code, path, message }) => ({ code, path, message: message[context.language] })),
  });
  return {
    type: new GraphQLNonNull(
      new GraphQLObjectType({
        name: `${typeName}Payload`,
        description: about(label, "的结果。", ": what came of it."),
        extensions,
        fields: {
          [one]: { type: types.of(entity).object, description: about(entity.label, "；未成功时为空", "; null where it did not succeed") },
          problems: {
            type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(types.problem))),
            description: both("未成功的原因；成功则为空列表", "Why it did not succeed; empty where it did"),
          },
        },
      }),
    ),
    description: about(label, "。", "."),
    args: {
      input: {
        type: new GraphQLNonNull(
          new GraphQLInputObjectType({
            name: `${typeName}Input`,
            description: about(label, "的输入；省略的字段不变，null 清空。", ": its input. What is left out stays, null clears."),
            fields: { ...body.fields, idempotencyKey: KEY_FIELD },
            extensions,
          }),
        ),
        description: both("输入", "The input"),
      },
    },
    resolve: async (_source, args: Readonly<Record<string, unknown>>, resolverContext) => {
      const context = resolverContext as Context;
      const mutationScope = scopeIn(context)?.mutation;
      const client = mutationScope?.client;
      if (mutationScope === undefined || client === undefined) throw new Error(`${name} was run outside an executor's mutation.`);
      if (permission !== undefined && !context.viewer.may(permission)) {
        return payload(context, undefined, [permissionDenied(permission, labelOf(types, permission))]);
      }
      const failed = (problems: readonly Problem[]): object => payload(context, undefined, problems);
      const given = args["input"] as Readonly<Record<string, unknown>>;
      const known = await keyed(client, context.viewer, name, given);
      if (known.kind === "refused") throw new Undone(() => Promise.resolve(failed([known.problem])));
      if (known.kind === "done") return payload(context, known.shown === undefined ? undefined : { id: known.shown }, []);
      const { row, problems } = await attempt(
        async () => {
          const outcome = await body.change({ client, context, given, afterCommit: (work) => mutationScope.afterCommit(work) });
          if (outcome.problems.length === 0) {
            await context.em.flush();
            if (known.kind === "claimed") await known.settle(outcome.row?.id);
          }
          return outcome;
        },
        async (error, access) => {
          const problem = await problemOf(error, { model: types.model, entity, removes: body.removes === true, given }, access);
          return problem === undefined ? undefined : failed([problem]);
        },
      );
      if (problems.length > 0) throw new Undone(() => Promise.resolve(failed(problems)));
      return payload(context, row, []);
    },
  };
}

/** Does something in the transaction. An error undoes it; `explain` may make an answer of it afterwards. What PostgreSQL gives up is done anew. */
async function attempt<Done>(
  work: () => Promise<Done>,
  explain: (error: unknown, access: Access) => Promise<object | undefined>,
): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    // what is generated does nothing but write, so that it can be done anew
    if (wasGivenUp(error)) throw new Again(error);
    throw new Undone(async (access) => {
      const answer = await explain(error, access);
      if (answer === undefined) throw error;
      return answer;
    });
  }
}

function labelOf({ model }: EntityTypes, permission: string): Label | undefined {
  return model.plugins.map(({ permissions }) => permissions[permission]).find((found) => found !== undefined);
}
