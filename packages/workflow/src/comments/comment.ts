import { column, entity, type Entity } from "@xianmai/plugin-api";

import type { Surroundings } from "../parts/surroundings.ts";

/** A comment (批注): what somebody has to say on any record. Who sees the record sees it, who may change the record may write one. */
export function commentEntity({ subjects, people }: Surroundings): Entity<"Comment"> {
  class Comment extends entity(
    "Comment",
    { zh: "批注", en: "Comment", title: "text", order: "writtenAt", scope: "subject" },
    {
      subject: column.subject({ zh: "所批注的记录", en: "What it is about", type: "subjectType", of: () => subjects, inverse: "comments" }),
      subjectType: column.text({ zh: "记录类型", en: "Type of what it is about" }),
      text: column.text({ zh: "内容", en: "Text" }),
      author: column.reference(() => people.entity, { zh: "作者", en: "Author", optional: true, inverse: "writtenComments" }),
      writtenAt: column.dateTime({ zh: "写于", en: "Written at" }),
      editedAt: column.dateTime({ zh: "修改于", en: "Edited at", optional: true }),
    },
  ) {}
  return Comment;
}
