import type { Language } from "@xianmai/plugin-api";

import type { SheetNote, SheetProblem } from "./outcome.ts";

/** A problem as one line for people: `重点项目!K12 总投资“abc”：……`. */
export function describeProblem(problem: SheetProblem, language: Language): string {
  const at = problem.cell === undefined ? `${problem.sheet}!${problem.row}` : `${problem.sheet}!${problem.cell}`;
  return language === "zh"
    ? `${at} ${problem.column}：${problem.reason.zh}。${problem.remedy.zh}`
    : `${at} ${problem.column}: ${problem.reason.en}. ${problem.remedy.en}`;
}

/** A note as one line for people. */
export function describeNote(note: SheetNote, language: Language): string {
  const at = note.row === undefined ? note.sheet : `${note.sheet}!${note.row}`;
  if (at === "") return note.text[language];
  return language === "zh" ? `${at}：${note.text.zh}` : `${at}: ${note.text.en}`;
}
