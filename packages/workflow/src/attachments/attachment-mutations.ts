import type { Problem } from "@xianmai/plugin-api";
import { columnOf, type EntityModel } from "@xianmai/plugin-api/model";
import {
  globalId,
  lockedRow,
  permissionDenied,
  rowMutationField,
  subjectRow,
  VERSION_FIELD,
  type EntityTypes,
  type Outcome,
  type RunningMutation,
} from "@xianmai/query";
import { GraphQLID, GraphQLNonNull, GraphQLString, type GraphQLFieldConfigMap } from "graphql";

import { attach } from "./attach.ts";
import { fieldUnknown } from "./attachment-problems.ts";

/** The mutations of attachments: whoever may change a record attaches files to it, and takes them off. */
export function attachmentMutations(types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { entity } = types.of("Attachment");
  const id = { type: new GraphQLNonNull(GraphQLID), description: "全局标识 Global id" };
  const required = (description: string) => ({ type: new GraphQLNonNull(GraphQLString), description });
  return {
    attachFile: rowMutationField(
      { types, entity, name: "attachFile", label: { zh: "把上传的文件关联到一条记录", en: "Attach an uploaded file to a record" } },
      {
        fields: {
          subject: { ...id, description: "记录的全局标识 Global id of the record" },
          field: required("记录的文件字段，如 proof The record's field of files, such as proof"),
          upload: required("上传的编号，或 /uploads/ 给出的地址 The upload: its id, or the address that /uploads/ gave"),
          name: { type: GraphQLString, description: "文件名；省略则用上传时的 The file's name; that of the upload unless given" },
          note: { type: GraphQLString, description: "说明 A note" },
        },
        change: async (running) => attachFile(types, entity, running),
      },
    ),
    detachFile: rowMutationField(
      {
        types,
        entity,
        name: "detachFile",
        label: { zh: "从记录移除一个文件（历史中仍保留）", en: "Take a file off its record; history keeps it" },
      },
      {
        removes: true,
        fields: { id, ifVersion: VERSION_FIELD },
        change: async (running) => detachFile(types, entity, running),
      },
    ),
  };
}

async function attachFile(types: EntityTypes, entity: EntityModel, running: RunningMutation): Promise<Outcome> {
  const { client, context, given } = running;
  const at = ["input", "subject"];
  const found = await subjectRow(client, columnOf(entity, "subject"), at, String(given["subject"]));
  if ("problem" in found) return { problems: [found.problem] };
  const { entity: subject, id } = found.row;
  const denied = changeDenied(types, subject, running);
  if (denied !== undefined) return { problems: [denied] };
  const locked = await lockedRow(context.em, client, subject, { id: globalId(subject.name, id) });
  if ("problem" in locked) return { problems: [{ ...locked.problem, path: at }] };
  const field = String(given["field"]);
  const files = subject.files.find(({ name }) => name === field);
  if (files === undefined) return { problems: [fieldUnknown(subject, field)] };
  const note = textIn(given["note"])?.trim();
  const attached = await attach(running, {
    subject: { entity: subject, id },
    files,
    upload: String(given["upload"]),
    name: textIn(given["name"]),
    note: note === "" ? undefined : note,
    path: ["input", "upload"],
    namePath: ["input", textIn(given["name"]) === undefined ? "upload" : "name"],
  });
  return "problem" in attached ? { problems: [attached.problem] } : { row: attached.row, problems: [] };
}

async function detachFile(types: EntityTypes, entity: EntityModel, { client, context, given }: RunningMutation): Promise<Outcome> {
  const found = await lockedRow(context.em, client, entity, given);
  if ("problem" in found) return { problems: [found.problem] };
  const subject = columnOf(entity, "subject").subject?.entities.find(({ name }) => name === found.row["subjectType"]);
  const denied = subject === undefined ? undefined : changeDenied(types, subject, { context });
  if (denied !== undefined) return { problems: [denied] };
  context.em.remove(found.row);
  return { problems: [] };
}

/** What a record has is changed by whoever may change the record itself, where that takes a permission. */
function changeDenied({ model }: EntityTypes, subject: EntityModel, { context }: Pick<RunningMutation, "context">): Problem | undefined {
  const permission = subject.entity.definition.head.update;
  if (permission === undefined || context.viewer.may(permission)) return undefined;
  const label = model.plugins.map(({ permissions }) => permissions[permission]).find((one) => one !== undefined);
  return permissionDenied(permission, label);
}

function textIn(given: unknown): string | undefined {
  return typeof given === "string" ? given : undefined;
}
