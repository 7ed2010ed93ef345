import type { ReadPool, ReadSession } from "@xianmai/database";

/**
 * A pool that reads in one session, so that several operations see one state of the county. They are run one after the other, for the session's viewer.
 * What is looked up for everybody, such as which moment a time means, goes to the pool itself.
 */
export function snapshotPool(pool: ReadPool, session: ReadSession): ReadPool {
  return {
    batch: async (settings, statements, signal) => pool.batch(settings, statements, signal),
    answer: async (_, statements) => ({ results: await session.batch(statements), moment: session.moment }),
    session: async (_, work) => work(session),
    close: () => Promise.resolve(),
  };
}
