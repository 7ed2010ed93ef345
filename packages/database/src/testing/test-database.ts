import { createHash, randomBytes } from "node:crypto";

import type { Client } from "pg";

import { quoted } from "../names.ts";
import { connected } from "../postgres/connect.ts";
import type { ConnectionSettings } from "../postgres/index.ts";
import { currentRun, databasePrefix, dropDatabase, type TestRun } from "./test-server.ts";

/** A database of a test's own. */
export interface TestDatabase {
  readonly owner: ConnectionSettings;
  readonly app: ConnectionSettings;
  /** Removes it, closing whatever is still connected. What a test forgets is removed at the end of the run. */
  drop(): Promise<void>;
}

/** A database that many tests begin from: prepared once per run, then copied. */
export interface TestTemplate {
  /** One name always means one preparation. */
  readonly name: string;
  /** Fills an empty database, and closes its connections. */
  readonly prepare: (database: Omit<TestDatabase, "drop">) => Promise<void>;
}

/**
 * Makes a database for a test: empty, or a copy of a template, which takes some tens of milliseconds.
 *
 * @throws Error when the run has no PostgreSQL, and whatever `prepare` throws
 */
export async function createTestDatabase(template?: TestTemplate): Promise<TestDatabase> {
  const run = currentRun();
  const name = `${databasePrefix(run)}${randomBytes(6).toString("hex")}`;
  await connected(run.owner, async (client) => {
    const from = template === undefined ? "template0" : await templateDatabase(client, run, template);
    await client.query(`create database ${quoted(name)} template ${quoted(from)} strategy file_copy`);
  });
  return {
    ...settings(run, name),
    drop: async () => dropDatabase(run, name),
  };
}

/** The template's database, prepared now unless it has been: the lock makes others who want it wait. */
async function templateDatabase(client: Client, run: TestRun, template: TestTemplate): Promise<string> {
  const hash = createHash("sha256").update(template.name).digest("hex").slice(0, 12);
  const name = `${databasePrefix(run)}template_${hash}`;
  await client.query("select pg_advisory_lock(hashtext($1))", [name]);
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 0) {
      const draft = `${name}_draft`;
      await dropDatabase(run, draft);
      await client.query(`create database ${quoted(draft)} template template0 strategy file_copy`);
      await template.prepare(settings(run, draft));
      await client.query(`alter database ${quoted(draft)} rename to ${quoted(name)}`);
    }
  } finally {
    await client.query("select pg_advisory_unlock(hashtext($1))", [name]);
  }
  return name;
}

function settings({ owner, app }: TestRun, database: string): Omit<TestDatabase, "drop"> {
  return { owner: { ...owner, database }, app: { ...app, database } };
}
