import { asOf, momentAt, settingsOf, type ReadPool } from "@xianmai/database";
import { Refusal, type Clock, type Label, type Sheet, type Viewer } from "@xianmai/plugin-api";
import { entityOf, type Model } from "@xianmai/plugin-api/model";
import type { Executor } from "@xianmai/query";
import { exportSheet, type ExportedSheet } from "@xianmai/sheets";

import { snapshotPool } from "./answers/snapshot-pool.ts";
import { asOfTime } from "./as-of-time.ts";
import { filteredRows } from "./filtered-rows.ts";

/** What declared sheets are exported from. */
export interface SheetExportParts {
  readonly model: Model;
  readonly readPool: ReadPool;
  readonly clock: Clock;
  /** The label of the invented data that was loaded, where it was. */
  readonly demo: Label | undefined;
  /** Finds the rows that a filter means. */
  readonly executor: Executor;
}

/** Whose rows are exported, and as they were when. */
export interface SheetExportRequest {
  readonly sheet: string;
  readonly viewer: Viewer;
  /** A day or a moment; the present unless given. */
  readonly asOf?: string | undefined;
  /** Which rows, as the API filters them, in JSON; all unless given. */
  readonly filter?: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Exports a declared sheet in one snapshot. The connection is free again when this resolves: whoever takes the file may take their time.
 *
 * @throws Refusal SHEET_UNKNOWN, AS_OF_INVALID, EXPORT_FILTER_INVALID, MOMENT_IN_FUTURE, MOMENT_BEFORE_RECORDS, and those of `exportSheet`
 */
export async function exportDeclaredSheet(
  { model, readPool, clock, demo, executor }: SheetExportParts,
  { sheet: name, viewer, asOf: text, filter, signal }: SheetExportRequest,
): Promise<ExportedSheet> {
  const sheet = sheetNamed(model, name);
  const at = text === undefined ? undefined : asOfTime(text, clock);
  const pool = at === undefined ? readPool : asOf(readPool, await momentAt(readPool, at));
  const settings = { ...settingsOf(viewer), timeZone: clock.timeZone };
  return pool.session(
    settings,
    async (session) => {
      const context = {
        viewer,
        clock,
        language: "zh",
        readPool: snapshotPool(pool, session),
        ...(signal === undefined ? {} : { signal }),
      } as const;
      const entity = entityOf(model, sheet.entity.definition.name);
      const only = filter === undefined ? undefined : await filteredRows(executor, entity, filter, context);
      return exportSheet({ model, sheet, client: session.client, clock, at, demo, only, signal });
    },
    signal,
  );
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
