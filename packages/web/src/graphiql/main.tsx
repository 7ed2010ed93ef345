import "@fontsource-variable/noto-sans-sc/wght.css";
import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./page.css";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";

import { welcome } from "./welcome.ts";

const place = document.getElementById("graphiql");
if (place !== null) {
  const endpoint = new URL("/graphql", location.href);
  const socket = new URL(endpoint);
  socket.protocol = endpoint.protocol === "https:" ? "wss:" : "ws:";
  const fetcher = createGraphiQLFetcher({ url: endpoint.href, wsClient: createClient({ url: socket.href }) });
  createRoot(place).render(<GraphiQL fetcher={fetcher} defaultQuery={welcome} defaultEditorToolsVisibility="variables" />);
}
