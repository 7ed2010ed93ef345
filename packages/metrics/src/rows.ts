import type { AskedMetric } from "./asked-metric.ts";
import { within } from "./conditions.ts";
import { measuresOf, type MeasureModel } from "./metric-model.ts";
import { wrongCursor, wrongPage } from "./refusals.ts";
import { reference, selectCounted, sourcesOf, type Builder } from "./tables.ts";
import { countedRows } from "./totals.ts";

/** Rows of a page unless `first` says otherwise, and at most. */
export const ROWS = { usual: 100, most: 1000 } as const;

/** A row behind a figure; the executor reads it as it is selected. */
export interface CountedRow {
  readonly id: string;
  readonly __typename: string;
}

/** A page of the rows behind a figure. */
export interface CountedRows {
  readonly totalCount: number;
  readonly from: number;
  readonly rows: readonly CountedRow[];
}

/** The measures that count rows of one entity by one link: a row that several of them count stands in the list once. */
type Counting = readonly [MeasureModel, ...MeasureModel[]];

/**
 * The rows that a figure was counted from, in the order of its measures, then of their lists.
 *
 * @throws InputError for a page that is none
 */
export async function rowsBehind(
  asked: AskedMetric,
  { first, after }: { readonly first: number; readonly after: string | undefined },
): Promise<CountedRows> {
  if (first < 0 || first > ROWS.most) throw wrongPage(first, ROWS.most);
  const from = after === undefined ? 0 : positionIn(after);
  const rows: CountedRow[] = [];
  let before = 0;
  for (const measures of countings(asked)) {
    const count = await countOf(asked, measures);
    const skip = Math.max(0, from - before);
    if (rows.length < first && skip < count) rows.push(...(await pageOf(asked, measures, skip, first - rows.length)));
    before += count;
  }
  return { totalCount: before, from, rows };
}

/** How many rows a figure was counted from. */
export async function rowCount(asked: AskedMetric): Promise<number> {
  let sum = 0;
  for (const measures of countings(asked)) sum += await countOf(asked, measures);
  return sum;
}

/** The cursor of the row at a position. */
export function cursorAt(position: number): string {
  return Buffer.from(`row ${position}`).toString("base64url");
}

function positionIn(cursor: string): number {
  const position = /^row (\d{1,9})$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  if (position === undefined) throw wrongCursor(cursor);
  return Number(position) + 1;
}

function countings({ model }: AskedMetric): readonly Counting[] {
  const [first, second] = measuresOf(model.formula);
  if (first === undefined) return [];
  if (second === undefined) return [[first]];
  return first.counted === second.counted && first.link === second.link ? [[first, second]] : [[first], [second]];
}

function select({ model, among, window, db }: AskedMetric, [first, ...others]: Counting) {
  return selectCounted(db(), model, first).where((build: Builder) =>
    build.or(
      [first, ...others].map((measure) =>
        build.and([...countedRows(build, { metric: model, measure, among }), ...within(build, model, measure, window)]),
      ),
    ),
  );
}

async function countOf(asked: AskedMetric, measures: Counting): Promise<number> {
  const found = await select(asked, measures)
    .select((build) => build.fn.countAll<bigint>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(found.count);
}

async function pageOf(asked: AskedMetric, measures: Counting, skip: number, limit: number): Promise<readonly CountedRow[]> {
  const [{ counted: entity }] = measures;
  const { counted } = sourcesOf(asked.model.entity, measures[0]);
  const ordered = entity.order.reduce(
    (query, column) =>
      query.orderBy(reference(counted, column), (order) => (column.kind === "text" ? order.collate("C") : order).asc().nullsLast()),
    select(asked, measures).select(`${counted}.id as id`),
  );
  const found = await ordered.orderBy(`${counted}.id`).limit(limit).offset(skip).execute();
  return found.map(({ id }) => ({ id: String(id), __typename: entity.name }));
}
