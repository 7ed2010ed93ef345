import { channel, definePlugin, type Message } from "@xianmai/plugin-api";
import { expect, test } from "vitest";

import { task, taskPlatform } from "./county.ts";

const AT = "2023-03-01T09:00:00+08:00";
const words = { zh: "某", en: "Some" } as const;

test("each item of the inbox leaves once on every configured channel, with whom it is for and what it is about", async () => {
  const sent: Message[] = [];
  const noted = channel("noted", { ...words, settings: { parse: (given: unknown) => given } }, async (message) => {
    sent.push(message);
    return Promise.resolve();
  });
  const noting = definePlugin({ name: "noting", version: "1.0.0", label: words, url: import.meta.url, channels: [noted] });
  await using platform = await taskPlatform(AT, [noting], { noted: {} });
  const id = await task(platform, { code: "M1", lead: "OB", deadline: "2023-02-01" });
  await platform.settled();
  await platform.jobs.idle();
  expect(sent).toHaveLength(2);
  const official = sent.find(({ addressee }) => addressee.officialCode !== undefined);
  const unit = sent.find(({ addressee }) => addressee.officialCode === undefined);
  expect(unit).toMatchObject({
    kind: "taskLate",
    severity: "RED",
    title: { zh: "任务逾期：任务M1", en: "Task late: 任务M1" },
    addressee: { unitCode: "D", unitName: "科" },
    subject: { type: "Task", id },
    raisedAt: "2023-03-01T01:00:00.000Z",
  });
  expect(official?.addressee).toEqual({ unitCode: "B", unitName: "局", officialCode: "OB", officialName: "局长" });
  await platform.sql("update app.task set name = '改名' where code = 'M1'");
  await platform.settled();
  await task(platform, { code: "M2", deadline: "2023-02-01" });
  await platform.settled();
  await platform.jobs.idle();
  expect(sent).toHaveLength(3);
});

test("where no channel is configured, no message is queued", async () => {
  await using platform = await taskPlatform(AT);
  await task(platform, { code: "N1", deadline: "2023-02-01" });
  await platform.settled();
  const { jobRuns } = await platform.query<{ jobRuns: { nodes: readonly unknown[] } }>("{ jobRuns { nodes { id } } }");
  expect(jobRuns.nodes).toEqual([]);
});
