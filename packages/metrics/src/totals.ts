import { exact, type Exact } from "./exact.ts";
import { standing, within, type Holds } from "./conditions.ts";
import { groupValue, matching, type Among } from "./dimension.ts";
import type { DimensionModel, MeasureModel, MetricModel } from "./metric-model.ts";
import type { Window } from "./months.ts";
import { reference, selectCounted, sourcesOf, type Builder, type Database } from "./tables.ts";

/** What a measure comes to in a window. */
export interface Total {
  readonly sum: Exact;
  /** How many rows were counted. */
  readonly rows: number;
}

/** The totals of a measure for one value of a dimension, one for each window; a single group of key `undefined` without a dimension. */
export interface Group {
  /** As the table has it: a UUID, a choice, a month `2023-03`; null for none. */
  readonly key: string | null | undefined;
  readonly totals: readonly Total[];
}

/** What is asked of a measure. */
export interface TotalsRequest {
  readonly metric: MetricModel;
  readonly measure: MeasureModel;
  readonly windows: readonly Window[];
  readonly among: readonly Among[];
  readonly dimension?: DimensionModel;
}

/** What PostgreSQL may send for a key or a figure. */
type Cell = bigint | string | number | boolean | null;

/** The name of the key in the grouped rows: no column is called like that, since theirs have no capitals. */
const KEY = "Key";

/** Sums a measure for several windows at once: one statement, in the snapshot and the scope of whoever asks. */
export async function totalsOf(db: Database, request: TotalsRequest): Promise<readonly Group[]> {
  const { metric, measure, windows, dimension } = request;
  const { counted, owner } = sourcesOf(metric.entity, measure);
  const figures = selectCounted(db, metric, measure)
    .where((build) => build.and([...countedRows(build, request)]))
    .select((build) =>
      windows.flatMap((window, at) => {
        const conditions = within(build, metric, measure, window);
        const rows = build.fn.countAll<bigint>();
        const sum = measure.summed === undefined ? undefined : build.fn.sum<bigint | string | null>(reference(counted, measure.summed));
        const filter = build.and([...conditions]);
        const narrow = conditions.length > 0;
        return [
          (narrow ? rows.filterWhere(filter) : rows).as(`n${at}`),
          ...(sum === undefined ? [] : [(narrow ? sum.filterWhere(filter) : sum).as(`s${at}`)]),
        ];
      }),
    );
  const found = (await (
    dimension === undefined ? figures : figures.select((build) => groupValue(build, owner, dimension).as(KEY)).groupBy(KEY)
  ).execute()) as unknown as readonly Readonly<Record<string, Cell>>[];
  return found.map((row) => ({
    key: dimension === undefined ? undefined : keyText(row[KEY]),
    totals: windows.map((_, at) => {
      const rows = String(row[`n${at}`]);
      return { sum: exact(measure.summed === undefined ? rows : String(row[`s${at}`] ?? "0")), rows: Number(rows) };
    }),
  }));
}

/** What must hold of a row of a measure that is asked for, whatever the window. */
export function countedRows(
  build: Builder,
  { metric, measure, among }: Pick<TotalsRequest, "metric" | "measure" | "among">,
): readonly Holds[] {
  const { owner } = sourcesOf(metric.entity, measure);
  return [...standing(build, metric, measure), ...among.map((one) => matching(build, owner, one))];
}

function keyText(value: Cell | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
