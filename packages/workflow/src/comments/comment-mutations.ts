import type { Context, Problem } from "@xianmai/plugin-api";
import { columnOf, type EntityModel } from "@xianmai/plugin-api/model";
import {
  lockedRow,
  rowMutationField,
  subjectRow,
  VERSION_FIELD,
  type EntityTypes,
  type ManagedRow,
  type Outcome,
  type RunningMutation,
} from "@xianmai/query";
import { GraphQLID, GraphQLNonNull, GraphQLString, type GraphQLFieldConfigMap } from "graphql";

/** The mutations of comments: everybody changes and takes back their own; what the county role wrote without a name, that role. */
export function commentMutations(types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { entity } = types.of("Comment");
  const id = { type: new GraphQLNonNull(GraphQLID), description: "全局标识 Global id" };
  const text = { type: new GraphQLNonNull(GraphQLString), description: "内容，不能为空白 The text, not blank" };
  const field = (name: string, zh: string, en: string) => ({ types, entity, name, label: { zh, en } });
  return {
    addComment: rowMutationField(field("addComment", "批注一条记录", "Comment on a record"), {
      fields: { subject: { ...id, description: "所批注记录的全局标识 Global id of what it is about" }, text },
      change: async (running) => add(entity, running),
    }),
    editComment: rowMutationField(field("editComment", "修改自己的批注", "Edit a comment of one's own"), {
      fields: { id, ifVersion: VERSION_FIELD, text },
      change: async (running) =>
        own(entity, running, (row) => {
          const written = textOf(running);
          if (typeof written !== "string") return [written];
          row["text"] = written;
          row["editedAt"] = running.context.clock.now();
          return [];
        }),
    }),
    removeComment: rowMutationField(field("removeComment", "撤回自己的批注", "Take a comment of one's own back"), {
      removes: true,
      fields: { id, ifVersion: VERSION_FIELD },
      change: async (running) => {
        const { problems } = await own(entity, running, (row) => {
          running.context.em.remove(row);
          return [];
        });
        return { problems };
      },
    }),
  };
}

async function add(entity: EntityModel, running: RunningMutation): Promise<Outcome> {
  const { client, context, given } = running;
  const found = await subjectRow(client, columnOf(entity, "subject"), ["input", "subject"], String(given["subject"]));
  if ("problem" in found) return { problems: [found.problem] };
  const text = textOf(running);
  if (typeof text !== "string") return { problems: [text] };
  const row = context.em.create<{ readonly id: string }>(entity.entity, {
    subjectId: found.row.id,
    subjectType: found.row.entity.name,
    text,
    authorId: context.viewer.user ?? null,
    writtenAt: context.clock.now(),
    editedAt: null,
  } as never);
  context.em.persist(row);
  await context.em.flush();
  return { row, problems: [] };
}

async function own(entity: EntityModel, running: RunningMutation, change: (row: ManagedRow) => readonly Problem[]): Promise<Outcome> {
  const { client, context, given } = running;
  const found = await lockedRow(context.em, client, entity, given);
  if ("problem" in found) return { problems: [found.problem] };
  if (!isAuthor(found.row, context)) return { problems: [notTheAuthor()] };
  const problems = change(found.row);
  return problems.length > 0 ? { problems } : { row: found.row, problems: [] };
}

function isAuthor(row: ManagedRow, { viewer }: Context): boolean {
  return row["authorId"] === null ? viewer.role === "county" && viewer.user === undefined : row["authorId"] === viewer.user;
}

function textOf({ given }: RunningMutation): string | Problem {
  const text = String(given["text"]).trim();
  if (text !== "" && !text.includes("\0") && text.isWellFormed()) return text;
  return {
    code: "VALUE_INVALID",
    path: ["input", "text"],
    message: {
      zh: "批注内容为空白，或含有 NUL、残缺的字符：请填写内容。",
      en: "The text of the comment is blank, or holds the character NUL or half of a character: give a text.",
    },
  };
}

function notTheAuthor(): Problem {
  return {
    code: "NOT_THE_AUTHOR",
    path: ["input", "id"],
    message: {
      zh: "这条批注是别人写的，只有作者可以修改或撤回：请另写一条。",
      en: "Somebody else wrote this comment, and only its author can change it or take it back: write one of your own.",
    },
  };
}
