import type { TestPlatform, TestViewer } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { task, taskPlatform } from "./county.ts";

const AT = "2023-03-01T09:00:00+08:00";

let platform: TestPlatform;

beforeAll(async () => {
  platform = await taskPlatform(AT);
  await platform.sql("insert into app.official (code, name, office_id) select 'OD2', '科员', id from app.office where code = 'D'");
});
afterAll(async () => platform[Symbol.asyncDispose]());

const desk = (): TestViewer => platform.as("role=department; units=D; user=OD");

interface Item {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly unit: { readonly code: string };
  readonly official: { readonly code: string } | null;
}

/** What waits about a task, as somebody sees it. */
async function items(id: string, viewer: TestViewer = platform): Promise<readonly Item[]> {
  await platform.settled();
  const { inboxItems } = await viewer.query<{ inboxItems: { nodes: readonly Item[] } }>(
    `query ($id: ID!) { inboxItems(filter: { subject: { eq: $id }, doneAt: { isNull: true } }, orderBy: [{ official: { code: ASC } }]) {
      nodes { id label about unit { code } official { code } } } }`,
    { id },
  );
  return inboxItems.nodes;
}

type Changed = { readonly inboxItem: Readonly<Record<string, unknown>> | null; readonly problems: readonly { readonly code: string }[] };

