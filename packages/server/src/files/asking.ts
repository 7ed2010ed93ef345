import type { IncomingMessage, ServerResponse } from "node:http";

import { Refusal, type Label, type Viewer } from "@xianmai/plugin-api";

import { viewerIn } from "../access/named-viewer.ts";
import type { Viewers } from "../access/viewers.ts";
import { refuse } from "../transport/refuse.ts";

/** What says that somebody has to wait, and nobody has to change anything. */
const LATER: readonly string[] = ["DATABASE_UNAVAILABLE", "SERVER_BUSY"];

/** Who asks; `undefined` where the request has been answered, since it names nobody that there is. */
export async function viewerOf(viewers: Viewers, request: IncomingMessage, response: ServerResponse): Promise<Viewer | undefined> {
  try {
    return await viewers.of(viewerIn(request));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(request, response, LATER.includes(error.code) ? 503 : 400, wordsOf(error));
    return undefined;
  }
}

/** A refusal in both languages. */
export function wordsOf(refusal: Refusal): Label {
  return { zh: refusal.in("zh"), en: refusal.in("en") };
}
