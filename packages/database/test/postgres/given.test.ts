import { createServer } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openPostgres, type ConnectionSettings, type Postgres } from "../../src/postgres/index.ts";
import { libpqUrl } from "../../src/postgres/settings.ts";
import { clean, newFolder, query, quiet, refusal } from "./harness.ts";

/** A server of the tests' own, since roles belong to the whole server; to the code under test it is a given one. */
let server: Postgres;
let admin: ConnectionSettings;
const folder = newFolder();
const dataFolder = join(folder, "untouched");

beforeAll(async () => {
  const options = { dataFolder: join(folder, "data"), log: quiet, serverSettings: { fsync: "off" } };
  const before = await openPostgres(options);
  await before.release();
  // one login needs no password, as a system user's over a socket often needs none
  const rules = join(before.where, "pg_hba.conf");
  writeFileSync(rules, `local trusting trusting trust\n${readFileSync(rules, "utf8")}`);
  server = await openPostgres(options);
  const { superuser } = JSON.parse(readFileSync(join(folder, "data", "postgres-passwords.json"), "utf8")) as { superuser: string };
  admin = { ...server.owner, user: "xm_bootstrap", password: superuser };
  await query(admin, "drop role xm_app; drop role xm_all");
});

afterAll(async () => {
  await server.release();
  await clean(folder);
});

/** A login with a database of its own; `rights` as CREATE ROLE takes them. */
async function newOwner(name: string, rights: string): Promise<ConnectionSettings> {
  await query(admin, `create role ${name} login ${rights} password 'p w/${name}'`);
  await query(admin, `create database ${name} owner ${name}`);
  return { ...server.owner, user: name, password: `p w/${name}`, database: name };
}

function open(owner: ConnectionSettings, app?: ConnectionSettings): Promise<Postgres> {
  return openPostgres({
    dataFolder,
    databaseUrl: libpqUrl(owner),
    ...(app === undefined ? {} : { databaseAppUrl: libpqUrl(app) }),
    log: quiet,
  });
}

async function dropRoles(): Promise<void> {
  await query(admin, "drop role if exists xm_app; drop role if exists xm_all");
}

test("the server that this run was given, or one like it, gets its logins, and a second look finds them", async () => {
  const { DATABASE_URL: given, DATABASE_APP_URL: databaseAppUrl } = process.env;
  const databaseUrl = given ?? libpqUrl(await newOwner("first", "createrole"));
  const first = await openPostgres({ dataFolder, databaseUrl, databaseAppUrl, log: quiet });
  const second = await openPostgres({ dataFolder, databaseUrl, databaseAppUrl, log: quiet });
  expect(second).toMatchObject({ kind: "given", owner: first.owner, app: first.app, ownerUrl: databaseUrl });
  expect(await query(first.app, "select current_user::text as me")).toEqual([{ me: first.app.user }]);
  expect(Number.parseInt(first.serverVersion, 10)).toBeGreaterThanOrEqual(15);
  const { user, host, port, database } = first.owner;
  expect(first.where).toBe(`${user}@${host}:${port}/${database}`);
});

