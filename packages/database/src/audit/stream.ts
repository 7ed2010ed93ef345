import type { ClientBase } from "pg";

import { textRows, type Cells } from "./session.ts";

/** Things that come one after the other, where one can look at the next without taking it. */
export interface Stream<Item> {
  peek(): Promise<Item | undefined>;
  next(): Promise<Item | undefined>;
}

/** The rows of a query; it lives until it is closed, or the transaction ends. */
export interface RowStream<Item> extends Stream<Item> {
  close(): Promise<void>;
}

/** Things that are there already. */
export function streamOf<Item>(items: readonly Item[]): Stream<Item> {
  let at = 0;
  return {
    peek: () => Promise.resolve(items[at]),
    next: () => Promise.resolve(items[at++]),
  };
}

/**
 * Opens the rows of a query, of which some at a time are in memory, however many there are.
 *
 * @param name of the cursor, its own within the transaction
 * @param batch how many at a time; fewer where rows are large
 */
export async function openStream<Item>(
  client: ClientBase,
  name: string,
  sql: string,
  read: (cells: Cells) => Item,
  batch = 1000,
): Promise<RowStream<Item>> {
  await client.query(`declare ${name} no scroll cursor for ${sql}`);
  let rows: readonly Cells[] = [];
  let at = 0;
  let more = true;
  let current: Item | undefined;
  const peek = async (): Promise<Item | undefined> => {
    if (current !== undefined) return current;
    if (at === rows.length && more) {
      rows = await textRows(client, `fetch ${batch} from ${name}`);
      at = 0;
      more = rows.length === batch;
    }
    const cells = rows[at];
    if (cells === undefined) return undefined;
    at += 1;
    current = read(cells);
    return current;
  };
  return {
    peek,
    next: async () => {
      const item = current ?? (await peek());
      current = undefined;
      return item;
    },
    close: async () => void (await client.query(`close ${name}`)),
  };
}

/** Takes items as long as they fit. */
export async function takeWhile<Item>(stream: Stream<Item>, fits: (item: Item) => boolean): Promise<readonly Item[]> {
  const taken: Item[] = [];
  for (let item = await stream.peek(); item !== undefined && fits(item); item = await stream.peek()) {
    taken.push(item);
    await stream.next();
  }
  return taken;
}
