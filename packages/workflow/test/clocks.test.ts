import { parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createReadPool, createWritePool } from "@xianmai/database";
import { countyViewer, fixedClock, type Instant } from "@xianmai/plugin-api";
import { createExecutor, createOrm, resultText, type Executor, type ReadSet } from "@xianmai/query";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";

import { requests } from "./requests.ts";
import { local, moment } from "./time/county.ts";

/** What a request shows of its clock, its moments as the county writes them. */
interface Shown {
  readonly stage: string;
  readonly since: string | undefined;
  readonly due: string | undefined;
  readonly warning: string | undefined;
  readonly escalations: readonly (string | undefined)[];
  readonly isDueSoon: boolean | null;
  readonly isOverdue: boolean | null;
}

const FIELDS = "stage stageSince stageDue stageWarning stageEscalations isDueSoon isOverdue";

let platform: TestPlatform;
let executor: Executor;
let statements: number[] = [];
let close: () => Promise<unknown>;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [requests] });
  const { composition, database } = platform;
  const readPool = createReadPool(database.app, { size: 2 });
  const writePool = createWritePool(database.app, { size: 2 });
  const orm = createOrm({ model: composition.model, app: database.app });
  close = async () => Promise.all([readPool.close(), writePool.close(), orm.close()]);
  const { schema, types } = composition;
  executor = createExecutor({ schema, types, readPool, writePool, orm, observe: (batch) => statements.push(batch.statements) });
  // what is written from outside happens when the county's time begins to run
  await platform.sql(
    "insert into xm.dataset (name, label_zh, label_en, clock) values ('time', '时间', 'Time', '2023-01-20T17:50:00+08:00')",
  );
});
afterAll(async () => {
  await close();
  await platform[Symbol.asyncDispose]();
});

/** Asks at a time of the county's. */
async function ask<Data>(
  at: string,
  source: string,
): Promise<{ readonly data: Data; readonly moment: unknown; readonly reads: ReadonlyMap<string, ReadSet> }> {
  const document = parse(source);
  expect(validate(platform.composition.schema, document)).toEqual([]);
  const context = { viewer: countyViewer, clock: fixedClock(moment(at), "Asia/Shanghai"), language: "en" as const };
  const isMutation = source.startsWith("mutation");
  const outcome = isMutation
    ? { result: await executor.execute({ document, context }), reads: () => new Map<string, ReadSet>() }
    : await executor.query({ document, context });
  const { data, errors, extensions } = JSON.parse(resultText(outcome.result as never)) as {
    data: Data;
    errors?: unknown;
    extensions?: { moment?: unknown };
  };
  expect(errors).toBeUndefined();
  return { data, moment: extensions?.moment, reads: outcome.reads() };
}

let number = 0;
/** A new request, and the steps that were taken of it, each at its time. */
async function requestWith(...steps: readonly (readonly [at: string, step: string])[]): Promise<string> {
  const name = `R${(number += 1)}`;
  const { data } = await ask<{ createRequest: { request: { id: string } } }>(
    "2023-01-03 09:00",
    `mutation { createRequest(input: { number: "${name}" }) { request { id } } }`,
  );
  const { id } = data.createRequest.request;
  for (const [at, step] of steps) {
    const taken = await ask<object>(at, `mutation { taken: ${step}Request(input: { id: "${id}" }) { problems { code } } }`);
    expect(taken.data).toEqual({ taken: { problems: [] } });
  }
  return name;
}

/** A request as it is shown at a time. */
async function shown(name: string, at: string): Promise<Shown> {
  type Raw = Record<"stageSince" | "stageDue" | "stageWarning", Instant | null> &
    Pick<Shown, "stage" | "isDueSoon" | "isOverdue"> & { readonly stageEscalations: readonly Instant[] };
  const { data } = await ask<{ request: Raw }>(at, `{ request(number: "${name}") { ${FIELDS} } }`);
  const { stage, stageSince, stageDue, stageWarning, stageEscalations, isDueSoon, isOverdue } = data.request;
  return {
    stage,
    since: local(stageSince ?? undefined),
    due: local(stageDue ?? undefined),
    warning: local(stageWarning ?? undefined),
    escalations: stageEscalations.map(local),
    isDueSoon,
    isOverdue,
  };
}

