import type { ClientBase } from "pg";

import { MIGRATION_LOCK } from "../migrations/migrate.ts";
import { connected } from "../postgres/connect.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { differences, figuresNow, readLayouts, settle } from "./figures.ts";
import type { Figure } from "./manifest.ts";
import { beginMoment, type FeedMoment } from "./moment.ts";
import type { WalRange } from "./wal.ts";

/** The end of a copy, and what the cluster held there. */
export interface EndOfCopy extends WalRange {
  /** Everything that it sees is in the copy. */
  readonly moment: FeedMoment;
  /** What the tables held at that moment. */
  readonly tables: Readonly<Record<string, Figure>>;
}

/**
 * Ends a copy between two moments, one right before it and one right after. What the earlier one sees is in the copy, however many write
 * meanwhile: which of a table's rows those are is told by their stamps. A table without stamps is told of only when both moments saw it alike.
 *
 * @param client the session that began the copy
 * @param settings the superuser's connection, to the platform's database
 */
export async function endOfCopy(client: ClientBase, settings: ConnectionSettings): Promise<EndOfCopy> {
  return connected(settings, async (before) =>
    connected(settings, async (after) => {
      await settle(before);
      await settle(after);
      // no table changes its columns until its rows are counted
      await before.query("select pg_advisory_lock_shared($1)", [MIGRATION_LOCK]);
      const moment = await beginMoment(before);
      const { rows } = await client.query<Omit<WalRange, "segmentSize"> & { readonly segmentSize: string }>(
        `select labelfile as label, lsn::text as stop, (select setting from pg_settings where name = 'wal_segment_size') as "segmentSize"
         from pg_backup_stop(false)`,
      );
      await beginMoment(after);
      const end = rows[0];
      if (end === undefined) throw new Error("PostgreSQL did not say where the backup ends.");
      const layouts = await readLayouts(before);
      const tables = await figuresNow(before, layouts);
      const plain = layouts.filter(({ kind }) => kind === "plain");
      const later = await figuresNow(after, plain);
      for (const table of differences(later, tables)) delete tables[table];
      return { ...end, segmentSize: BigInt(end.segmentSize), moment, tables };
    }),
  );
}
