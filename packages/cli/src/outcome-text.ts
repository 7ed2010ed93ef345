import { bilingual } from "@xianmai/plugin-api";
import { describeNote, type ImportOutcome, type SheetChange, type SheetCreation, type SheetProblem } from "@xianmai/sheets";

const mostChanges = 20;
const mostNames = 10;

/** What an import did or would do, as a person wants to read it: the figures, what is not carried, what changes, then each problem. */
export function outcomeText(outcome: ImportOutcome): string {
  return [
    heading(outcome),
    ...ignored(outcome),
    ...created(outcome.created),
    ...outcome.notes.map((note) => `  提示 Note: ${describeNote(note, "zh")} · ${describeNote(note, "en")}`),
    ...changes(outcome.changed),
    ...problems(outcome),
    verdict(outcome),
    "",
  ].join("\n");
}

function heading({ sheet, file, rows, added, changedRows, unchanged }: ImportOutcome): string {
  return `${file} → ${sheet}\n  ${rows} 行 rows: 新增 added ${added} · 修改 changed ${changedRows} · 不变 unchanged ${unchanged}`;
}

function ignored({ ignored: headers }: ImportOutcome): readonly string[] {
  return headers.length === 0 ? [] : [`  未导入的列 Columns not imported: ${headers.join("、")}`];
}

function created(creations: readonly SheetCreation[]): readonly string[] {
  const byEntity = Map.groupBy(creations, ({ entity }) => bilingual(entity));
  return [...byEntity].map(([entity, made]) => {
    const names = made
      .slice(0, mostNames)
      .map(({ title, similarTo }) => (similarTo === undefined ? title : `${title}（近似 similar to ${similarTo}）`));
    const more = made.length > mostNames ? ` … +${made.length - mostNames}` : "";
    return `  随之新建 Created along the way: ${entity} ${made.length}: ${names.join("、")}${more}`;
  });
}

function changes(changed: readonly SheetChange[]): readonly string[] {
  if (changed.length === 0) return [];
  const shown = changed
    .slice(0, mostChanges)
    .map(({ key, title, column, before, after }) => `    ${key} ${title} · ${column}: ${shownAs(before)} → ${shownAs(after)}`);
  const more = changed.length > mostChanges ? [`    … +${changed.length - mostChanges}`] : [];
  return ["  修改 Changes:", ...shown, ...more];
}

function shownAs(text: string): string {
  return text === "" ? "（空 none）" : text;
}

function problems({ problems: found, problemCount }: ImportOutcome): readonly string[] {
  if (problemCount === 0) return [];
  const more = problemCount > found.length ? [`  … 另有 ${problemCount - found.length} 个 more`] : [];
  return [`  ${problemCount} 个问题 problems:`, ...found.map(problemText), ...more];
}

function problemText({ code, sheet, row, column, cell, value, reason, remedy }: SheetProblem, index: number): string {
  const where = [
    `工作表 sheet “${sheet}”`,
    `第 ${row} 行 row`,
    `列 column “${column}”`,
    ...(cell === undefined ? [] : [`单元格 cell ${cell}`]),
  ].join(" · ");
  return [
    `  ${index + 1}. ${where}: ${value === "" ? "（空 empty）" : `“${value}”`}  [${code}]`,
    `     原因：${reason.zh}　处理：${remedy.zh}`,
    `     Why: ${reason.en}  Do: ${remedy.en}`,
  ].join("\n");
}

function verdict({ applied, problemCount, added, changedRows }: ImportOutcome): string {
  if (problemCount > 0) return "✗ 什么都没有写入。改正后请重新导入。 Nothing was written. Correct the file and import it again.";
  if (!applied) return "✓ 检查通过，按要求没有写入。 Checked, and nothing written, as you asked.";
  if (added + changedRows === 0) return "✓ 数据与文件一致，无需写入。 The data are as the file says; nothing had to be written.";
  return "✓ 已全部写入。 All of it is written.";
}
