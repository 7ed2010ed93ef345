import type { AuditRow, AuditTransaction, AuditVersion } from "@xianmai/database";
import { bilingual, wanFromMoney } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";

import type { Names } from "./names.ts";

const operations = { I: "新建 Created", U: "修改 Changed", D: "删除 Deleted" } as const;

/** The audit of one row, newest first: when, by whom, through what, and each column that changed. */
export function historyText(
  entity: EntityModel,
  id: string,
  transactions: readonly AuditTransaction[],
  names: Names,
  time: (at: string) => string,
): string {
  return [
    `${entity.label.zh} ${entity.name} ${names.row(entity.table, id)}`,
    ...transactions.flatMap(({ at, actor, origin, rows }) =>
      rows.flatMap((row) => [
        `  ${at === undefined ? "（时间已清理 time forgotten）" : time(at)} · ${operations[row.operation]} · ${actor === null ? "—" : names.person(actor)}${origin === null ? "" : ` · ${origin}`}`,
        ...changesText(entity, row, names),
      ]),
    ),
    "",
  ].join("\n");
}

function changesText({ columns }: EntityModel, { before, after }: AuditRow, names: Names): readonly string[] {
  return columns.flatMap((column) => {
    const [was, is] = [cellText(column, before, names), cellText(column, after, names)];
    const label = `    ${bilingual(column.label)}: `;
    if (before === undefined) return is === none ? [] : [`${label}${is}`];
    if (after === undefined) return was === none ? [] : [`${label}${was}`];
    return before.cells[column.rowKey] === after.cells[column.rowKey] && was === is ? [] : [`${label}${was} → ${is}`];
  });
}

const none = "（空 none）";

function cellText(column: ColumnModel, version: AuditVersion | undefined, names: Names): string {
  if (version?.redacted.includes(column.rowKey) === true) return "（已遮盖 redacted）";
  const text = version?.cells[column.rowKey] ?? null;
  if (text === null) return none;
  if (column.target !== undefined) return names.pointed(column.target.table, text);
  switch (column.kind) {
    case "money":
      return `${wanFromMoney(BigInt(text))} 万元`;
    case "choice":
    case "stage": {
      const label = (column.declared.choices?.values ?? column.declared.lifecycle?.states)?.[text];
      return label === undefined ? text : `${bilingual(label)} (${text})`;
    }
    case "boolean":
      return text === "t" ? "是 yes" : "否 no";
    default:
      return text;
  }
}
