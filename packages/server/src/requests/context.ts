import type { IncomingMessage } from "node:http";

import type { EventContext, EventSource } from "@xianmai/live";
import { countyViewer, type Clock, type Label } from "@xianmai/plugin-api";
import type { RequestContext } from "@xianmai/query";

import type { PlatformContext } from "../composition/platform.ts";
import { languageOf } from "./language.ts";

/** What every resolver is given: who asks, the time, the language, the events; `db` and `em` come from the executor. */
export type ServerContext = RequestContext & EventContext & PlatformContext;

/** What is the same for all requests of a server. */
export interface Surroundings {
  readonly clock: Clock;
  /** The label of the invented data that was loaded, where it was. */
  readonly demo: Label | undefined;
  readonly events: EventSource;
}

/**
 * The context of a request. Until sign-in exists, whoever reaches this loopback server is the whole county.
 *
 * @param signal aborted when nobody waits for the answer any more
 */
export function contextOf({ clock, demo, events }: Surroundings, request: IncomingMessage, signal: AbortSignal): ServerContext {
  return { viewer: countyViewer, clock, demo, events, language: languageOf(request.headers["accept-language"]), signal };
}
