import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { PgAggregatesPreset } from "@graphile/pg-aggregates";
import { Pool, type PoolConfig } from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

import { serve } from "./child.ts";

serve<PoolConfig>(async ({ connection, pool }) => {
  const instance = postgraphile({
    extends: [PostGraphileAmberPreset, PgAggregatesPreset],
    pgServices: [makePgService({ pool: new Pool({ ...connection, max: pool }), schemas: ["app"], pubsub: false })],
    // what it does for developers is off, as its documentation advises for production
    grafast: { explain: false },
    grafserv: { graphiql: false, watch: false, websockets: false },
  });
  const server = createServer();
  const { addTo } = { addTo: instance.createServ(grafserv) };
  await addTo.addTo(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
});
