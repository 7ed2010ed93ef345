import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { VIEWER_PARAMETER } from "../src/access/named-viewer.ts";
import { startServer } from "../src/server.ts";
import { offices } from "./support/offices.ts";
import { startPlatform, testLog, type TestPlatform } from "./support/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform("offices", [offices], { devViewers: true });
  await platform.psql.query(`
    insert into app.office (code, name) values ('county', '县'), ('east', '东镇'), ('west', '西镇');
    update app.office set parent_id = (select id from app.office where code = 'county') where code <> 'county';
    insert into app.official (code, name) values ('A1', '李');
    insert into app.task (number, name, office_id)
      select n, '任务', id from (values ('e1', 'east'), ('e2', 'east'), ('w1', 'west')) t(n, code) join app.office using (code)`);
});
afterAll(async () => platform[Symbol.asyncDispose]());

const as = (named: string, more: Record<string, string> = {}): Record<string, string> => ({ [VIEWER_PARAMETER]: named, ...more });
const LIST = "{ tasks { totalCount nodes { number } } taskCount }";
const idOf = async (number: string): Promise<string> =>
  `Task:${(await platform.psql.query<{ id: string }>("select id from app.task where number = $1", [number])).rows[0]?.id ?? ""}`;

describe("a request names who asks", () => {
  test("and is answered with what is theirs, by lists, counts, and a plugin's own resolver alike", async () => {
    const seen = async (headers: Record<string, string>): Promise<unknown> => {
      const { data } = await platform.graphql(LIST, {}, headers);
      const { tasks, taskCount } = data as { tasks: { totalCount: number; nodes: readonly { number: string }[] }; taskCount: number };
      expect([tasks.totalCount, taskCount]).toEqual([tasks.nodes.length, tasks.nodes.length]);
      return tasks.nodes.map(({ number }) => number);
    };
    expect(await seen({})).toEqual(["e1", "e2", "w1"]);
    expect(await seen(as("role=county"))).toEqual(["e1", "e2", "w1"]);
    expect(await seen(as("role=township; units=east"))).toEqual(["e1", "e2"]);
    expect(await seen(as("role=department; units=west , east; user=A1"))).toEqual(["e1", "e2", "w1"]);
    expect(await seen(as(" units=county;role=statistics;"))).toEqual(["e1", "e2", "w1"]);
    expect(await seen(as("role=guest; units=west"))).toEqual(["w1"]);
    expect(await seen(as("role=township"))).toEqual([]);
  });

  test("and may do what the plugins let their role do, to what is theirs; the official is recorded", async () => {
    const finish = "mutation ($id: ID!) { finishTask(input: { id: $id }) { task { number stage } problems { code } } }";
    const [east, west] = [await idOf("e1"), await idOf("w1")];
    const problems = async (headers: Record<string, string>, id: string): Promise<unknown> =>
      ((await platform.graphql(finish, { id }, headers)).data as { finishTask: { problems: unknown } }).finishTask.problems;
    expect(await problems(as("role=guest; units=east"), east)).toEqual([{ code: "PERMISSION_DENIED" }]);
    expect(await problems(as("role=department; units=east"), east)).toEqual([{ code: "PERMISSION_DENIED" }]);
    expect(await problems(as("role=township; units=east; user=A1"), west)).toEqual([{ code: "NOT_FOUND" }]);
    expect(await problems(as("role=township; units=east; user=A1"), east)).toEqual([]);
    const { rows } = await platform.psql.query("select s.step, o.code from xm.step s join app.official o on o.id::text = s.actor");
    expect(rows).toEqual([{ step: "finish", code: "A1" }]);
  });

  test.each([
    ["township", "VIEWER_INVALID", /"township" is none of role, units, user/],
    ["units=east", "VIEWER_INVALID", /names no role \(county, department, township, statistics, guest\)/],
    ["role=mayor", "VIEWER_INVALID", /no role mayor/],
    ["role=guest; role=county", "VIEWER_INVALID", /role twice/],
    ["", "VIEWER_INVALID", /names no role/],
    ["role=township; units=east,north", "VIEWER_UNKNOWN", /Office north, which does not exist/],
    ["role=township; user=B2", "VIEWER_UNKNOWN", /Official B2, which does not exist/],
  ])("or is refused, naming what is wrong: %j", async (named, code, message) => {
    const english = await platform.graphql(LIST, {}, as(named, { "accept-language": "en" }));
    expect([english.status, english.data]).toEqual([400, undefined]);
    expect(english.errors).toMatchObject([{ message: expect.stringMatching(message) as unknown, extensions: { code } }]);
    expect((await platform.graphql(LIST, {}, as(named))).errors?.[0]?.message).toMatch(/访问者/);
  });
});

