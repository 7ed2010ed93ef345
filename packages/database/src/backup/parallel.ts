/**
 * Works through a list, several at a time. When one fails no further one is begun, and those under way are waited for, so that afterwards
 * nothing goes on behind the caller's back.
 *
 * @param width how many at a time
 * @throws what the first one to fail threw; the reason of `signal` when that was aborted
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  width: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (failures.length === 0) {
      const next = left.next();
      if (next.done === true) return;
      try {
        signal.throwIfAborted();
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (failures.length > 0) throw failures[0];
}