async function change(viewer: TestViewer, mutation: string, input: object, shown: string): Promise<Changed> {
  const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input!`;
  const answer = await viewer.query<Record<string, Changed>>(
    `mutation ($input: ${type}) { ${mutation}(input: $input) { inboxItem { ${shown} } problems { code } } }`,
    { input },
  );
  return answer[mutation] as Changed;
}

test("an alert puts an item into the inbox of each unit and each official that it concerns, officials in their own unit", async () => {
  const id = await task(platform, { code: "I1", lead: "OB", deadline: "2023-02-01" });
  expect(await items(id)).toMatchObject([
    { label: "任务逾期", about: "任务I1", unit: { code: "B" }, official: { code: "OB" } },
    { label: "任务逾期", about: "任务I1", unit: { code: "D" }, official: null },
  ]);
});

test("an official whom a record concerns through another gets an item, too", async () => {
  const id = await task(platform, { code: "I2", lead: "OX" });
  const [note] = await platform.sql<{ id: string }>("insert into app.note (task_id, month, text) values ($1, '2023-02', '') returning id", [
    id.slice(5),
  ]);
  expect(await items(`Note:${note?.id ?? ""}`)).toMatchObject([{ label: "月报空白", unit: { code: "X" }, official: { code: "OX" } }]);
});

test("units see what waits for them and for the units below, with counts by severity, and nothing of others", async () => {
  const id = await task(platform, { code: "I3", deadline: "2023-02-01" });
  expect(await items(id, desk())).toHaveLength(1);
  expect(await items(id, platform.as("role=department; units=B"))).toHaveLength(1);
  expect(await items(id, platform.as("role=department; units=X"))).toEqual([]);
  const counts = `query ($id: ID!) { inboxItemAggregates(filter: { subject: { eq: $id }, doneAt: { isNull: true }, readAt: { isNull: true } }, groupBy: [{ dimension: SEVERITY }, { dimension: UNIT }]) {
    key { severity unit { code } } count } }`;
  expect(await desk().query(counts, { id })).toEqual({
    inboxItemAggregates: [{ key: { severity: "RED", unit: { code: "D" } }, count: 1 }],
  });
  expect(await platform.as("role=department; units=X").query(counts, { id })).toEqual({ inboxItemAggregates: [] });
});

test("an item is read, unread, and done by itself alone", async () => {
  const id = await task(platform, { code: "I4", deadline: "2023-02-01" });
  const [item] = await items(id);
  expect(await change(desk(), "markInboxItemRead", { id: item?.id }, "readAt readBy { code }")).toEqual({
    inboxItem: { readAt: "2023-03-01T09:00:00.000+08:00", readBy: { code: "OD" } },
    problems: [],
  });
  expect(await change(desk(), "markInboxItemUnread", { id: item?.id }, "readAt readBy { code }")).toEqual({
    inboxItem: { readAt: null, readBy: null },
    problems: [],
  });
  expect(await change(platform.as("role=department; units=X"), "markInboxItemRead", { id: item?.id }, "id")).toEqual({
    inboxItem: null,
    problems: [{ code: "NOT_FOUND" }],
  });
  await platform.sql("update app.task set done_on = '2023-03-01' where code = 'I4'");
  expect(await items(id)).toEqual([]);
  const { inboxItem } = await platform.query<{ inboxItem: unknown }>(
    "query ($id: ID!) { inboxItem(id: $id) { doneAt alert { clearedAt } } }",
    { id: item?.id },
  );
  expect(inboxItem).toEqual({ doneAt: "2023-03-01T09:00:00.000+08:00", alert: { clearedAt: "2023-03-01T09:00:00.000+08:00" } });
});

test("an item is delegated with a reason, to an official of the same unit or below, and taken back", async () => {
  const id = await task(platform, { code: "I5", deadline: "2023-02-01" });
  const [item] = await items(id);
  const official = async (code: string): Promise<string> => {
    const { official: found } = await platform.query<{ official: { id: string } }>(
      "query ($code: String) { official(code: $code) { id } }",
      {
        code,
      },
    );
    return found.id;
  };
  const shown = "delegatedTo { code } delegatedBy { code } delegatedAt delegationReason";
  const to = async (code: string, reason: string, viewer = desk()): Promise<Changed> =>
    change(viewer, "delegateInboxItem", { id: item?.id, delegatedTo: await official(code), reason }, shown);
  expect(await to("OD2", " ")).toEqual({ inboxItem: null, problems: [{ code: "REASON_REQUIRED" }] });
  expect(await to("OB", "请办", platform)).toEqual({ inboxItem: null, problems: [{ code: "DELEGATE_OUTSIDE_UNIT" }] });
  // whom the desk does not see it cannot choose
  expect(await to("OX", "请办")).toEqual({ inboxItem: null, problems: [{ code: "REFERENCE_NOT_FOUND" }] });
  expect(await change(desk(), "takeBackInboxItem", { id: item?.id }, shown)).toEqual({
    inboxItem: null,
    problems: [{ code: "INBOX_ITEM_NOT_DELEGATED" }],
  });
  expect(await to("OD2", "请办")).toEqual({
    inboxItem: {
      delegatedTo: { code: "OD2" },
      delegatedBy: { code: "OD" },
      delegatedAt: "2023-03-01T09:00:00.000+08:00",
      delegationReason: "请办",
    },
    problems: [],
  });
  expect(await change(desk(), "takeBackInboxItem", { id: item?.id }, shown)).toEqual({
    inboxItem: { delegatedTo: null, delegatedBy: null, delegatedAt: null, delegationReason: null },
    problems: [],
  });
  await platform.sql("update app.task set done_on = '2023-03-01' where code = 'I5'");
  await platform.settled();
  expect(await to("OD2", "请办")).toEqual({ inboxItem: null, problems: [{ code: "INBOX_ITEM_DONE" }] });
});

test("what is handed to another unit waits for that unit, and no longer for the one before", async () => {
  const id = await task(platform, { code: "I6", deadline: "2023-02-01" });
  expect(await items(id)).toMatchObject([{ unit: { code: "D" } }]);
  await platform.sql("update app.task set office_id = (select id from app.office where code = 'X') where code = 'I6'");
  expect(await items(id)).toMatchObject([{ unit: { code: "X" } }]);
});

test("whoever asks gets what is theirs: assigned, delegated to them, or their unit's as a whole; not what waits for others or below", async () => {
  const id = await task(platform, { code: "I7", lead: "OB", deadline: "2023-02-01" });
  const [ofLead, ofDesk] = await items(id);
  const own = async (viewer: TestViewer, done = false): Promise<readonly string[]> => {
    const { myInbox } = await viewer.query<{ myInbox: readonly Pick<Item, "id" | "about">[] }>(
      "query ($done: Boolean!) { myInbox(done: $done) { id about } }",
      { done },
    );
    return myInbox.filter(({ about }) => about === "任务I7").map((item) => item.id);
  };
  const head = platform.as("role=department; units=B; user=OB");
  expect(await own(head)).toEqual([ofLead?.id]);
  expect(await own(desk())).toEqual([ofDesk?.id]);
  const clerk = platform.as("role=department; units=D; user=OD2");
  await platform.sql("update app.inbox_item set delegated_to_id = (select id from app.official where code = 'OD2') where id = $1", [
    ofDesk?.id.slice("InboxItem:".length),
  ]);
  expect(await own(desk())).toEqual([]);
  expect(await own(clerk)).toEqual([ofDesk?.id]);
  expect(await own(platform.as("role=department; units=X; user=OX"))).toEqual([]);
  await platform.sql("update app.task set done_on = '2023-03-01' where code = 'I7'");
  await platform.settled();
  expect(await own(clerk)).toEqual([]);
  expect(await own(clerk, true)).toEqual([ofDesk?.id]);
});

test("myInbox refuses a size that is none", async () => {
  const { errors } = await platform.ask("{ myInbox(first: 1001) { id } }");
  expect(errors).toMatchObject([{ path: ["myInbox"], extensions: { code: "BAD_USER_INPUT" } }]);
});
