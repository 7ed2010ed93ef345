import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { migrate } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { organization } from "@xianmai/plugin-organization";
import { compose } from "@xianmai/server";
import { withMigrations } from "@xianmai/testing";
import fc from "fast-check";
import { Client } from "pg";
import { expect, test } from "vitest";

import { ABOVE, AlertOracle, dateOf, type Errand, type Spell } from "./support/alert-oracle.ts";
import { errands as plugin } from "./support/errands.ts";

const SEED = 20230101;
/** Moments of the year that are lived through. */
const MOMENTS = 48;
/** Of each so many moments one sees a server killed. */
const BETWEEN_KILLS = 5;
/** What it may take on a machine that does much else; alone it takes a tenth of that. */
const PATIENCE = 240_000;

/** Two servers on one database that look at one clock. */
class Nodes {
  readonly #app: string;
  readonly #time: string;
  readonly #nodes: (ChildProcess | undefined)[] = [undefined, undefined];
  /** The start of each, under way or over. */
  readonly #starts: Promise<void>[] = [];
  #asked = 0;

  constructor(app: TestDatabase["app"], time: string) {
    this.#app = JSON.stringify(app);
    this.#time = time;
  }

  async start(): Promise<void> {
    for (const at of this.#nodes.keys()) this.#starts[at] = this.#start(at);
    await Promise.all(this.#starts);
  }

  async #start(at: number): Promise<void> {
    const node = fork(fileURLToPath(new URL("support/alerts-node.ts", import.meta.url)), [this.#app, this.#time], {
      execArgv: ["--conditions=source"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [first] = (await Promise.race([once(node, "message"), once(node, "exit")])) as readonly unknown[];
    if (first !== "ready") throw new Error("A server did not start.");
    this.#nodes[at] = node;
  }

  /** Ends one without a word, while it is at whatever it is at, and starts another in its place, which takes its time. */
  kill(at: number): void {
    const node = this.#nodes[at];
    if (node === undefined) return;
    this.#nodes[at] = undefined;
    this.#starts[at] = once(node, "exit").then(async () => this.#start(at));
    node.kill("SIGKILL");
  }

  /** Resolves when one of them says that the alerts are as they should be, having been asked now. */
  async settled(): Promise<void> {
    for (;;) {
      const node = this.#nodes.find((one) => one !== undefined);
      if (node === undefined) await Promise.race(this.#starts);
      else if (await this.#answers(node, (this.#asked += 1))) return;
    }
  }

  /** @returns whether it lived to answer */
  async #answers(node: ChildProcess, number: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const answered = (message: unknown): void => {
      if (message === number) resolve(true);
    };
    const ended = (): void => resolve(false);
    node.on("message", answered).once("exit", ended);
    if (node.exitCode !== null || node.signalCode !== null) resolve(false);
    else node.send(number);
    const lived = await promise;
    node.off("message", answered).off("exit", ended);
    return lived;
  }

  async close(): Promise<void> {
    await Promise.all(this.#starts);
    for (const node of this.#nodes) node?.kill("SIGKILL");
  }
}

/** The random choices of the year, the same in every run. */
function choices(seed: number): (below: number) => number {
  const numbers = fc.sample(fc.nat({ max: 1_000_000 }), { seed, numRuns: 20_000 });
  let at = 0;
  return (below) => (numbers[(at += 1) % numbers.length] ?? 0) % below;
}

/** The county's errands, in memory as in the database. */
class County {
  readonly errands: Errand[] = [];
  readonly #client: Client;
  readonly #choose: (below: number) => number;

  constructor(client: Client, choose: (below: number) => number) {
    this.#client = client;
    this.#choose = choose;
  }

  /** Something happens: an errand comes, moves, is done, or is somebody else's. */
  async happen(now: Date): Promise<void> {
    const errand = this.errands[this.#choose(this.errands.length + 1)];
    if (errand === undefined) return this.#come(now);
    switch (this.#choose(4)) {
      case 0:
        return this.#step(errand, now);
      case 1:
        errand.doneOn = errand.doneOn === undefined ? dateOf(now) : undefined;
        break;
      case 2:
        errand.deadline = dateOf(new Date(now.getTime() + (this.#choose(30) - 5) * 86_400_000));
        break;
      default:
        errand.unit = this.#unit();
    }
    await this.#client.query(
      "update app.errand set done_on = $2, deadline = $3, unit_id = (select id from app.unit where code = $4) where code = $1",
      [errand.code, errand.doneOn, errand.deadline, errand.unit],
    );
  }

  async #come(now: Date): Promise<void> {
    const code = `E${this.errands.length}`;
    const errand: Errand = { code, unit: this.#unit(), deadline: undefined, doneOn: undefined, stage: "OPEN", since: now };
    this.errands.push(errand);
    await this.#client.query("insert into app.errand (code, unit_id) select $1, id from app.unit where code = $2", [code, errand.unit]);
  }

  /** A step, as its mutation writes it. */
  async #step(errand: Errand, now: Date): Promise<void> {
    const [name, to] = ({ OPEN: ["take", "HANDLED"], HANDLED: ["finish", "DONE"], DONE: ["reopen", "HANDLED"] } as const)[errand.stage];
    await this.#client.query("update app.errand set stage = $2 where code = $1", [errand.code, to]);
    await this.#client.query("select xm.record_step('Errand', (select id from app.errand where code = $1), $2, $3, $4, $5, null, $6)", [
      errand.code,
      name,
      errand.stage,
      to,
      dateOf(now),
      now,
    ]);
    errand.stage = to;
    errand.since = now;
  }

  #unit(): string {
    return Object.keys(ABOVE)[this.#choose(3)] ?? "Z";
  }
}

test(
  "in a year that servers live through while one or the other is killed at random, every alert is raised exactly once, and none stays that should not",
  { timeout: PATIENCE },
  async () => {
    const composition = await compose(withMigrations([organization, plugin]));
    await using stack = new AsyncDisposableStack();
    const database = await createTestDatabase();
    stack.defer(async () => database.drop());
    await migrate({ owner: database.owner, model: composition.model, log: () => undefined });
    const client = new Client({ ...database.owner });
    await client.connect();
    stack.defer(async () => client.end());
    await client.query("insert into app.unit (code, name, kind, aliases) values ('Z', '县', 'COUNTY', '{}')");
    await client.query(
      "insert into app.unit (code, name, kind, aliases, parent_id) select v, v || '局', 'DEPARTMENT', '{}', u.id from app.unit u, unnest(array['A', 'B']) v",
    );

    const folder = mkdtempSync(join(tmpdir(), "xianmai-alerts-"));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const time = join(folder, "time");
    const turnTo = (now: Date): void => {
      writeFileSync(`${time}.new`, now.toISOString());
      renameSync(`${time}.new`, time);
    };
    const choose = choices(SEED);
    let now = new Date("2022-12-30T02:00:00Z");
    turnTo(now);
    const nodes = new Nodes(database.app, time);
    stack.defer(async () => nodes.close());
    await nodes.start();

    const county = new County(client, choose);
    const oracle = new AlertOracle();
    let kills = 0;
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      const killing = choose(BETWEEN_KILLS) === 0 ? { node: choose(2), after: choose(120) } : undefined;
      const killed = killing === undefined ? undefined : delay(killing.after).then(() => nodes.kill(killing.node));
      if (killing !== undefined) kills += 1;
      // some days later, in the morning, at noon or after hours
      now = new Date(now.getTime() + (1 + choose(14)) * 86_400_000);
      now.setUTCHours([1, 4, 12][choose(3)] ?? 1, 0, 0, 0);
      turnTo(now);
      await nodes.settled();
      oracle.look(county.errands, now);
      // at once: a server that looked between two of them would rightly raise what the next one ends
      await client.query("begin");
      for (let event = 0; event < 8; event += 1) await county.happen(now);
      await client.query("commit");
      await nodes.settled();
      oracle.look(county.errands, now);
      await killed;
    }

    expect(now.getTime()).toBeGreaterThan(Date.parse("2023-11-01"));
    expect(kills).toBeGreaterThanOrEqual(4);
    const { rows } = await client.query<Spell>(
      `select a.rule, e.code, a.level, to_char(a.raised_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "raisedAt",
         to_char(a.cleared_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "clearedAt"
       from app.alert a join app.errand e on e.id = a.subject_id`,
    );
    const inOrder = (spells: readonly Spell[]): readonly string[] =>
      spells.map(({ rule, code, level, raisedAt, clearedAt }) => [rule, code, level, raisedAt, clearedAt].join(" ")).sort();
    expect(oracle.spells.length).toBeGreaterThan(100);
    expect(inOrder(rows)).toEqual(inOrder(oracle.spells));

    // and for each that stands, one item waits for the unit that it concerns now
    const waiting = await client.query<{ line: string }>(
      `select concat_ws(' ', a.rule, e.code, a.level, u.code) as line from app.inbox_item i join app.alert a on a.id = i.alert_id
       join app.errand e on e.id = a.subject_id join app.unit u on u.id = i.unit_id where i.done_at is null`,
    );
    const unitOf = new Map(county.errands.map(({ code, unit }) => [code, unit]));
    const expected = oracle.spells
      .filter(({ clearedAt }) => clearedAt === null)
      .map(({ rule, code, level }) => {
        const unit = unitOf.get(code) ?? "";
        return `${rule} ${code} ${level} ${level === 0 ? unit : (ABOVE[unit] ?? "")}`;
      });
    expect(waiting.rows.map(({ line }) => line).sort()).toEqual(expected.sort());
  },
);