describe("the clock of a stage", () => {
  test("runs from the step that led there, warns before its end, and is over from the very moment of its end", async () => {
    const name = await requestWith(["2023-01-20 17:50", "receive"]);
    const running = {
      stage: "RECEIVED",
      since: "2023-01-20 17:50",
      due: "2023-01-30 18:00",
      warning: "2023-01-29 18:00",
      escalations: ["2023-01-31 18:00", "2023-02-02 18:00"],
    };
    expect(await shown(name, "2023-01-29 17:59")).toEqual({ ...running, isDueSoon: false, isOverdue: false });
    expect(await shown(name, "2023-01-29 18:00")).toEqual({ ...running, isDueSoon: true, isOverdue: false });
    expect(await shown(name, "2023-01-30 17:59")).toEqual({ ...running, isDueSoon: true, isOverdue: false });
    expect(await shown(name, "2023-01-30 18:00")).toEqual({ ...running, isDueSoon: false, isOverdue: true });
  });

  test("is another in each stage, begins anew where one comes back, and there is none at the end or where none is declared", async () => {
    const name = await requestWith(["2023-02-01 09:00", "receive"], ["2023-02-02 17:00", "handle"]);
    expect(await shown(await requestWith(), "2023-03-01 09:00")).toMatchObject({ stage: "WRITTEN", due: undefined, isOverdue: false });
    expect(await shown(name, "2023-02-03 09:00")).toEqual({
      stage: "HANDLED",
      since: "2023-02-02 17:00",
      due: "2023-02-03 11:30",
      warning: "2023-02-03 10:30",
      escalations: ["2023-02-03 16:00"],
      isDueSoon: false,
      isOverdue: false,
    });
    const back = await requestWith(
      ["2023-02-01 09:00", "receive"],
      ["2023-02-02 17:00", "handle"],
      ["2023-02-03 09:00", "askBack"],
      ["2023-02-06 10:00", "reopen"],
    );
    expect(await shown(back, "2023-02-07 09:00")).toMatchObject({
      since: "2023-02-06 10:00",
      due: "2023-02-09 18:00",
      escalations: ["2023-02-10 18:00", "2023-02-14 18:00"],
    });
    const done = await requestWith(["2023-02-01 09:00", "receive"], ["2023-02-02 17:00", "handle"], ["2023-02-03 09:00", "close"]);
    expect(await shown(done, "2023-12-01 09:00")).toMatchObject({
      since: "2023-02-03 09:00",
      due: undefined,
      escalations: [],
      isOverdue: false,
    });
  });

  test("runs also where the stage was changed from outside, from the time of that change", async () => {
    await platform.sql("insert into request (number, stage) values ('OUTSIDE', 'RECEIVED')");
    expect(await shown("OUTSIDE", "2023-01-28 09:00")).toMatchObject({
      stage: "RECEIVED",
      since: "2023-01-20 17:50",
      due: "2023-01-30 18:00",
    });
    await platform.sql("update request set stage = 'ASKED_BACK' where number = 'OUTSIDE'");
    // five days after Friday the 20th, the last of them over at midnight
    expect(await shown("OUTSIDE", "2023-01-28 09:00")).toMatchObject({ due: "2023-01-26 00:00", isOverdue: true });
  });

  test("stands still in a stage that pauses it, and goes on where it stopped when a step leads back", async () => {
    const name = await requestWith(
      ["2023-02-01 09:00", "receive"],
      ["2023-02-02 09:00", "handle"],
      ["2023-02-02 10:00", "wait"],
      ["2023-02-06 10:00", "waitOn"],
    );
    const still = { due: undefined, warning: undefined, isDueSoon: false, isOverdue: false };
    expect(await shown(name, "2023-06-01 09:00")).toMatchObject({ stage: "WAITING_LONGER", since: "2023-02-06 10:00", ...still });
    const { data } = await ask<{ request: { id: string } }>("2023-02-08 15:30", `{ request(number: "${name}") { id } }`);
    const step = async (at: string, taken: string) =>
      ask(at, `mutation { ${taken}Request(input: { id: "${data.request.id}" }) { problems { code } } }`);
    // one hour had run; three are left, one of them before the end of the afternoon is over at 16:30
    await step("2023-02-08 15:30", "goOn");
    expect(await shown(name, "2023-02-09 08:45")).toEqual({
      stage: "HANDLED",
      since: "2023-02-08 15:30",
      due: "2023-02-09 09:00",
      warning: "2023-02-08 17:30",
      escalations: ["2023-02-09 11:00"],
      isDueSoon: true,
      isOverdue: false,
    });
    // a second pause, after the warning: it stays nearly due, and is never over while it stands still
    await step("2023-02-09 08:45", "wait");
    expect(await shown(name, "2023-06-01 09:00")).toMatchObject({ due: undefined, isDueSoon: true, isOverdue: false });
    await step("2023-06-01 09:00", "goOn");
    expect(await shown(name, "2023-06-01 09:15")).toMatchObject({ due: "2023-06-01 09:15", isOverdue: true });
    // what was over before a pause stays over in it, and goes to no further level meanwhile
    await step("2023-06-01 09:30", "wait");
    expect(await shown(name, "2023-06-01 10:00")).toMatchObject({ due: "2023-06-01 09:15", escalations: [], isOverdue: true });
    await step("2023-06-05 09:00", "goOn");
    expect(await shown(name, "2023-06-05 09:00")).toMatchObject({ due: "2023-06-01 09:15", escalations: ["2023-06-05 10:45"] });
  });

  test("a pause that leads to another stage than the one it came from gives that stage a clock of its own", async () => {
    const name = await requestWith(["2023-02-01 09:00", "receive"], ["2023-02-02 09:00", "wait"], ["2023-02-03 09:00", "goOn"]);
    expect(await shown(name, "2023-02-03 09:00")).toMatchObject({ stage: "HANDLED", since: "2023-02-03 09:00", due: "2023-02-03 15:30" });
  });

  test("a change from outside begins it anew, also after a pause", async () => {
    const name = await requestWith(["2023-02-01 09:00", "receive"], ["2023-02-02 09:00", "wait"]);
    await platform.sql("update request set stage = 'RECEIVED' where number = $1", [name]);
    expect(await shown(name, "2023-01-28 09:00")).toMatchObject({ stage: "RECEIVED", since: "2023-01-20 17:50", due: "2023-01-30 18:00" });
  });

  test("what changes beside the stage does not wind it", async () => {
    const name = await requestWith(["2023-02-01 09:00", "receive"]);
    await platform.sql("update request set number = number || 'a' where number = $1", [name]);
    expect(await shown(`${name}a`, "2023-02-02 09:00")).toMatchObject({ since: "2023-02-01 09:00" });
  });
});

