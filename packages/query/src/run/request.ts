import type { ReadPool } from "@xianmai/database";
import type { Clock, Language, Viewer } from "@xianmai/plugin-api";

/** Who asks, when, and in which language: what every operation is run with. */
export interface RequestContext {
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly language: Language;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
  /** Where a query reads, for one that shares its snapshot with others; the executor's own pool unless given. */
  readonly readPool?: ReadPool;
}
