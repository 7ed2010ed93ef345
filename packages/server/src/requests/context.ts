import type { EventContext, EventSource } from "@xianmai/live";
import type { Clock, Label, Language, Viewer } from "@xianmai/plugin-api";
import type { RequestContext } from "@xianmai/query";
import type { FilesContext, FileStorage, JobBook, JobsContext } from "@xianmai/workflow";

import type { Viewers } from "../access/viewers.ts";
import type { PlatformContext } from "../composition/platform.ts";

/** What every resolver is given: who asks, the time, the language, the events; `db` and `em` come from the executor. */
export type ServerContext = RequestContext & EventContext & PlatformContext & JobsContext & Partial<FilesContext>;

/** What is the same for all requests of a server. */
export interface Surroundings {
  readonly clock: Clock;
  /** The label of the invented data that was loaded, where it was. */
  readonly demo: Label | undefined;
  readonly events: EventSource;
  readonly viewers: Viewers;
  /** The runs of jobs. */
  readonly jobs: JobBook;
  /** Keeps the bytes of files, where any entity has some. */
  readonly files: FileStorage | undefined;
}

/** What is a request's own. */
export interface Asking {
  readonly language: Language;
  readonly viewer: Viewer;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** The context of a request. */
export function contextOf({ clock, demo, events, jobs, files }: Surroundings, { language, viewer, signal }: Asking): ServerContext {
  return { viewer, clock, demo, events, jobs, language, signal, ...(files === undefined ? {} : { files }) };
}
