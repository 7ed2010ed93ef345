import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";

const bin = "/usr/lib/postgresql/15/bin";
const patience = 30_000;

/**
 * Starts a throw-away cluster of Debian's PostgreSQL 15 on loopback, with a free port, passwords, and an owner who is no superuser; installs the
 * package where it is missing and this process may.
 * @returns {Promise<{ url: string, bin: string, stop: () => Promise<void> }>} the owner's URL, the folder of its programs, and the end of the cluster with all its files
 */
export async function startPostgres15() {
  if (!existsSync(join(bin, "postgres"))) install();
  const folder = mkdtempSync(join(tmpdir(), "postgresql-15-"));
  const account = accountOfPostgres(folder);
  const password = randomBytes(12).toString("hex");
  const port = await freePort();
  writeFileSync(join(folder, "password"), password);
  if (account.uid !== undefined) chownSync(join(folder, "password"), account.uid, account.gid ?? account.uid);

  const data = join(folder, "data");
  const options = { ...account, cwd: "/", encoding: /** @type {const} */ ("utf8") };
  const initdb = [
    "-D",
    data,
    "-U",
    "postgres",
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
    "--auth=scram-sha-256",
    `--pwfile=${join(folder, "password")}`,
    "--no-sync",
  ];
  execFileSync(join(bin, "initdb"), initdb, { ...options, stdio: "pipe" });
  const settings = [
    "-p",
    String(port),
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    "unix_socket_directories=",
    "-c",
    "fsync=off",
    "-c",
    "max_connections=200",
  ];
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings], { ...options, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    log = (log + text).slice(-10_000);
  });
  const ended = once(server, "exit");
  // however this process ends, nothing stays behind
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown
    if (server.exitCode === null) server.kill("SIGINT");
    await ended;
    process.off("exit", kill);
    rmSync(folder, { recursive: true, force: true });
  };

  const url = (/** @type {string} */ user, /** @type {string} */ database) =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  const psql = (/** @type {string} */ sql) => {
    execFileSync(join(bin, "psql"), ["-X", "-q", "-v", "ON_ERROR_STOP=1", url("postgres", "postgres"), "-c", sql], {
      ...options,
      stdio: "pipe",
    });
  };
  try {
    await accepting(
      psql,
      () => server.exitCode !== null,
      () => log,
    );
    psql(`CREATE ROLE county LOGIN CREATEDB CREATEROLE PASSWORD '${password}'`);
    psql("CREATE DATABASE county OWNER county");
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: url("county", "county"), bin, stop };
}

/** Debian's package, without the cluster that it would make and start on 5432. */
function install() {
  const apt = "/usr/bin/apt-get";
  if (process.getuid?.() !== 0 || !existsSync(apt)) {
    throw new Error(
      `缺少 ${bin}：请以 root 运行，或先安装 postgresql-15。\n${bin} is missing: run this as root on Debian, or install postgresql-15 first.`,
    );
  }
  const run = (/** @type {string[]} */ args) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    execFileSync(apt, ["-qq", "-o", "Dpkg::Options::=--force-confold", ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
  };
  console.log("  安装 Installing postgresql-15 …");
  run(["update"]);
  mkdirSync("/etc/postgresql-common", { recursive: true });
  const config = "/etc/postgresql-common/createcluster.conf";
  if (!existsSync(config)) writeFileSync(config, "create_main_cluster = false\n");
  run(["install", "-y", "--no-install-recommends", "postgresql-15"]);
}

/** PostgreSQL refuses to run as root: its own account then runs it, and owns the folder. @param {string} folder @returns {{ uid?: number, gid?: number }} */
function accountOfPostgres(folder) {
  if (process.getuid?.() !== 0) return {};
  const id = (/** @type {string} */ flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const account = { uid: id("-u"), gid: id("-g") };
  chownSync(folder, account.uid, account.gid);
  return account;
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** @param {(sql: string) => void} psql @param {() => boolean} dead @param {() => string} log */
async function accepting(psql, dead, log) {
  const until = Date.now() + patience;
  for (;;) {
    try {
      psql("SELECT 1");
      return;
    } catch (error) {
      if (dead() || Date.now() > until) throw new Error(`PostgreSQL 15 没有启动 did not start:\n${log()}`, { cause: error });
      await wait(100);
    }
  }
}
