import type { AuditReport, Finding } from "@xianmai/database";
import { bilingual, type Label } from "@xianmai/plugin-api";

import { findingText } from "./finding-text.ts";
import type { Names } from "./names.ts";
import { noticeText } from "./notice-text.ts";

const mostShown = 50;

/** What a verification came to, as a person reads it: how much was looked at, what is worth knowing, then what is wrong and where. */
export function reportText(report: AuditReport, names: Names, time: (at: string) => string): string {
  const { findings, findingCount, notices } = report;
  return [
    ...summary(report, time),
    ...(notices.length === 0 ? [] : ["  记录在案 On record:", ...notices.map((notice) => `    ${noticeText(notice, names, time)}`)]),
    ...(findingCount === 0 ? [] : [`  ${findingCount} 处不符 findings:`]),
    ...findings.slice(0, mostShown).flatMap((finding, at) => numbered(finding, at, names, time)),
    ...(findingCount > mostShown ? [`  … 另有 ${findingCount - mostShown} 处 more`] : []),
    bilingual(verdict(report)),
    "",
  ].join("\n");
}

function summary(
  { seals, head, anchor, versions, changes, lost, forgotten, unsealed }: AuditReport,
  time: (at: string) => string,
): readonly string[] {
  return [
    head === undefined
      ? "审计 Audit: 尚无封存 no seals yet"
      : `审计 Audit: ${seals} 个封存 seals · 最新 newest #${head.number} ${time(head.at)} · ${head.root}`,
    `  行的版本 Versions: ${versions}${lost === 0 ? "" : ` · 随表删除 gone with their tables: ${lost}`} · 变更 Changes: ${changes}${forgotten === 0 ? "" : ` · 已清理 forgotten: ${forgotten}`}`,
    `  锚定 Anchored: ${anchor.last === undefined ? "（无 none）" : `#${anchor.last.number} ${time(anchor.last.at)}`}`,
    ...(unsealed.changes === 0
      ? []
      : [
          `  尚未封存 Not sealed yet: ${unsealed.changes} · 最早的在 ${unsealed.seconds.toFixed(0)} 秒前 the oldest ${unsealed.seconds.toFixed(0)} s ago`,
        ]),
  ];
}

function numbered(finding: Finding, at: number, names: Names, time: (at: string) => string): readonly string[] {
  const { zh, en } = findingText(finding, names, time);
  return [`  ${at + 1}. ${zh}  [${finding.code}]`, `     ${en}`];
}

function verdict({ findingCount, head, unsealed }: AuditReport): Label {
  if (findingCount > 0)
    return {
      zh: "✗ 所存的与所封存的不符：请保留现场（数据库、审计密钥和锚定文件各存一份），再查明原因。",
      en: "What is stored is not what was sealed: keep things as they are (a copy of the database, of the audit's key and anchor), then find out why.",
    };
  if (head === undefined) return { zh: "✓ 没有可校验的封存。", en: "There is no seal to check." };
  return unsealed.changes === 0
    ? { zh: "✓ 全部与封存一致。", en: "Everything is as it was sealed." }
    : { zh: "✓ 已封存的全部一致。", en: "Whatever is sealed is as it was." };
}
