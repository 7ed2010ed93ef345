import { Refusal } from "@xianmai/plugin-api";

import { runAs } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { superuser } from "./cluster.ts";
import { connected } from "./connect.ts";
import type { Place } from "./place.ts";
import type { Postmaster } from "./postmaster.ts";
import { scramVerifier } from "./scram.ts";
import type { Secrets } from "./secrets.ts";
import type { ConnectionSettings } from "./settings.ts";

const ownerRole = "xm_owner";
const databaseName = "xianmai";

/** The owner's connection to a private server: no superuser, but it makes roles, and databases for tests. */
function ownerSettings({ socketFolder, port }: Postmaster, { owner }: Secrets): ConnectionSettings {
  return { host: socketFolder, port, user: ownerRole, password: owner, database: databaseName };
}

/**
 * Makes the owner and its database on a private server, or the owner's password what the data folder says. Does nothing where the owner gets in.
 *
 * @returns the owner's connection, which was tried; `undefined` when the server does not know these passwords at all
 */
export async function ensureOwner(postmaster: Postmaster, secrets: Secrets): Promise<ConnectionSettings | undefined> {
  const owner = ownerSettings(postmaster, secrets);
  if (await getsIn(owner)) return owner;
  const bootstrap = { ...owner, user: superuser, password: secrets.superuser, database: "postgres" };
  if (!(await getsIn(bootstrap))) return undefined;
  await connected(bootstrap, async (client) => {
    const role = await client.query("select from pg_roles where rolname = $1", [ownerRole]);
    const verb = role.rowCount === 0 ? "create" : "alter";
    await client.query(`${verb} role ${ownerRole} login createrole createdb password '${scramVerifier(secrets.owner)}'`);
    const database = await client.query("select from pg_database where datname = $1", [databaseName]);
    if (database.rowCount === 0) await client.query(`create database ${databaseName} owner ${ownerRole}`);
  });
  await connected(owner, () => Promise.resolve());
  return owner;
}

async function getsIn(settings: ConnectionSettings): Promise<boolean> {
  try {
    await connected(settings, () => Promise.resolve());
    return true;
  } catch (error) {
    if (error instanceof Refusal && ["DATABASE_LOGIN_REFUSED", "DATABASE_MISSING"].includes(error.code)) return false;
    throw error;
  }
}

/**
 * Gives the superuser the password that the data folder says, where the file with the old one was lost.
 * PostgreSQL does that for whoever may read its files, while it does not run.
 */
export async function resetSuperuser(binaries: Binaries, { cluster, account }: Place, secrets: Secrets): Promise<void> {
  const sql = `alter role ${superuser} password '${scramVerifier(secrets.superuser)}'\n`;
  const { ok, output } = await runAs(account, binaries.postgres, ["--single", "-D", cluster, "postgres"], sql);
  if (!ok) throw new Error(`PostgreSQL in ${cluster} did not take a new password for ${superuser}: ${output}`);
}
