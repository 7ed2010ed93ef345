import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { blocks } from "./documents.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const demo = {
  units: join(root, "plugins/organization/demo/units.xlsx"),
  officials: join(root, "plugins/organization/demo/officials.xlsx"),
  projects: join(root, "plugins/projects/demo/projects.xlsx"),
};

/** A platform of its own: nothing of whoever runs the tests is touched. */
interface Place {
  readonly port: number;
  readonly data: string;
}

async function somewhere(): Promise<Place> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return { port, data: mkdtempSync(join(tmpdir(), "xianmai-docs-")) };
}

function environment({ port, data }: Place): NodeJS.ProcessEnv {
  const { DATABASE_URL: _url, DATABASE_APP_URL: _app, XIANMAI_TEST_POSTGRES: _test, ...rest } = process.env;
  return { ...rest, XIANMAI_PORT: String(port), XIANMAI_DATA: data };
}

/** A server that a command starts; resolves once it answers. */
async function served(command: string, place: Place): Promise<ChildProcess> {
  const child = spawn("sh", ["-c", `exec ${command}`], { cwd: root, env: environment(place), stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  const url = `http://localhost:${place.port}`;
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      told += chunk.toString();
      if (told.includes(`${url}/graphql`)) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", () => reject(new Error(`${command} ended:\n${told}`)));
  });
  return child;
}

async function stopped(child: ChildProcess): Promise<number | null> {
  child.kill("SIGTERM");
  if (child.exitCode === null) await once(child, "exit");
  return child.exitCode;
}

async function count(place: Place): Promise<number> {
  const response = await fetch(`http://localhost:${place.port}/graphql`, {
    method: "POST",
    // commands run while this process waits for them, and a kept connection is closed meanwhile
    headers: { "content-type": "application/json", connection: "close" },
    body: JSON.stringify({ query: "{ projects { totalCount } }" }),
  });
  return ((await response.json()) as { data: { projects: { totalCount: number } } }).data.projects.totalCount;
}

async function answers(of: Place): Promise<boolean> {
  return count(of).then(
    () => true,
    () => false,
  );
}

let place: Place;
let server: ChildProcess;
const places: Place[] = [];

beforeAll(async () => {
  place = await somewhere();
  server = await served("npm start", place);
});
afterAll(async () => {
  await stopped(server);
  for (const { data } of [place, ...places]) rmSync(data, { recursive: true, force: true });
});

/** What npx finds in an installed checkout; it takes seconds to find it, so that it is really called once alone. */
const direct = (command: string): string => command.replaceAll("npx xianmai", "node_modules/.bin/xianmai");

/** Runs a command as a reader would, with the files and the port of this test put in. */
function run(command: string): { readonly code: number | null; readonly told: string } {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", direct(command)], { cwd: root, env: environment(place), encoding: "utf8" });
  return { code: status, told: stdout + stderr };
}

async function startsAndStops(command: string, own: Place, projects: number): Promise<void> {
  places.push(own);
  const child = await served(command, own);
  expect(await count(own)).toBe(projects);
  expect(await stopped(child)).toBe(0);
}

const AS_WORKBOOK = `curl -s http://127.0.0.1:4000/graphql -H 'content-type: application/json' -H 'accept: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' -d '{"query":"query ByField { projectAggregates(groupBy: [{ dimension: FIELD }]) { key { field } count totalInvestment { sum } } }"}' -o ByField.xlsx`;

