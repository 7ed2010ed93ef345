import { serveTestDatabases } from "@xianmai/database/testing";

/** One PostgreSQL for the whole run: `DATABASE_URL`, else a private one. @returns what vitest calls when the run is over */
export async function setup(): Promise<() => Promise<void>> {
  const server = await serveTestDatabases();
  return () => server.stop();
}
