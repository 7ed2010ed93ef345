import process from "node:process";

import { migrate } from "@xianmai/database";
import { holdDataFolder, keepRunning, type DataFolderHolder, type DataFolderLock, type Postgres } from "@xianmai/database/postgres";
import { systemClock, type Label } from "@xianmai/plugin-api";
import { loadDemo, startServer, type Composition, type DemoOutcome, type Settings } from "@xianmai/server";
import { pino } from "pino";

import { sealWhileServing } from "../audit/seal-while-serving.ts";
import { exitCode } from "../exit-code.ts";
import { endWithNpx } from "../npx.ts";
import { phasesOn, type Phases } from "../phases.ts";
import { composeFrom, openFrom, postgresOf, readSettings, type Flags } from "../platform.ts";
import { assertPortFree } from "../port.ts";
import { listenForSignals, type Signals } from "../signals.ts";
import { surfacesText } from "../surfaces.ts";
import { progressLine, type Terminal } from "../terminal.ts";

/** How to serve. */
export interface ServeChoices extends Flags {
  readonly empty?: true;
  readonly devViewers?: true;
}

interface Start {
  readonly terminal: Terminal;
  readonly choices: ServeChoices;
  readonly settings: Settings;
  readonly phases: Phases;
  readonly signals: Signals;
  /** Says anew who holds the data folder, once the port is known. */
  readonly listensOn: (port: number) => void;
}

/**
 * `xianmai serve`: brings up, in order, what a running platform needs, and takes it down in the opposite order when a signal comes.
 *
 * @throws Refusal of any of the steps, with nothing left running; Interrupted by a signal before it serves
 */
export async function serve(terminal: Terminal, choices: ServeChoices): Promise<number> {
  const signals = listenForSignals(() => terminal.note("\n  正在停止 Stopping …\n"));
  const stopLooking = endWithNpx();
  try {
    const settings = await readSettings(choices);
    const holder = { pid: process.pid, port: settings.port, startedAt: systemClock(settings.timeZone).now() };
    const held = hold(settings, holder);
    try {
      await assertPortFree(settings.port);
      const listensOn = (port: number): void => held?.update({ ...holder, port });
      await serveDatabase({ terminal, choices, settings, phases: phasesOn(terminal), signals, listensOn });
    } finally {
      held?.release();
    }
  } finally {
    stopLooking();
    signals.stop();
  }
  return exitCode.done;
}

/** A data folder is one server's. With a server of yours for a database nothing lies in it, and several may serve that. */
function hold({ databaseUrl, dataFolder }: Settings, holder: DataFolderHolder): DataFolderLock | undefined {
  return databaseUrl === undefined ? holdDataFolder(dataFolder, holder) : undefined;
}

async function serveDatabase(start: Start): Promise<void> {
  const { settings, phases, signals } = start;
  const postgres = await phases.run(
    { zh: "数据库", en: "Database" },
    () => openFrom(settings, (line) => phases.log(line)),
    ({ serverVersion, where }) => `PostgreSQL ${serverVersion}, ${where}`,
  );
  const note = (line: Label): void => start.terminal.note(progressLine(line));
  const keeper = keepRunning(postgres, postgresOf(settings, note), (error) => {
    const why = error instanceof Error ? error.message : String(error);
    note({ zh: `PostgreSQL 没有启动：${why}`, en: `PostgreSQL did not start: ${why}` });
  });
  try {
    signals.check();
    await serveOn(postgres, start);
  } finally {
    await keeper.release();
    await postgres.release();
  }
}

async function serveOn(postgres: Postgres, { terminal, choices, settings, phases, signals, listensOn }: Start): Promise<void> {
  const log: Phases["log"] = (line) => phases.log(line);
  const composition = await phases.run(
    { zh: "组合插件", en: "Composing plugins" },
    () => composeFrom(settings),
    (made) => made.plugins.map(({ name }) => name).join(", "),
  );
  const { model } = composition;
  await phases.run({ zh: "迁移", en: "Migrating" }, () => migrate({ owner: postgres.owner, model, log }));
  signals.check();
  if (choices.empty !== true)
    await phases.run({ zh: "演示数据", en: "Demo data" }, () => loadDemo({ composition, postgres, log }), demoText);
  signals.check();
  const sealer = await sealWhileServing(terminal, settings, postgres);
  try {
    await serveComposition({ terminal, choices, settings, phases, signals, listensOn }, composition, postgres);
  } finally {
    await sealer?.stop();
  }
}

async function serveComposition(
  { terminal, choices, settings, phases, signals, listensOn }: Start,
  composition: Composition,
  postgres: Postgres,
): Promise<void> {
  const { port, dataFolder, keepFeedDays, keepJobDays, channels, limits, documents } = settings;
  // what happens while it serves is for whoever operates it: JSON, one line each, beside the lines for people
  const logger = pino({ level: "warn" }, pino.destination({ fd: process.stderr.fd, sync: true }));
  const server = await phases.run({ zh: "服务器", en: "Server" }, () =>
    startServer({
      composition,
      postgres,
      port,
      log: logger,
      devViewers: choices.devViewers === true,
      dataFolder,
      keepFeedDays,
      keepJobDays,
      channels,
      limits,
      documents,
    }),
  );
  try {
    listensOn(server.port);
    terminal.out(surfacesText(server.url, composition.plugins, settings.databaseUrl === undefined ? choices.data : undefined));
    await signals.first;
  } finally {
    await server.stop();
  }
}

function demoText(outcome: DemoOutcome): string {
  switch (outcome) {
    case "loaded":
      return "已载入 loaded";
    case "not-empty":
      return "数据库中已有数据，保持不变 the database has data and is left as it is";
    case "none":
      return "插件没有演示数据 no plugin brings any";
  }
}
