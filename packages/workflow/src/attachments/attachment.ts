import { column, entity, fileRows, type Entity, type FileRows } from "@xianmai/plugin-api";

import type { Surroundings } from "../parts/surroundings.ts";

/** A file (附件) that belongs to a record: who sees the record sees it, who may change the record may attach one and take it off. */
export function attachmentEntity({ subjects, people }: Surroundings): { readonly entity: Entity<"Attachment">; readonly rows: FileRows } {
  class Attachment extends entity(
    "Attachment",
    { zh: "附件", en: "Attachment", title: "name", order: "uploadedAt", scope: "subject" },
    {
      subject: column.subject({
        zh: "所属记录",
        en: "Record that it belongs to",
        type: "subjectType",
        of: () => subjects.filter(({ definition }) => Object.keys(definition.files).length > 0),
        inverse: "attachments",
      }),
      subjectType: column.text({ zh: "记录类型", en: "Type of that record" }),
      field: column.text({ zh: "所属字段", en: "Field of that record" }),
      name: column.text({ zh: "文件名", en: "File name" }),
      mediaType: column.text({ zh: "文件类型（按内容）", en: "Media type, by content" }),
      bytes: column.integer({ zh: "字节数", en: "Bytes" }),
      sha256: column.text({ zh: "内容的 SHA-256", en: "SHA-256 of the content" }),
      uploadedBy: column.reference(() => people.entity, {
        zh: "上传人",
        en: "Uploaded by",
        optional: true,
        inverse: "uploadedAttachments",
      }),
      uploadedAt: column.dateTime({ zh: "上传于", en: "Uploaded at" }),
      note: column.text({ zh: "说明", en: "Note", optional: true }),
    },
  ) {}
  return { entity: Attachment, rows: fileRows(Attachment, { subject: "subject", field: "field" }) };
}
