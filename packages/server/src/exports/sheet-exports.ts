import { asOf, momentAt, settingsOf, type ReadPool } from "@xianmai/database";
import { Refusal, type Clock, type Label, type Sheet, type Viewer } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";
import { exportSheet, type ExportedSheet } from "@xianmai/sheets";

import { asOfTime } from "./as-of-time.ts";

/** What declared sheets are exported from. */
export interface SheetExportParts {
  readonly model: Model;
  readonly readPool: ReadPool;
  readonly clock: Clock;
  /** The label of the invented data that was loaded, where it was. */
  readonly demo: Label | undefined;
}

/** Whose rows are exported, and as they were when. */
export interface SheetExportRequest {
  readonly sheet: string;
  readonly viewer: Viewer;
  /** A day or a moment; the present unless given. */
  readonly asOf?: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Exports a declared sheet in one snapshot. The connection is free again when this resolves: whoever takes the file may take their time.
 *
 * @throws Refusal SHEET_UNKNOWN, AS_OF_INVALID, MOMENT_IN_FUTURE, MOMENT_BEFORE_RECORDS, and those of `exportSheet`
 */
export async function exportDeclaredSheet(
  { model, readPool, clock, demo }: SheetExportParts,
  { sheet: name, viewer, asOf: text, signal }: SheetExportRequest,
): Promise<ExportedSheet> {
  const sheet = sheetNamed(model, name);
  const at = text === undefined ? undefined : asOfTime(text, clock);
  const pool = at === undefined ? readPool : asOf(readPool, await momentAt(readPool, at));
  return pool.session(settingsOf(viewer), async ({ client }) => exportSheet({ model, sheet, client, clock, at, demo, signal }), signal);
}

/**
 * The declared sheet of a name.
 *
 * @throws Refusal SHEET_UNKNOWN, which names those that there are
 */
export function sheetNamed(model: Model, name: string): Sheet {
  const sheets = model.plugins.flatMap((plugin) => plugin.sheets);
  const found = sheets.find((sheet) => sheet.name === name);
  if (found !== undefined) return found;
  throw new Refusal(
    "SHEET_UNKNOWN",
    { zh: `没有名为 ${name} 的表。`, en: `There is no sheet named ${name}.` },
    {
      zh: `可用的表：${sheets.map((sheet) => `${sheet.name}（${sheet.label.zh}）`).join("、")}。`,
      en: `The sheets are: ${sheets.map((sheet) => `${sheet.name} (${sheet.label.en})`).join(", ")}.`,
    },
  );
}
