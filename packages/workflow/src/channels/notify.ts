import { enqueueJob } from "@xianmai/database";
import type { Message } from "@xianmai/plugin-api";
import type { ClientBase } from "pg";

import { NOTIFY } from "./channel-jobs.ts";

/** How often a message is tried to be put on the channels. */
const ATTEMPTS = 5;

/**
 * Has a message sent on every channel that the county has configured, once the running transaction is committed, and never if it is undone. Each
 * channel is tried again by itself until it takes the message.
 */
export async function notify(client: ClientBase, message: Message): Promise<void> {
  await enqueueJob(client, { job: NOTIFY, payload: message, attempts: ATTEMPTS, key: `${NOTIFY} ${message.id}` });
}
