import { randomBytes, randomUUID } from "node:crypto";

import { channel, definePlugin, Refusal, type Instant, type Message } from "@xianmai/plugin-api";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { Client } from "pg";
import { Webhook } from "standardwebhooks";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";

import { configuredChannels } from "../../src/channels/configured.ts";
import { notify } from "../../src/channels/notify.ts";
import { talliesWith } from "../jobs/tallies.ts";
import { receiver } from "./receiver.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;

const message = (): Message => ({
  id: randomUUID(),
  kind: "projectOverdue",
  severity: "RED",
  title: { zh: "项目逾期未开工", en: "A project is overdue" },
  addressee: { unitCode: "130726100", unitName: "蔚州镇" },
  subject: { type: "Project", id: `Project:${randomUUID()}` },
  raisedAt: "2023-11-20T01:00:00.000Z" as Instant,
});

async function platformWith(channels: Readonly<Record<string, unknown>>, plugin = talliesWith()): Promise<TestPlatform> {
  const platform = await createTestPlatform({ plugins: [plugin], channels });
  onTestFinished(async () => platform[Symbol.asyncDispose]());
  return platform;
}

/** Sends a message as a transaction of a server's does, which is committed or undone. */
async function tell(platform: TestPlatform, told: Message, end: "commit" | "rollback" = "commit"): Promise<void> {
  const client = new Client(platform.database.app);
  await client.connect();
  await client.query("begin");
  await notify(client, told);
  await client.query(end);
  await client.end();
}

async function runs(platform: TestPlatform): Promise<readonly unknown[]> {
  const { jobRuns } = await platform.query<{ jobRuns: { nodes: readonly unknown[] } }>(
    '{ jobRuns(job: "channels.deliver") { nodes { state attempt error } } }',
  );
  return jobRuns.nodes;
}

describe("the webhook", () => {
  test("posts a message signed so that the libraries of Standard Webhooks verify it", async () => {
    const { url, received } = await receiver(204);
    const platform = await platformWith({ webhook: { url, secret } });
    const told = message();
    await tell(platform, told);
    await platform.jobs.idle();
    expect(received).toHaveLength(1);
    const [{ method, headers, body }] = received as [(typeof received)[0]];
    expect(method).toBe("POST");
    expect(headers).toMatchObject({ "content-type": "application/json; charset=utf-8", "webhook-id": told.id });
    expect(new Webhook(secret).verify(body, headers)).toEqual(told);
    expect(() => new Webhook(`whsec_${randomBytes(32).toString("base64")}`).verify(body, headers)).toThrow("No matching signature found");
  });

  test("posts again what was not taken, with the same id and a fresh signature, until it is taken, and then no more", async () => {
    const { url, received } = await receiver(503, 500, 200);
    const platform = await platformWith({ webhook: { url, secret } });
    const told = message();
    await tell(platform, told);
    await platform.jobs.idle();
    expect(await runs(platform)).toEqual([{ state: "QUEUED", attempt: 1, error: expect.stringContaining("answers HTTP 503") as unknown }]);
    for (let again = 0; again < 3; again += 1) {
      await platform.jobs.hurry();
      await platform.jobs.idle();
    }
    expect(received).toHaveLength(3);
    for (const { headers, body } of received) {
      expect(headers["webhook-id"]).toBe(told.id);
      expect(new Webhook(secret).verify(body, headers)).toEqual(told);
    }
    expect(await runs(platform)).toEqual([{ state: "SUCCEEDED", attempt: 3, error: null }]);
  });

  test("follows nobody who sends it elsewhere", async () => {
    const { url, received } = await receiver(302);
    const platform = await platformWith({ webhook: { url, secret } });
    await tell(platform, message());
    await platform.jobs.idle();
    expect(received).toHaveLength(1);
    expect(await runs(platform)).toMatchObject([{ state: "QUEUED", error: expect.stringContaining("answers HTTP 302") as unknown }]);
  });

  test("shows nothing of its address but where that leads, and nothing of its secret, when it cannot be reached", async () => {
    const platform = await platformWith({ webhook: { url: "http://127.0.0.1:9/hook?token=hidden", secret } });
    await tell(platform, message());
    await platform.jobs.idle();
    const shown = JSON.stringify(await runs(platform));
    expect(shown).toContain("http://127.0.0.1:9 cannot be reached");
    expect(shown).not.toContain("hidden");
    expect(shown).not.toContain(secret);
  });
});

describe("a message", () => {
  test("leaves with the transaction that tells of it, and never if that is undone", async () => {
    const { url, received } = await receiver(200);
    const platform = await platformWith({ webhook: { url, secret } });
    await tell(platform, message(), "rollback");
    const told = message();
    await tell(platform, told);
    await platform.jobs.idle();
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([told.id]);
  });

  test("leaves on every channel that is configured, plugins' own among them, and one that is down holds up no other", async () => {
    const sent: unknown[] = [];
    const bell = channel(
      "bell",
      { zh: "铃", en: "Bell", settings: z.strictObject({ loud: z.boolean() }) },
      async ({ id }, { settings, sentAt }) => {
        sent.push([id, settings.loud, Math.abs(Date.parse(sentAt) - Date.now()) < 60_000]);
      },
    );
    const silent = channel("silent", { zh: "静", en: "Silent", settings: z.unknown() }, async () => {
      sent.push("silent was not configured");
    });
    const plugin = definePlugin({ ...talliesWith(), channels: [bell, silent] as never });
    const { url } = await receiver(500);
    const platform = await platformWith({ webhook: { url, secret }, bell: { loud: true } }, plugin);
    const told = message();
    await tell(platform, told);
    await platform.jobs.idle();
    expect(sent).toEqual([[told.id, true, true]]);
    expect(await runs(platform)).toHaveLength(2);
  });

  test("goes nowhere where no channel is configured, and that is no failure", async () => {
    const platform = await platformWith({});
    await tell(platform, message());
    await platform.jobs.idle();
    const { jobRuns } = await platform.query<{ jobRuns: unknown }>("{ jobRuns { nodes { job state } } }");
    expect(jobRuns).toEqual({ nodes: [{ job: "channels.notify", state: "SUCCEEDED" }] });
  });
});

describe("the configuration of channels", () => {
  const refusal = (given: Readonly<Record<string, unknown>>): Refusal => {
    try {
      configuredChannels([], given);
    } catch (error) {
      if (error instanceof Refusal) return error;
    }
    throw new Error("It was not refused.");
  };

  test("is refused where it names a channel that nobody declares", () => {
    const { code, message: said } = refusal({ pigeon: {} });
    expect([code, said]).toEqual(["CHANNEL_UNKNOWN", expect.stringContaining("webhook") as unknown]);
  });

  test("is refused where a channel lacks what it needs, naming the place and never a value", () => {
    for (const wrong of [
      { secret },
      { url: "ftp://county.example/secret-path", secret },
      { url: "https://county.example", secret: "whsec_dG9vIHNob3J0" },
      { url: "https://county.example", secret, more: "secret-path" },
    ]) {
      const { code, message: said } = refusal({ webhook: wrong });
      expect(code).toBe("CHANNEL_SETTINGS_INVALID");
      for (const hidden of [secret, "secret-path", "dG9vIHNob3J0"]) expect(said).not.toContain(hidden);
    }
  });
});
