import { createClient } from "graphql-ws";

import { waitAfter } from "./backoff.ts";
import { createPause } from "./pause.ts";

const beat = 10_000;
const silence = 5000;

/** How one subscription is followed; `field` is its root field, whose values carry a `cursor`. */
export interface FollowingOptions<Event> {
  readonly endpoint: string;
  readonly document: string;
  readonly field: string;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onConnected: () => void;
  readonly onDisconnected: () => void;
  readonly onEvent: (event: Event) => void;
}

/**
 * Follows a subscription over graphql-ws for ever: each connection goes on after the last cursor seen, a connection that has gone silent is closed
 * after 15 s (a browser that slept does not learn that its socket is dead), a lost one is made again after a wait that grows.
 *
 * @returns the function that skips the present wait
 */
export function keepFollowing<Event extends { readonly cursor: string }>(options: FollowingOptions<Event>): () => void {
  const { random, signal, onConnected, onDisconnected, onEvent } = options;
  const pause = createPause();
  let cursor: string | null = null;
  let failures = 0;

  const followOnce = async (): Promise<void> => {
    const client = connect(options.endpoint, () => {
      failures = 0;
      onConnected();
    });
    const dispose = (): void => void client.dispose();
    signal.addEventListener("abort", dispose);
    try {
      const results = client.iterate<Record<string, Event>>({ query: options.document, variables: { after: cursor } });
      for await (const { data, errors } of results) {
        if (errors !== undefined) break;
        const event = data?.[options.field];
        if (event === undefined) continue;
        cursor = event.cursor;
        onEvent(event);
      }
    } catch {
      // whatever ended it, the remedy is the same: connect again
    } finally {
      signal.removeEventListener("abort", dispose);
      dispose();
    }
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await followOnce();
      failures += 1;
      if (signal.aborted) return;
      onDisconnected();
      await pause.wait(waitAfter(failures, random));
    }
  };

  signal.addEventListener("abort", pause.skip);
  void loop();
  return pause.skip;
}

function connect(endpoint: string, onConnected: () => void): ReturnType<typeof createClient> {
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: endpoint,
    retryAttempts: 0,
    keepAlive: beat,
    connectionAckWaitTimeout: beat,
    on: {
      connected: onConnected,
      ping: (received) => {
        if (!received) deadline = setTimeout(() => client.terminate(), silence);
      },
      pong: (received) => {
        if (received) clearTimeout(deadline);
      },
      closed: () => clearTimeout(deadline),
    },
  });
  return client;
}
