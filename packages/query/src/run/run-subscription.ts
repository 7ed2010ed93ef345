import { subscribe, type ExecutionResult } from "graphql";

import { GrowingReadSet } from "../reads/read-set.ts";
import { answerPlans } from "./answer-plans.ts";
import { localised } from "./assemble.ts";
import { readContext, resolverContext } from "./context.ts";
import { fieldContext, read, readSettings, type Engine, type Run } from "./engine.ts";
import { poolAccess, type Access } from "./access.ts";
import { withScope } from "./resolver-scope.ts";
import { Scope } from "./scope.ts";

/** Runs a subscription: the entities of each event are read as they are when it is shown, each time in a snapshot of its own. */
export async function runSubscription(engine: Engine, run: Run): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const { prepared, shape, request, given, variables } = run;
  const scope = new Scope({
    prepared,
    shape,
    variables,
    language: request.language,
    reads: () => new GrowingReadSet(),
    answer: async (runs) => {
      const readers = runs.flatMap(({ plan }) => plan.added.map(({ field }) => field));
      return read(engine, run, { pool: engine.readPool, readers, session: false }, async (access, missed) =>
        answerPlans(access, runs, fieldContext(request, access, missed)),
      );
    },
  });
  const settings = readSettings(request);
  // events come for months: nothing is held between them
  const perQuery: Access = {
    ...poolAccess(engine.readPool, settings, request.signal),
    hasClient: true,
    query: async (work) => engine.readPool.session(settings, async ({ client }) => work(client), request.signal),
  };
  const context = resolverContext(
    readContext(
      request,
      () => perQuery,
      () => undefined,
      new GrowingReadSet(),
    ),
    () => undefined,
    () => false,
  );
  const events = await subscribe({
    schema: engine.schema,
    document: prepared.document,
    ...(prepared.operation.name === undefined ? {} : { operationName: prepared.operation.name.value }),
    contextValue: withScope(context, { scope, mutation: undefined, moment: () => undefined }),
    variableValues: given,
  });
  if (!(Symbol.asyncIterator in events)) return localised(events, request.language);
  return mapped(events, (result) => localised(result, request.language));
}

/** Maps an iterator without becoming a generator: those end only after the event that they are waiting for. */
function mapped<Value>(source: AsyncGenerator<Value, void, void>, map: (value: Value) => Value): AsyncIterableIterator<Value> {
  const mapResult = (result: IteratorResult<Value, void>): IteratorResult<Value, undefined> =>
    result.done === true ? { done: true, value: undefined } : { done: false, value: map(result.value) };
  const iterator: AsyncIterableIterator<Value> = {
    next: async () => mapResult(await source.next()),
    return: async () => mapResult(await source.return()),
    throw: async (error: unknown) => mapResult(await source.throw(error)),
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
