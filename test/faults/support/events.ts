import { createClient } from "graphql-ws";
import { expect } from "vitest";

import type { Server } from "./server.ts";

/** A frame of `projectStarted`. */
export interface Started {
  readonly cursor: string;
  readonly gap: boolean;
  readonly project: { readonly code: string } | null;
}

/** A stock graphql-ws client that follows `projectStarted`, and keeps what it heard. */
export interface Listener {
  readonly heard: readonly Started[];
  /** The codes of the projects, in the order in which they were heard; a gap reads `gap`. */
  codes(): readonly string[];
  /** Where to go on from. */
  readonly cursor: string | undefined;
  /** Resolves once it has heard of so many starts. */
  until(count: number): Promise<void>;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const subscription = `subscription ($after: String) { projectStarted(after: $after) { cursor gap project { code } } }`;

/** Follows the events of a server from now on, or from a cursor; resolves once the server follows. */
export async function listen(server: Server, after?: string): Promise<Listener> {
  const heard: Started[] = [];
  const client = createClient({
    url: `${server.url.replace("http", "ws")}/graphql`,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
  });
  const frames = client.iterate<{ projectStarted: Started }>({ query: subscription, variables: { after } });
  const ended = (async () => {
    try {
      for await (const { data, errors } of frames) {
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        if (data !== undefined && data !== null) heard.push(data.projectStarted);
      }
    } catch (error) {
      // a killed server says nothing: the socket closes; an error is for the test to see
      if (error instanceof Error) throw error;
    }
  })();
  ended.catch(() => undefined);
  // answered behind the subscription on the same socket: by then it has been taken up
  for await (const { errors } of client.iterate({ query: "{ __typename }" })) if (errors !== undefined) break;
  return {
    heard,
    codes: () => heard.map(({ gap, project }) => (gap ? "gap" : (project?.code ?? "none"))),
    get cursor() {
      return heard.at(-1)?.cursor;
    },
    until: async (count) => {
      await expect.poll(() => heard.length, { timeout: 20_000, interval: 10 }).toBeGreaterThanOrEqual(count);
    },
    ended,
    close: async () => client.dispose(),
  };
}
