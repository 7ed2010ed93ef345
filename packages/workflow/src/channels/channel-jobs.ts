import { job, type Instant, type Job, type Message } from "@xianmai/plugin-api";

import type { ConfiguredChannel } from "./configured.ts";

/** A message on its way on one channel. */
interface Delivery {
  readonly channel: string;
  readonly message: Message;
}

/** How often a message is sent before it counts as undelivered: the last time some fifteen hours after the first. */
const ATTEMPTS = 12;
/** The minutes that sending may take, whatever a channel does. */
const MINUTES = 2;

/** Puts a message on every channel: each is then tried by itself, so that one that is down holds up no other. */
export const NOTIFY = "channels.notify";
/** Sends a message on one channel. */
const DELIVER = "channels.deliver";

/** The jobs by which messages leave the platform. @param channels the configured ones, by their names */
export function channelJobs(channels: ReadonlyMap<string, ConfiguredChannel>): readonly Job[] {
  const deliver = job<Delivery>(
    DELIVER,
    { zh: "经一个渠道发送通知", en: "Sending a message on one channel", attempts: ATTEMPTS, minutes: MINUTES },
    async ({ channel: name, message }, { signal, log }) => {
      const configured = channels.get(name);
      if (configured === undefined) {
        log.warn("a message was not sent: its channel is no longer configured", { channel: name, message: message.id });
        return;
      }
      const sentAt = new Date().toISOString() as Instant;
      await configured.channel.send(message, { signal, settings: configured.settings, sentAt });
    },
  );
  const notify = job<Message>(
    NOTIFY,
    { zh: "把通知交给各渠道", en: "Putting a message on every channel" },
    async (message, { transaction }) =>
      transaction(async ({ enqueue }) => {
        for (const name of channels.keys()) await enqueue(deliver, { channel: name, message }, { key: `${DELIVER} ${name} ${message.id}` });
      }),
  );
  return [notify, deliver];
}