/** What each command of the pages does, as its reader would see it. */
const proofs: Readonly<Record<string, () => Promise<void> | void>> = {
  "npm start": async () => {
    expect(await count(place)).toBeGreaterThanOrEqual(146);
  },
  // the run that this test is part of
  "npm test": () => undefined,
  "npm start -- --empty": async () => startsAndStops("npm start -- --empty", await somewhere(), 0),
  "npm start -- --port 4100 --data /srv/county": async () => {
    const own = await somewhere();
    await startsAndStops(`npm start -- --port ${own.port} --data "${own.data}"`, own, 146);
  },
  "npx xianmai serve --empty": async () => {
    const own = await somewhere();
    places.push(own);
    const npx = await served("npx xianmai serve --empty", own);
    expect(await count(own)).toBe(0);
    await stopped(npx);
    // npx hands the signal to nobody; its server ends all the same
    await expect.poll(() => answers(own), { timeout: 20_000 }).toBe(false);
  },
  "npx xianmai import units units.xlsx": () => {
    expect(run(`npx xianmai import units "${demo.units}"`)).toMatchObject({ code: 0 });
  },
  "npx xianmai import units UNITS.xlsx": () => {
    expect(run(`npx xianmai import units "${demo.units}"`)).toMatchObject({ code: 0 });
  },
  "npx xianmai import officials OFFICIALS.xlsx": () => {
    expect(run(`npx xianmai import officials "${demo.officials}"`)).toMatchObject({ code: 0 });
  },
  "npx xianmai import projects 任务分解表.xlsx --dry-run": () => {
    expect(run(`npx xianmai import projects "${demo.projects}" --dry-run`)).toMatchObject({ code: 0 });
  },
  "npx xianmai import projects 任务分解表.xlsx": () => {
    expect(run(`npx xianmai import projects "${demo.projects}"`)).toMatchObject({ code: 0 });
  },
  "npx xianmai export projects": () => {
    // in its own folder: the file is called after its title
    expect(run(`npx xianmai export projects "${join(place.data, "表.xlsx")}"`)).toMatchObject({
      code: 0,
      told: expect.stringMatching(/已导出 Exported: \d+ 行 rows/) as string,
    });
  },
  "npx xianmai export projects 当日.xlsx --as-of 2023-11-20": () => {
    expect(run(`npx xianmai export projects "${join(place.data, "当日.xlsx")}" --as-of 2023-11-20`)).toMatchObject({ code: 0 });
  },
  [`npx xianmai export projects 新开工.xlsx --filter '{"nature":{"eq":"NEW_START"}}'`]: () => {
    const filter = `--filter '{"nature":{"eq":"NEW_START"}}'`;
    expect(run(`npx xianmai export projects "${join(place.data, "新开工.xlsx")}" ${filter}`)).toMatchObject({ code: 0 });
  },
  'npx xianmai export projects 蔚州镇.xlsx --viewer "role=township; units=130726100"': () => {
    const viewer = '"role=township; units=130726100"';
    expect(run(`npx xianmai export projects "${join(place.data, "蔚州镇.xlsx")}" --viewer ${viewer}`)).toMatchObject({ code: 0 });
  },
  "npx xianmai database url": async () => {
    const npx = spawnSync("npx", ["xianmai", "database", "url"], { cwd: root, env: environment(place), encoding: "utf8" });
    const client = new Client({ connectionString: npx.stdout.trim() });
    await client.connect();
    const { rows } = await client.query<{ count: string }>("select count(*) from app.project");
    await client.end();
    expect(Number(rows[0]?.count)).toBe(await count(place));
  },
  'psql "$(npx xianmai database url)"': () => {
    const psql = spawnSync("psql", ["--version"]).status === 0;
    const answer = psql ? run(`psql "$(npx xianmai database url)" -Atc "select 'seen'"`) : run('echo "$(npx xianmai database url)"');
    expect(answer.told).toContain(psql ? "seen" : "postgresql://");
  },
  "npx xianmai migrate": () => {
    expect(run("npx xianmai migrate")).toMatchObject({ code: 0 });
  },
  "npx xianmai migrate new projects": () => {
    expect(run("npx xianmai migrate new projects")).toMatchObject({ code: 0 });
    expect(run("git status --porcelain -- plugins/projects/src/migrations").told).toBe("");
  },
  "npx xianmai backup /mnt/backups": () => {
    expect(run(`npx xianmai backup "${place.data}-backups"`)).toMatchObject({ code: 0 });
  },
  "npx xianmai backup /mnt/backups --portable": () => {
    expect(run(`npx xianmai backup "${place.data}-backups" --portable`)).toMatchObject({ code: 0 });
  },
  "npx xianmai restore /mnt/backups/xianmai-2026-11-24T013000Z --data /srv/county-new": async () => {
    const own = await somewhere();
    places.push(own, { ...own, data: `${place.data}-backups` });
    const [made = ""] = readdirSync(`${place.data}-backups`).toSorted();
    expect(run(`npx xianmai restore "${place.data}-backups/${made}" --data "${own.data}"`)).toMatchObject({ code: 0 });
    const restored = await served(`${direct("npx xianmai serve")} --empty`, own);
    expect(await count(own)).toBe(await count(place));
    expect(await stopped(restored)).toBe(0);
  },
  "npx xianmai audit show Project YX2023-001": () => {
    expect(run("npx xianmai audit show Project YX2023-001")).toMatchObject({ code: 0, told: expect.stringContaining("demo") as string });
  },
  "npx xianmai audit verify": () => {
    expect(run("npx xianmai audit verify")).toMatchObject({ code: 0 });
  },
  "npm run bench:reads": () => {
    const { code, told } = run("npm run bench:reads -- --rounds 1 --seconds 0.1 --projects 146");
    expect({ code, told }).toMatchObject({ code: 0, told: expect.stringContaining("ours/PostGraphile") as string });
  },
  "npm run bench:writes": () => {
    const { code, told } = run("npm run bench:writes -- --rounds 1 --seconds 0.1 --rows 1000");
    expect({ code, told }).toMatchObject({ code: 0, told: expect.stringContaining("INSERT … SELECT") as string });
  },
  // writes into the package of a plugin that is enabled: packages/cli/test/migrate.test.ts makes one
  "npx xianmai migrate new visits": () => undefined,
  [`curl -s http://127.0.0.1:4000/graphql -H 'content-type: application/json' -d '{"query":"{ projects { totalCount } }"}'`]: async () => {
    expect(await count(place)).toBeGreaterThanOrEqual(146);
  },
  [AS_WORKBOOK]: () => {
    const file = join(place.data, "ByField.xlsx");
    expect(run(AS_WORKBOOK.replace("4000", String(place.port)).replace("-o ByField.xlsx", `-o "${file}"`))).toMatchObject({ code: 0 });
    expect(readFileSync(file).subarray(0, 2).toString()).toBe("PK");
  },
};

const shown = blocks("sh").flatMap(({ place: where, text }) =>
  text.split("\n").flatMap((line) => {
    const command = line.replace(/\s+# .*$/, "").trim();
    return command === "" || command.startsWith("#") ? [] : [{ where, command }];
  }),
);

test("every command of the pages is tried", () => {
  expect(shown.filter(({ command }) => !(command in proofs))).toEqual([]);
  expect(Object.keys(proofs).filter((command) => !shown.some((one) => one.command === command))).toEqual([]);
});

for (const [command, prove] of Object.entries(proofs)) {
  test(`a reader can run: ${command}`, async () => {
    await expect(Promise.resolve(prove())).resolves.toBeUndefined();
  });
}