describe("logins on a given server", () => {
  test("are made once by two nodes that start at the same moment on two databases", async () => {
    await dropRoles();
    const owner = await newOwner("twin", "createrole");
    await query(admin, "create database twin_b owner twin");
    const nodes = await Promise.all([
      open(owner),
      open({ ...owner, database: "twin_b" }),
      open(owner),
      open({ ...owner, database: "twin_b" }),
    ]);
    for (const node of nodes) expect(node.app.password).toBe(nodes[0].app.password);
    expect(await query(nodes[1].app, "select current_database()::text as here")).toEqual([{ here: "twin_b" }]);
    await query(nodes[0].app, "set role xm_all");
  });

  test("follow the owner's new password", async () => {
    await query(admin, "alter role twin password 'newer'");
    const owner = { ...server.owner, user: "twin", password: "newer", database: "twin" };
    expect(await query((await open(owner)).app, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("are left alone where another owner made them, who is named no password but a remedy", async () => {
    const other = await newOwner("other", "createrole");
    const { code, text } = await refusal(() => open(other));
    expect(code).toBe("DATABASE_APP_ROLE_FOREIGN");
    expect(text).toContain("DATABASE_APP_URL");
    expect(text).not.toContain(other.password);
    await open({ ...server.owner, user: "twin", password: "newer", database: "twin" });
  });

  test("of another name work through DATABASE_APP_URL, once they were granted xm_app", async () => {
    const owner = { ...server.owner, user: "other", password: "p w/other", database: "other" };
    const app = { ...owner, user: "other_app", password: "q" };
    await query(admin, "create role other_app inherit login password 'q'");
    const missing = await refusal(() => open(owner, app));
    expect(missing.code).toBe("DATABASE_ROLES_MISSING");
    expect(missing.text).toContain('GRANT xm_app TO "other_app";');

    await query(admin, "grant xm_app to other_app");
    const { app: opened } = await open(owner, app);
    expect(opened.user).toBe("other_app");
    await query(opened, "set role xm_all");
  });

  test("that row-level security does not bind are refused", async () => {
    const owner = { ...server.owner, user: "twin", password: "newer", database: "twin" };
    const over = await refusal(() => open(owner, { ...admin, database: "twin" }));
    expect(over.code).toBe("DATABASE_APP_ROLE_UNSAFE");
    await query(admin, "create role sees_all inherit login password 'q'; grant xm_app, xm_all to sees_all");
    const inherits = await refusal(() => open(owner, { ...owner, user: "sees_all", password: "q" }));
    expect(inherits.code).toBe("DATABASE_APP_ROLE_UNSAFE");
    expect(inherits.text).toContain("sees_all");
    await query(admin, "drop role sees_all");
  });

  test("that the owner may not make are asked for with SQL that an administrator can run as it stands", async () => {
    await dropRoles();
    const owner = await newOwner("poor", "");
    const { code, text } = await refusal(() => open(owner));
    expect(code).toBe("DATABASE_ROLES_MISSING");
    const sql = text.match(/CREATE ROLE xm_all.*?GRANT xm_all TO xm_app;/)?.[0] ?? "";
    await query(admin, sql.replace("…", "chosen"));
    const { app } = await open(owner, { ...owner, user: "xm_app", password: "chosen" });
    expect(await query(app, "set role xm_all; select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("cannot be derived where the owner logs in without a password, so they are asked for", async () => {
    const { password: _, ...owner } = await newOwner("trusting", "createrole");
    const { code, text } = await refusal(() => open(owner));
    expect(code).toBe("DATABASE_APP_URL_MISSING");
    expect(text).toContain("trusting");
    const { app } = await open(owner, { ...owner, user: "xm_app", password: "chosen" });
    expect(app.user).toBe("xm_app");
  });
});

describe("a given server that cannot be used is named, with the remedy and without the password", () => {
  const password = "s3cret";

  test("password not given", async () => {
    const { password: _, ...owner } = server.owner;
    expect((await refusal(() => open(owner))).code).toBe("DATABASE_LOGIN_REFUSED");
  });

  test("wrong password", async () => {
    const { code, text } = await refusal(() => open({ ...server.owner, password }));
    expect(code).toBe("DATABASE_LOGIN_REFUSED");
    expect(text).toContain(`xm_owner@${server.owner.host}:5432/xianmai`);
    expect(text).not.toContain(password);
  });

  test("missing database", async () => {
    const { code, text } = await refusal(() => open({ ...admin, database: "nowhere" }));
    expect(code).toBe("DATABASE_MISSING");
    expect(text).toContain('CREATE DATABASE "nowhere"');
  });

  test("nobody listens", async () => {
    const port = await freePort();
    const { code, text } = await refusal(() => open({ ...server.owner, host: "127.0.0.1", port, password }));
    expect(code).toBe("DATABASE_UNREACHABLE");
    expect(text).toContain(`xm_owner@127.0.0.1:${port}/xianmai`);
    expect(text).not.toContain(password);
  });

  test("encoding other than UTF-8", async () => {
    await query(admin, "create database latin encoding 'LATIN1' locale 'C' template template0");
    expect((await refusal(() => open({ ...admin, database: "latin" }))).code).toBe("DATABASE_ENCODING");
  });

  test("read-only", async () => {
    await query(admin, "create database frozen");
    await query(admin, "alter database frozen set default_transaction_read_only = on");
    expect((await refusal(() => open({ ...admin, database: "frozen" }))).code).toBe("DATABASE_READ_ONLY");
  });

  test("no right to create schemas", async () => {
    await query(admin, "create role guest login password 'guest'");
    await query(admin, "create database closed");
    const { code, text } = await refusal(() => open({ ...admin, user: "guest", password: "guest", database: "closed" }));
    expect(code).toBe("DATABASE_RIGHTS_MISSING");
    expect(text).toContain('ALTER DATABASE "closed" OWNER TO "guest";');
  });

  test.each([
    ["mysql://a:s3cret@h/db", "postgresql://"],
    ["postgresql://a:s3cret@h", "database"],
    ["postgresql:///db", "user, host"],
    ["postgresql://a:s3cret@h:99999999/db", ""],
    ["postgresql://a:s3cret@h:0/db", "1 to 65535"],
  ])("an address that is none: %s", async (databaseUrl, part) => {
    const { code, text } = await refusal(() => openPostgres({ dataFolder, databaseUrl, log: quiet }));
    expect(code).toBe("DATABASE_URL_INVALID");
    expect(text).toContain(part);
    expect(text).not.toContain(password);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
