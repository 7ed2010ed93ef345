import type { Notice } from "@xianmai/database";
import type { Label } from "@xianmai/plugin-api";

import type { Names } from "./names.ts";

/** One line for what happened beside the rows. */
export function noticeText({ seal, at, happened, migrations }: Notice, names: Names, time: (at: string) => string): string {
  const where = seal === undefined ? "尚未封存 not sealed yet" : `#${seal} ${at === undefined ? "" : time(at)}`;
  if ("below" in happened) return `${where} · 变更记录按保留期清理 Change rows forgotten by the feed's retention: ${happened.changes}`;
  if (!("what" in happened)) {
    const { name, id, names: columns, actor, reason } = happened;
    const labels = columns.map((column) => `${names.column(name, column).zh} ${names.column(name, column).en}`).join("、");
    return `${where} · 遮盖 Redacted: ${names.table(name).zh} ${names.table(name).en} ${names.row(name, id)} · ${labels} · ${actor === null ? "—" : names.person(actor)} · ${reason}`;
  }
  const { zh, en } = happenedText(happened.what, happened.table, happened.column, happened.was, names);
  return `${where} · ${zh} ${en}${migrations.length === 0 ? "" : ` · ${migrations.join(", ")}`}`;
}

/** What happened to a table. */
export function happenedText(what: string, table: string, column: string | undefined, was: string | undefined, names: Names): Label {
  const { zh, en } = names.table(table);
  const own = `${en}${column === undefined ? "" : `.${column}`}`;
  const before = was === undefined ? "" : ` (${was})`;
  switch (what) {
    case "column-added":
      return { zh: `${zh}增加字段`, en: `Column added: ${own}` };
    case "column-renamed":
      return { zh: `${zh}字段改名`, en: `Column renamed: ${own}${before}` };
    case "column-retyped":
      return { zh: `${zh}字段改变类型`, en: `Column of another type: ${own}${before}` };
    case "column-dropped":
      return { zh: `${zh}删除字段`, en: `Column dropped: ${own}` };
    case "table-renamed":
      return { zh: `${zh}改名`, en: `Table renamed: ${own}${before}` };
    case "table-dropped":
      return { zh: `${zh}的表被删除`, en: `Table dropped: ${own}` };
    case "table-remade":
      return { zh: `${zh}的表被重新建立`, en: `Table made anew: ${own}` };
    case "history-dropped":
      return { zh: `${zh}的历史被删除`, en: `History dropped: ${own}` };
    default:
      return { zh: "数据库由备份恢复", en: "The database was restored from a dump" };
  }
}
