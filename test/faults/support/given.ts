import { rmSync } from "node:fs";
import { join } from "node:path";

import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { Client } from "pg";

import { newFolder } from "./house.ts";
import { serve, type Server } from "./server.ts";
import { tapWire, type Wire } from "./wire.ts";

/** A database that the run was given, and servers that share it: what `DATABASE_URL` is for. */
export interface GivenDatabase {
  /** What the servers say to PostgreSQL. */
  readonly wire: Wire;
  /** Starts one more server on it. */
  serve(): Promise<Server>;
  /** Connects as the owner of the tables. Closed with the database. */
  psql(): Promise<Client>;
  /** Ends the servers and removes the database. */
  close(): Promise<void>;
}

/** Makes an empty database. */
export async function openGivenDatabase(): Promise<GivenDatabase> {
  const database = await createTestDatabase();
  const wire = await tapWire(database.app);
  const folder = newFolder();
  const env = { DATABASE_URL: urlOf(database.owner), DATABASE_APP_URL: urlOf(wire.app) };
  const servers: Server[] = [];
  const clients: Client[] = [];
  return {
    wire,
    serve: async () => {
      const server = await serve(["--data", join(folder, "data")], { env });
      servers.push(server);
      return server;
    },
    psql: async () => {
      const client = new Client({ connectionString: env.DATABASE_URL });
      await client.connect();
      clients.push(client);
      return client;
    },
    close: async () => {
      await Promise.all(servers.map(async (server) => server.kill("SIGTERM")));
      await Promise.all(clients.map(async (client) => client.end()));
      await wire.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function urlOf({ host, port, user, password, database }: TestDatabase["owner"]): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password ?? "")}`;
  return `postgresql://${login}@${encodeURIComponent(host)}:${port}/${encodeURIComponent(database)}`;
}
