import type { Postgres } from "@xianmai/database/postgres";
import { compose, startServer } from "@xianmai/server";
import { pino } from "pino";

import { benchPlugins } from "../plugin.ts";
import { serve } from "./child.ts";

// as `xianmai serve --dev-viewers` does
serve<Postgres["app"]>(async ({ connection }) => {
  const composition = await compose(benchPlugins);
  const server = await startServer({
    composition,
    postgres: { app: connection },
    port: 0,
    log: pino({ level: "warn" }, pino.destination(2)),
    devViewers: true,
  });
  return server.port;
});
