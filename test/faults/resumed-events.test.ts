import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { longest } from "./support/command.ts";
import { listen } from "./support/events.ts";
import { openHouse } from "./support/house.ts";
import type { Server } from "./support/server.ts";

describe("starts of projects that psql makes", { timeout: longest }, () => {
  const house = openHouse();
  let server: Server;
  let psql: Client;
  let waiting: string[] = [];
  /** In the order in which they were started. */
  const started: string[] = [];

  const start = async (code: string, client = psql): Promise<void> => {
    await client.query("update app.project set stage = 'STARTED' where code = $1", [code]);
  };
  const startNext = async (count = 1): Promise<void> => {
    for (const code of waiting.splice(0, count)) {
      await start(code);
      started.push(code);
    }
  };

  beforeAll(async () => {
    server = await house.serve();
    psql = await house.psql();
    const { rows } = await psql.query<{ code: string }>("update app.project set stage = 'PREPARATORY' returning code");
    waiting = rows.map(({ code }) => code);
  });

  afterAll(async () => house.close());

  test("are heard by a stock graphql-ws client, with the project and a cursor", async () => {
    const listener = await listen(server);
    await startNext();
    await listener.until(1);
    expect(listener.heard).toEqual([{ cursor: expect.stringMatching(/^.+$/) as string, gap: false, project: { code: started[0] } }]);
    await listener.close();
  });

  test("are heard in order, none lost and none twice, by a client that goes on from its last cursor after a kill of the server", async () => {
    const before = started.length;
    const first = await listen(server);
    // begun before the kill, committed after the restart
    const slow = await house.psql();
    const [late, undone, reverted] = waiting.splice(0, 3) as [string, string, string];
    await slow.query("begin");
    await start(late, slow);

    await startNext(20);
    await first.until(5);
    const restarted = server.kill("SIGKILL").then(async () => house.serve());
    await startNext(60);
    server = await restarted;
    await first.ended;
    await psql.query("begin");
    await start(undone);
    await psql.query("rollback");
    await psql.query("begin");
    await start(reverted);
    await psql.query("update app.project set stage = 'PREPARATORY' where code = $1", [reverted]);
    await psql.query("commit");

    const second = await listen(server, first.cursor);
    await startNext(5);
    await slow.query("commit");
    await startNext(5);
    const remaining = (): number => started.length + 1 - before - first.heard.length;
    await second.until(remaining());
    // what should not have been told would have been told before this one
    await startNext();
    await second.until(remaining());
    const heard = [...first.codes(), ...second.codes()];
    expect(heard.filter((code) => code === late)).toEqual([late]);
    expect(heard.filter((code) => code !== late)).toEqual(started.slice(before));
    await second.close();
  });
});
