import type { IncomingMessage, ServerResponse } from "node:http";

import type { Plugin } from "@xianmai/plugin-api";
import { FILES_PATH } from "@xianmai/workflow";

import { EXPORT_PATH } from "../exports/export-route.ts";
import type { Files } from "../files/serve-files.ts";
import { UPLOADS_PATH } from "../files/uploads.ts";
import { healthOf, type HealthParts } from "../surfaces/health.ts";
import type { Measures } from "../surfaces/metrics.ts";
import { servePages, type Answer } from "../surfaces/pages.ts";
import { graphQLRoute, type GraphQLOverHttp } from "./graphql-http.ts";
import { refuse } from "./refuse.ts";
import { securityHeaders } from "./security-headers.ts";

/** Where GraphQL is spoken, over HTTP and WebSocket. */
export const GRAPHQL_PATH = "/graphql";

/** What the surfaces of a server are made of. */
export interface Surfaces {
  readonly graphql: GraphQLOverHttp;
  readonly plugins: readonly Plugin[];
  readonly health: HealthParts;
  readonly measures: Measures;
  /** `undefined` where no entity has any. */
  readonly files: Files | undefined;
  /** What is below /export. */
  readonly exports: Route;
}

type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** The table of everything that a server answers over HTTP. */
export function routesOf({ graphql, plugins, health, measures, files, exports }: Surfaces): Route {
  const secured = securedBy(securityHeaders());
  const pages = servePages(notFound);
  const screens = plugins.flatMap((plugin) => plugin.screens.map(({ name }) => `/screens/${name}`));
  const home = screens[0] ?? "/graphiql";
  const answers = graphQLRoute(graphql);
  const looking = secured(redirectTo("/graphiql"));
  const plain: readonly [string, Route][] = [
    ["/", redirectTo(home)],
    ["/graphiql", reading(pages.graphiql)],
    ["/screens", redirectTo(home)],
    ...screens.map((path): [string, Route] => [path, reading(pages.screens)]),
    ["/health/live", reading((_, response) => sendJson(response, 200, { live: true }))],
    [
      "/health/ready",
      reading(async (_, response) => {
        const found = await healthOf(health);
        sendJson(response, found.ready ? 200 : 503, found);
      }),
    ],
    [
      "/metrics",
      reading(async (_, response) => {
        response.writeHead(200, { "content-type": measures.contentType, "cache-control": "no-store" }).end(await measures.text());
      }),
    ],
  ];
  const routes = new Map<string, Route>([
    ...plain.map(([path, route]): [string, Route] => [path, secured(route)]),
    // an answer of GraphQL says all its headers at once
    [GRAPHQL_PATH, (request, response) => (isPersonLooking(request) ? looking : answers)(request, response)],
  ]);
  const nothing = secured(notFound);
  const below: readonly [string, Route][] = [
    ["/assets/", secured(reading(pages.assets))],
    [`${EXPORT_PATH}/`, secured(exports)],
    [`${FILES_PATH}/`, files === undefined ? nothing : secured(files.download)],
    [`${UPLOADS_PATH}/`, files === undefined ? nothing : secured(files.uploads)],
  ];
  if (files !== undefined) routes.set(UPLOADS_PATH, secured(files.uploads));

  return (request, response) => {
    const path = pathOf(request);
    const route = routes.get(path) ?? routes.get(path.replace(/\/$/, "")) ?? below.find(([start]) => path.startsWith(start))?.[1];
    return (route ?? nothing)(request, response);
  };
}

/** Has answers say some headers, whatever they say beside. */
function securedBy(headers: Readonly<Record<string, string>>): (route: Route) => Route {
  return (route) => (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    return route(request, response);
  };
}

/** The path of a request, without its query. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "/";
}

/** Somebody typed the address of the API into a browser. */
function isPersonLooking({ method, url = "", headers }: IncomingMessage): boolean {
  return method === "GET" && !/[?&](query|documentId|doc_id|extensions)=/.test(url) && /\btext\/html\b/.test(headers.accept ?? "");
}

function reading(route: Route): Route {
  return (request, response) => {
    if (request.method === "GET" || request.method === "HEAD") return route(request, response);
    response.setHeader("allow", "GET, HEAD");
    return refuse(request, response, 405, { zh: "此地址只接受 GET。", en: "This address takes GET only." });
  };
}

function redirectTo(location: string): Route {
  return reading((_, response) => {
    response.writeHead(302, { location, "cache-control": "no-store" }).end();
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}

const notFound: Answer = (request, response) => {
  refuse(request, response, 404, {
    zh: `没有 ${pathOf(request)} 这个地址。可用：/graphql、/graphiql、/screens/<名称>、/export/<表名>.xlsx、/health/live、/health/ready、/metrics。`,
    en: `There is nothing at ${pathOf(request)}. There are /graphql, /graphiql, /screens/<name>, /export/<sheet>.xlsx, /health/live, /health/ready, /metrics.`,
  });
};