describe("a socket names who asks", () => {
  test("in its connection parameters, or by the header of its request", async () => {
    const ask = async (client: ReturnType<TestPlatform["socket"]>): Promise<unknown> =>
      (await client.iterate({ query: LIST }).next()).value;
    expect(await ask(platform.socket({ connectionParams: { [VIEWER_PARAMETER]: "role=township; units=west" } }))).toMatchObject({
      data: { taskCount: 1 },
    });
    class WithHeader extends WebSocket {
      constructor(url: string, protocols: string | string[]) {
        super(url, protocols, { headers: as("role=township; units=west") });
      }
    }
    expect(await ask(platform.socket({ webSocketImpl: WithHeader }))).toMatchObject({ data: { taskCount: 1 } });
    await expect(ask(platform.socket({ connectionParams: { [VIEWER_PARAMETER]: "role=nobody" } }))).rejects.toMatchObject([
      { extensions: { code: "VIEWER_INVALID" } },
    ]);
    await expect(ask(platform.socket({ connectionParams: { [VIEWER_PARAMETER]: { role: "county" } } }))).rejects.toMatchObject([
      { extensions: { code: "VIEWER_INVALID" } },
    ]);
  });

  test("and is told of events that are theirs, before and after, and of no others", async () => {
    await platform.psql.query(
      "insert into app.task (number, name, office_id) select n, 'x', id from app.office, (values ('n1'), ('n2'), ('n3')) t(n) where code = 'east'",
    );
    const client = platform.socket({ connectionParams: { [VIEWER_PARAMETER]: "role=township; units=west" } });
    const events = client.iterate<{ taskDone: { task: { number: string } | null } }>({
      query: "subscription { taskDone { task { number } } }",
    });
    const first = events.next();
    await client.iterate({ query: LIST }).next();
    const west = "(select id from app.office where code = 'west')";
    await platform.psql.query("update app.task set stage = 'DONE' where number = 'n1'");
    // it becomes theirs by the same change: where it was before, they may not know
    await platform.psql.query(`update app.task set stage = 'DONE', office_id = ${west} where number = 'n2'`);
    await platform.psql.query(`update app.task set office_id = ${west} where number = 'n3'`);
    await platform.psql.query("update app.task set stage = 'DONE' where number = 'n3'");
    expect((await first).value).toMatchObject({ data: { taskDone: { task: { number: "n3" } } } });
    await events.return?.();
  });
});

test("a server that was not started to honour it refuses whatever names a viewer, over HTTP and over a socket, and runs nothing", async () => {
  const server = await platform.serve();
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "accept-language": "en", ...as("role=county") },
    body: JSON.stringify({ query: LIST }),
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toEqual({
    errors: [{ message: expect.stringMatching(/carries x-xianmai-viewer.*--dev-viewers/) as unknown, extensions: { code: "VIEWERS_OFF" } }],
  });
  const client = platform.socket({
    url: `${server.url.replace("http", "ws")}/graphql`,
    connectionParams: { [VIEWER_PARAMETER]: "role=guest" },
  });
  await expect(client.iterate({ query: LIST }).next()).rejects.toMatchObject([{ extensions: { code: "VIEWERS_OFF" } }]);
  expect(await (await fetch(`${server.url}/graphql?query={taskCount}`)).json()).toMatchObject({
    data: { taskCount: expect.any(Number) as unknown },
  });
});

test("no server starts where row-level security would not bind it", async () => {
  const { composition, database, psql } = platform;
  await psql.query("grant create on schema app to xm_app");
  try {
    const { log } = testLog();
    await expect(startServer({ composition, postgres: database, port: 0, log })).rejects.toMatchObject({
      code: "DATABASE_APP_ROLE_UNSAFE",
    });
  } finally {
    await psql.query("revoke create on schema app from xm_app");
  }
});
