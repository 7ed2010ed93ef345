import { createReadPool, createWritePool } from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import { countyViewer } from "@xianmai/plugin-api";
import { createExecutor, createOrm } from "@xianmai/query";
import type { ExportedSheet } from "@xianmai/sheets";

import { findViewer } from "../access/viewers.ts";
import type { Composition } from "../composition/compose.ts";
import { clockFor, loadedDataSet } from "../demo/data-set.ts";
import { exportDeclaredSheet, type SheetExportRequest } from "./sheet-exports.ts";

/** Exports declared sheets without a server. */
export interface Exporter extends AsyncDisposable {
  /**
   * Exports a sheet for a viewer, as people write it (`role=township; units=130726100`); for the county where it names none.
   *
   * @throws Refusal VIEWER_INVALID, VIEWER_UNKNOWN, and those of `exportDeclaredSheet`
   */
  export(request: Omit<SheetExportRequest, "viewer"> & { readonly viewer?: string | undefined }): Promise<ExportedSheet>;
}

/** Opens an exporter on a database that is migrated already. */
export async function openExporter(
  { model, plugins, timeZone, schema, types }: Composition,
  { app }: Pick<Postgres, "app">,
): Promise<Exporter> {
  await using undo = new AsyncDisposableStack();
  // what a filter means is looked up beside the rows
  const readPool = createReadPool(app, { size: 2 });
  undo.defer(async () => readPool.close());
  // nothing is written: an executor has one to lend
  const writePool = createWritePool(app, { size: 1 });
  undo.defer(async () => writePool.close());
  const orm = createOrm({ model, app });
  undo.defer(async () => orm.close());
  const executor = createExecutor({ schema, types, readPool, writePool, orm });
  const readAll: Parameters<typeof loadedDataSet>[0] = async (statements) => readPool.batch({ role: "xm_all" }, statements);
  const dataSet = await loadedDataSet(readAll);
  const parts = { model, readPool, executor, clock: clockFor(dataSet, timeZone), demo: dataSet?.label };
  const opened = undo.move();
  return {
    export: async ({ viewer, ...request }) => {
      const found = viewer === undefined ? countyViewer : await findViewer({ model, plugins, readAll }, viewer);
      return exportDeclaredSheet(parts, { ...request, viewer: found });
    },
    [Symbol.asyncDispose]: async () => opened.disposeAsync(),
  };
}