describe("what is asked of clocks", () => {
  const counted = async (source: string) => {
    await ask("2023-02-02 09:00", source);
    statements = [];
    const { reads } = await ask("2023-02-02 09:00", source);
    return { queries: statements.reduce((sum, count) => sum + count, 0), reads: [...reads.values()][0]! };
  };

  test("takes as many queries for any number of rows and fields as for one", async () => {
    const name = await requestWith(["2023-02-01 09:00", "receive"]);
    await requestWith(["2023-02-01 09:00", "receive"]);
    const one = await counted(`{ request(number: "${name}") { stageDue } }`);
    expect((await counted(`{ requests { nodes { ${FIELDS} } } }`)).queries).toBe(one.queries);
  });

  test("depends on the row and the calendar; and until the next change by time, where it asks whether that has come", async () => {
    const name = await requestWith(["2023-02-01 09:00", "receive"]);
    const { reads: due } = await counted(`{ request(number: "${name}") { stageDue } }`);
    expect([due.until, [...due.tables].sort(), [...due.rows.keys()], due.complete]).toEqual([
      undefined,
      ["day", "schedule"],
      ["request"],
      true,
    ]);
    expect(local((await counted(`{ request(number: "${name}") { isOverdue } }`)).reads.until)).toBe("2023-02-06 18:00");
    expect(local((await counted(`{ request(number: "${name}") { isDueSoon } }`)).reads.until)).toBe("2023-02-03 18:00");
  });
});

