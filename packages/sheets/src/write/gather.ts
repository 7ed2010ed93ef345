import { measure, type ColumnMeasure } from "./measure.ts";
import { RowStore } from "./row-store.ts";
import { rowsTooMany, textTooLong } from "./refusals.ts";
import type { TableFrame, WrittenCells } from "./table.ts";

/** A worksheet has no more rows; some are the title's and the header's. */
const MOST_ROWS = 1_048_000;
/** A cell has no more characters. */
const MOST_CHARACTERS = 32_767;

/** A table with all its rows, to be written as often as one likes; closed by whoever gathered it. */
export interface GatheredTable extends AsyncDisposable {
  readonly frame: TableFrame;
  readonly measures: readonly ColumnMeasure[];
  readonly rowCount: number;
  rows(): AsyncIterable<WrittenCells>;
}

/**
 * Takes a table's rows, and learns what its columns look like: how wide, with how many decimals, what they add up to.
 *
 * @param signal ends it with its reason when nobody waits for the table any more
 * @throws Refusal EXPORT_ROWS_TOO_MANY, EXPORT_TEXT_TOO_LONG for what Excel cannot hold, and whatever `rows` throws; nothing is left open then
 */
export async function gatherTable(
  frame: TableFrame,
  rows: AsyncIterable<WrittenCells> | Iterable<WrittenCells>,
  signal?: AbortSignal,
): Promise<GatheredTable> {
  const store = new RowStore();
  const measuring = measure(frame);
  try {
    for await (const row of rows) {
      signal?.throwIfAborted();
      if (store.count >= MOST_ROWS) throw rowsTooMany(frame, MOST_ROWS);
      const long = row.findIndex((cell) => cell !== null && cell.length > MOST_CHARACTERS);
      if (long >= 0) throw textTooLong(frame, { row, column: long, place: store.count + 1, most: MOST_CHARACTERS });
      measuring.look(row);
      await store.add(row);
    }
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
  return {
    frame,
    measures: measuring.columns(),
    rowCount: store.count,
    rows: () => store.rows(),
    [Symbol.asyncDispose]: async () => store[Symbol.asyncDispose](),
  };
}
