import { setTimeout as delay } from "node:timers/promises";

import { isLost, parseSnapshot, sees, type FeedBatch, type FeedPosition } from "@xianmai/database";
import type { EntityModel } from "@xianmai/plugin-api/model";

import { decodeCursor, encodeCursor, type EventCursor } from "./cursor.ts";
import { Inbox } from "./inbox.ts";
import type { Tail } from "./tail.ts";
import { byPlace, type Transition, type Transitions } from "./transitions.ts";
import type { Visible } from "./visible.ts";

/** What a subscriber is given: a transition with its cursor, or the news that the feed could not be followed from where it was. */
export type Frame =
  | { readonly gap: false; readonly cursor: string; readonly transition: Transition }
  | { readonly gap: true; readonly cursor: string };

/** More frames than a reader that is alive ever leaves unread. */
const LONGEST_INBOX = 1000;
/** Milliseconds between two attempts to read what a batch did. */
const PAUSE_WHILE_AWAY = 500;

/** What following needs. */
export interface Following {
  readonly tail: Tail;
  readonly transitions: Transitions;
  readonly entity: EntityModel;
  /** Which transitions the subscriber wants. */
  readonly wants: (transition: Transition) => boolean;
  /** Which of those the subscriber may see. */
  readonly visible: Visible;
}

/**
 * Follows the transitions of an entity, from now on or from a cursor on: none lost, none twice, in the feed's order.
 * "Now" is where the tail stands when it is called: whatever is committed later is told, perhaps also what was committed within the last poll.
 * The first frame says `gap` where the cursor is unknown, of another generation, older than the feed goes back, or from the future.
 *
 * @throws when the database is away at the start
 */
export async function follow(following: Following, after: string | undefined): Promise<AsyncIterableIterator<Frame>> {
  const { tail } = following;
  // whatever is committed while the past is read waits in `pending`, so that past and present meet without a hole
  const pending: FeedBatch[] = [];
  let reset: FeedPosition | undefined;
  let wake = (): void => undefined;
  const unfollow = tail.follow({
    batch: (batch) => {
      pending.push(batch);
      wake();
    },
    reset: (position) => {
      pending.length = 0;
      reset = position;
      wake();
    },
  });
  const state = { open: true };
  const inbox = new Inbox<Frame>(
    LONGEST_INBOX,
    (last) => ({ gap: true, cursor: last.cursor }),
    () => {
      state.open = false;
      unfollow();
      wake();
    },
  );
  try {
    const start = tail.position ?? (await tail.ready());
    let seen: FeedPosition = start;
    if (after !== undefined) {
      const past = await since(tail, after);
      if (past === undefined) inbox.push({ gap: true, cursor: positionCursor(start) });
      else {
        seen = past.batch.to;
        await deliver(following, past.batch, inbox, beyond(past.cursor));
      }
    }
    void pump();
    return inbox;

    async function pump(): Promise<void> {
      while (state.open) {
        if (reset !== undefined) {
          seen = reset;
          reset = undefined;
          inbox.push({ gap: true, cursor: positionCursor(seen) });
        }
        const batch = pending.shift();
        if (batch === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (pending.length > 0 || reset !== undefined || !state.open) resolve();
          });
          continue;
        }
        try {
          await deliver(following, batch, inbox, notSeenBy(seen));
        } catch {
          // the database is away; history keeps the versions, so the same batch gives the same events later
          pending.unshift(batch);
          await delay(PAUSE_WHILE_AWAY);
        }
      }
    }
  } catch (error) {
    await inbox.return();
    throw error;
  }
}

async function deliver(
  { entity, transitions, wants, visible }: Following,
  batch: FeedBatch,
  inbox: Inbox<Frame>,
  isNew: (transition: Transition) => boolean,
): Promise<void> {
  const wanted = (await transitions(batch, entity)).filter((transition) => isNew(transition) && wants(transition));
  for (const transition of await visible(entity, wanted)) {
    const { last, position, key } = transition;
    const { generation, snapshot: to } = batch.to;
    inbox.push({ gap: false, transition, cursor: encodeCursor({ generation, from: batch.from.snapshot, to, last, position, key }) });
  }
}

/** What happened since a cursor; `undefined` for a cursor of another generation, or beyond everything that has happened. */
async function since(tail: Tail, after: string): Promise<{ cursor: EventCursor; batch: FeedBatch } | undefined> {
  const cursor = decodeCursor(after);
  if (cursor === undefined) return undefined;
  const batch = await tail.read({ generation: cursor.generation, snapshot: cursor.from });
  if (isLost(batch)) return undefined;
  const [then, now] = [parseSnapshot(cursor.to), parseSnapshot(batch.to.snapshot)];
  return then === undefined || now === undefined || then.xmin > now.xmax ? undefined : { cursor, batch };
}

/** What a subscriber that has got as far as `cursor` has not had: what its batch holds behind it, and what its batch did not see. */
function beyond(cursor: EventCursor): (transition: Transition) => boolean {
  const snapshot = parseSnapshot(cursor.to);
  return (transition) => snapshot === undefined || !sees(snapshot, transition.stamp) || byPlace(transition, cursor) > 0;
}

function notSeenBy(position: FeedPosition): (transition: Transition) => boolean {
  const snapshot = parseSnapshot(position.snapshot);
  return (transition) => snapshot === undefined || !sees(snapshot, transition.stamp);
}

/** The cursor of a place between events: everything that `position` sees is behind it. */
function positionCursor({ generation, snapshot }: FeedPosition): string {
  return encodeCursor({ generation, from: snapshot, to: snapshot, last: 0n, position: 0n, key: "" });
}
