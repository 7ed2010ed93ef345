import { channel, type Channel, type Message } from "@xianmai/plugin-api";
import { Webhook } from "standardwebhooks";
import { z } from "zod";

/** Milliseconds that a receiver may take to answer. */
const PATIENCE = 10_000;

/** The fewest and the most bytes of a secret, as the Standard Webhooks specification has it. */
const SECRET = { least: 24, most: 64 } as const;

const settings = z.strictObject({
  /** Where messages are posted. */
  url: z.url({ protocol: /^https?$/ }),
  /** `whsec_` and 24 to 64 random bytes in base64, which the receiver has too. */
  secret: z.string().refine(isSecret, { error: `whsec_<base64, ${SECRET.least}–${SECRET.most} bytes>` }),
});

type WebhookSettings = z.output<typeof settings>;

/**
 * Posts messages as JSON, signed as the Standard Webhooks specification says: `webhook-id` is the id of the message, the same each time it is sent,
 * so that a receiver can drop what it has; `webhook-timestamp` is when it was sent; `webhook-signature` is over both and the body. An answer of 2xx
 * is taken for received.
 */
export const webhook: Channel<WebhookSettings> = channel(
  "webhook",
  { zh: "Webhook", en: "Webhook", settings },
  async (message, { signal, settings: { url, secret }, sentAt }) => {
    const body = JSON.stringify(message);
    const at = new Date(sentAt);
    const answer = await answerOf(url, {
      method: "POST",
      headers: headersOf(message, at, new Webhook(secret).sign(message.id, at, body)),
      body,
      // where a message may go is the county's to say, not the receiver's
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`${originOf(url)} 回答 HTTP ${answer.status}。 ${originOf(url)} answers HTTP ${answer.status}.`);
  },
);

function headersOf({ id }: Message, at: Date, signature: string): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "xianmai",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": signature,
  };
}

/** The path and the query of an address may hold a secret: errors, which are kept and shown, have its origin alone. */
async function answerOf(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    const reason = error instanceof Error ? reasonOf(error) : String(error);
    throw new Error(`${originOf(url)} 无法访问：${reason}。 ${originOf(url)} cannot be reached: ${reason}.`);
  }
}

/** What a failed request says in few words: `ECONNREFUSED`, `TimeoutError`. */
function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : error.name;
}

function originOf(url: string): string {
  return new URL(url).origin;
}

function isSecret(text: string): boolean {
  const coded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (coded === undefined) return false;
  const { length } = Buffer.from(coded, "base64");
  return length >= SECRET.least && length <= SECRET.most;
}
