// Compiled, never run: what an author may declare as a job and as a channel, and what the compiler refuses.
import { channel, definePlugin, job, type Context } from "@xianmai/plugin-api";

const send = job<{ readonly to: string }>("letters.send", { zh: "发函", en: "Send", attempts: 3 }, async ({ to }, { log, signal }) => {
  signal.throwIfAborted();
  log.info("sent", { to });
});
const nightly = job("letters.nightly", { zh: "每晚", en: "Every night", schedule: "0 3 * * *" }, async (_, { transaction }) => {
  const count: number = await transaction(async () => 1);
  await transaction(async ({ enqueue }) => enqueue(send, { to: String(count) }));
  // @ts-expect-error the payload lacks what the job is given
  await transaction(async ({ enqueue }) => enqueue(send, {}));
});

// @ts-expect-error a schedule is written as cron writes it
job("letters.late", { zh: "晚", en: "Late", schedule: 3 }, async () => undefined);
// @ts-expect-error a job is named in both languages
job("letters.mute", { zh: "无英文名" }, async () => undefined);

const sms = channel("sms", { zh: "短信", en: "SMS", settings: { parse: () => ({ key: "" }) } }, async ({ title }, { settings }) => {
  const text: string = `${settings.key} ${title.zh}`;
  // @ts-expect-error the settings have no such member
  return void [text, settings.secret];
});

export const letters = definePlugin({
  name: "letters",
  version: "1.0.0",
  label: { zh: "函件", en: "Letters" },
  url: import.meta.url,
  jobs: [send, nightly],
  channels: [sms],
});

export async function resolver({ enqueue }: Context): Promise<void> {
  await enqueue(send, { to: "某" }, { key: "某" });
  // @ts-expect-error not what the job is given
  await enqueue(send, { at: "某" });
  // @ts-expect-error a key is a text
  await enqueue(nightly, {}, { key: 1 });
}
