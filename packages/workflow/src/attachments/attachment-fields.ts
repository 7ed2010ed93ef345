import type { Field, Id } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import { rowField } from "@xianmai/query";
import { GraphQLNonNull, GraphQLString, type GraphQLFieldConfigMap } from "graphql";

/** Where a file is read over HTTP, on the server that answers. */
export const FILES_PATH = "/files";

/** What attachments show beside their columns: `url`. */
export function attachmentFields(entity: EntityModel): GraphQLFieldConfigMap<unknown, unknown> {
  if (entity.name !== "Attachment") return {};
  const url: Field = {
    entity: entity.entity,
    name: "url",
    label: { zh: "下载地址", en: "Address" },
    type: "text",
    requires: [],
    load: async (rows: readonly { readonly id: Id<string> }[]) =>
      Promise.resolve(new Map(rows.map(({ id }) => [id, `${FILES_PATH}/${id}`]))),
  };
  return {
    url: rowField({
      field: url,
      type: new GraphQLNonNull(GraphQLString),
      description: {
        zh: "下载地址：本服务器上的路径，以查看者的身份读取",
        en: "Where its content is read: a path on this server, for whoever sees the record",
      },
    }),
  };
}
