import type { ExecutionResult } from "graphql";

/**
 * The one result of an operation as an iterator. Ended before it has come, it aborts the operation and gives nothing.
 *
 * @param run begins the operation, when its result is first asked for
 */
export function onlyResult(run: (signal: AbortSignal) => Promise<ExecutionResult>): AsyncIterableIterator<ExecutionResult> {
  const abandoned = new AbortController();
  const nothing: IteratorReturnResult<undefined> = { done: true, value: undefined };
  let begun = false;
  return {
    next: async () => {
      if (begun || abandoned.signal.aborted) return nothing;
      begun = true;
      const value = await run(abandoned.signal);
      return abandoned.signal.aborted ? nothing : { done: false, value };
    },
    return: () => {
      abandoned.abort();
      return Promise.resolve(nothing);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