test("whoever sees a row sees its clock: a guest, the answer to a step, a subscriber", async () => {
  const name = await requestWith();
  await using follower = await platform.follow<{ requestReceived: object }>(
    "subscription { requestReceived { request { number stageDue } } }",
  );
  const { request } = await platform.query<{ request: { id: string } }>(`{ request(number: "${name}") { id } }`);
  // the server's own clock stands at nine on Monday, 20 November 2023
  const stageDue = "2023-11-23T18:00:00.000+08:00";
  expect(
    await platform.query(
      `mutation { receiveRequest(input: { id: "${request.id}" }) { request { stageDue isOverdue } problems { code } } }`,
    ),
  ).toEqual({ receiveRequest: { request: { stageDue, isOverdue: false }, problems: [] } });
  expect(await follower.next()).toEqual({ requestReceived: { request: { number: name, stageDue } } });
  expect(await platform.as("role=guest").query(`{ request(number: "${name}") { stageDue isDueSoon } }`)).toEqual({
    request: { stageDue, isDueSoon: false },
  });
});

test("office hours that are none are named where a limit is asked for, with the remedy; the rest of the answer stands", async () => {
  const name = await requestWith(["2023-02-01 09:00", "receive"]);
  await platform.sql("insert into schedule values (default, '2030-01-01', '8:30', '12:00', '14:30', '18:00')");
  const { data, errors } = await platform.ask<object>(`{ request(number: "${name}") { number stageDue } }`);
  await platform.sql("delete from schedule");
  expect(data).toEqual({ request: { number: name, stageDue: null } });
  expect(errors).toMatchObject([
    { path: ["request", "stageDue"], extensions: { code: "CALENDAR_INVALID" }, message: expect.stringContaining("2030-01-01") as string },
  ]);
});

test("a corrected calendar moves what is still open, and the past is read by the calendar of its time", async () => {
  const name = await requestWith(["2023-05-04 09:00", "receive"]);
  expect(await shown(name, "2023-05-05 09:00")).toMatchObject({ due: "2023-05-09 18:00" });
  const { moment: before } = await ask("2023-05-05 09:00", `{ request(number: "${name}") { number } }`);
  await platform.query(
    `mutation { createDay(input: { date: "2023-05-06", kind: MAKE_UP, zh: "调休", en: "Make-up" }) { problems { code } } }`,
  );
  expect(await shown(name, "2023-05-05 09:00")).toMatchObject({ due: "2023-05-08 18:00" });
  await platform.query(
    `mutation { createSchedule(input: { validFrom: "2023-05-08", morningOpens: "08:30", morningCloses: "12:00", afternoonOpens: "14:30", afternoonCloses: "17:30" }) { problems { code } } }`,
  );
  expect(await shown(name, "2023-05-05 09:00")).toMatchObject({ due: "2023-05-08 17:30" });
  const past = await platform.query<{ request: object }>(
    `query ($before: String) @asOf(moment: $before) { request(number: "${name}") { stageDue isDueSoon isOverdue } }`,
    { before },
  );
  expect(past.request).toEqual({ stageDue: "2023-05-09T18:00:00.000+08:00", isDueSoon: null, isOverdue: null });
});
