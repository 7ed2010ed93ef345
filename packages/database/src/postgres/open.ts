import type { Label } from "@xianmai/plugin-api";

import { connected } from "./connect.ts";
import { checkServer, parseUrl } from "./given.ts";
import type { ServerSettings } from "./launch.ts";
import { openPrivate } from "./private.ts";
import { ensureRoles } from "./roles.ts";
import { describe, libpqUrl, type ConnectionSettings } from "./settings.ts";

/** Which PostgreSQL to use. */
export interface PostgresOptions {
  /** Where the private server lives; made where it does not exist. Not touched when `databaseUrl` is given. */
  readonly dataFolder: string;
  /** The owner's login on a given server (`DATABASE_URL`); without it the private server is used. */
  readonly databaseUrl?: string | undefined;
  /** The application's login on a given server (`DATABASE_APP_URL`); without it the owner makes one. */
  readonly databaseAppUrl?: string | undefined;
  /** Told what takes time, and where things lie. */
  readonly log: (line: Label) => void;
  /** Settings of the private server, taken when this call starts it: `{ fsync: "off" }` in tests. */
  readonly serverSettings?: ServerSettings;
}

/** A PostgreSQL that is ready: the logins and the database exist, and both logins were tried. */
export interface Postgres {
  readonly kind: "private" | "given";
  /** Owns the tables and migrates them. */
  readonly owner: ConnectionSettings;
  /** What requests run as: owns nothing, and sees no row until it takes on a role. */
  readonly app: ConnectionSettings;
  /** The owner's login as a libpq URL, for psql. It holds a password. */
  readonly ownerUrl: string;
  /** Where it is, for people. */
  readonly where: string;
  /** Whether it ran already. A private server that this call has started runs only as long as someone uses it. */
  readonly joined: boolean;
  /** Such as `18.4`. */
  readonly serverVersion: string;
  /** Ends the use of it. The last user of a private server stops it; a given server is left alone. */
  release(): Promise<void>;
}

/**
 * Opens the private server of a data folder, starting it unless it runs, or a given server.
 *
 * @throws Refusal when it cannot be used: its code, and what to do, as docs/errors.md lists them
 */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const { databaseUrl, databaseAppUrl } = options;
  if (databaseUrl !== undefined && databaseUrl !== "") {
    const owner = parseUrl(databaseUrl, "DATABASE_URL");
    const app = databaseAppUrl === undefined || databaseAppUrl === "" ? undefined : parseUrl(databaseAppUrl, "DATABASE_APP_URL");
    return {
      kind: "given",
      owner,
      ...(await prepare(owner, app)),
      ownerUrl: databaseUrl,
      where: describe(owner),
      joined: true,
      release: () => Promise.resolve(),
    };
  }
  const { dataFolder, log, serverSettings } = options;
  const server = await openPrivate({ dataFolder, log, ...(serverSettings === undefined ? {} : { settings: serverSettings }) });
  try {
    return {
      kind: "private",
      owner: server.owner,
      ...(await prepare(server.owner, undefined)),
      ownerUrl: libpqUrl(server.owner),
      where: server.cluster,
      joined: server.joined,
      release: () => server.release(),
    };
  } catch (error) {
    await server.release();
    throw error;
  }
}

async function prepare(owner: ConnectionSettings, app: ConnectionSettings | undefined): Promise<Pick<Postgres, "app" | "serverVersion">> {
  return connected(owner, async (client) => ({
    serverVersion: await checkServer(client, owner),
    app: await ensureRoles(client, owner, app),
  }));
}
