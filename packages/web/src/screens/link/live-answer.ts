import { buildOf, reloadIfUpgraded } from "./build.ts";
import { keepFollowing } from "./following.ts";
import { keepReading } from "./reading.ts";
import type { AnswerFailed } from "./request.ts";

/** How the page stands to the server: `live` answers and events come, `polling` answers only, `lost` neither, since the last answer. */
export type Link = "connecting" | "live" | "polling" | "lost";

/** What a page shows at one moment. `answer` is the last good one, read at `readAt` (milliseconds of this machine's clock). */
export interface LiveState<Answer, Event> {
  readonly answer: Answer | undefined;
  readonly readAt: number | undefined;
  readonly link: Link;
  readonly failure: AnswerFailed["reason"] | undefined;
  /** The latest events, the newest first. */
  readonly events: readonly Event[];
}

/** What a page reads and follows, and the machine it runs on. */
export interface LiveOptions {
  readonly document: string;
  readonly subscription: { readonly document: string; readonly field: string };
  readonly now: () => number;
  readonly random: () => number;
}

/** A live answer as React's `useSyncExternalStore` wants it; nothing is read before `start`, whose result ends it. */
export interface LiveAnswer<Answer, Event> {
  readonly state: () => LiveState<Answer, Event>;
  readonly subscribe: (listener: () => void) => () => void;
  readonly start: () => () => void;
}

/** An event of a subscription; `gap` says that events before it may be missing. */
export interface LiveEvent {
  readonly cursor: string;
  readonly gap: boolean | null;
}

const kept = 12;

/** Keeps the answer to a document true: read on load, on each event, and every 10 s; the last good one stays while the server is away. */
export function createLiveAnswer<Answer, Event extends LiveEvent>(options: LiveOptions): LiveAnswer<Answer, Event> {
  const listeners = new Set<() => void>();
  let state: LiveState<Answer, Event> = { answer: undefined, readAt: undefined, link: "connecting", failure: undefined, events: [] };
  const change = (next: Partial<LiveState<Answer, Event>>): void => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => {
      const abort = new AbortController();
      const { signal } = abort;
      const { random } = options;
      const build = buildOf(document);
      // undefined until the first attempt has come to an end
      let connected: boolean | undefined;
      let lost = false;

      const readNow = keepReading({
        endpoint: "/graphql",
        document: options.document,
        random,
        signal,
        onAnswer: (data) => {
          // the schema answers for the shape; documents and schema are checked against each other by a test
          change({ answer: data as Answer, readAt: options.now(), link: linkOf(connected), failure: undefined });
          if (!lost) return;
          lost = false;
          connectNow();
          void reloadIfUpgraded(build);
        },
        onFailure: ({ reason }) => {
          lost = true;
          change({ link: "lost", failure: reason });
        },
      });
      const connectNow = keepFollowing<Event>({
        endpoint: socketOf("/graphql"),
        document: options.subscription.document,
        field: options.subscription.field,
        random,
        signal,
        onConnected: () => {
          connected = true;
          readNow();
        },
        onDisconnected: () => {
          connected = false;
          // tells within a moment whether the server is away or only its socket
          readNow();
        },
        onEvent: (event) => {
          if (event.gap !== true) change({ events: [event, ...state.events].slice(0, kept) });
          readNow();
        },
      });

      const wake = (): void => {
        if (globalThis.document.visibilityState === "hidden") return;
        readNow();
        connectNow();
      };
      addEventListener("online", wake, { signal });
      addEventListener("pageshow", wake, { signal });
      globalThis.document.addEventListener("visibilitychange", wake, { signal });
      return () => abort.abort();
    },
  };
}

function linkOf(connected: boolean | undefined): Link {
  if (connected === undefined) return "connecting";
  return connected ? "live" : "polling";
}

function socketOf(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
