import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";

import { assets, pages, type Page } from "@xianmai/web";
import sirv from "sirv";

import { refuse } from "../transport/refuse.ts";

/** Answers a request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The built pages. */
export interface Pages {
  readonly screens: Answer;
  readonly graphiql: Answer;
  /** Files whose names hold a hash of their contents: they may be kept for ever. */
  readonly assets: Answer;
}

const ONE_YEAR = 31_536_000;

/**
 * Serves the pages that @xianmai/web was built to; where it was not built, each says how to build it.
 *
 * @param built the folder of the built pages, with a slash at its end
 */
export function servePages(notFound: Answer, built: URL = assets): Pages {
  const folder = fileURLToPath(built);
  const files = existsSync(folder)
    ? sirv(folder, { etag: true, gzip: true, brotli: true, immutable: true, maxAge: ONE_YEAR, extensions: [] })
    : undefined;
  return {
    screens: page(pages.screens, built),
    graphiql: page(pages.graphiql, built),
    assets: (request, response) => {
      if (files === undefined) return notFound(request, response);
      // a file that a new build has taken away fails to open only after sirv has begun to answer
      response.once("pipe", (file) => file.once("error", () => response.destroy()));
      files(request, response, () => notFound(request, response));
    },
  };
}

function page({ file, contentSecurityPolicy }: Page, built: URL): Answer {
  const path = new URL(file, built);
  if (!existsSync(path)) return notBuilt;
  const content = readFileSync(path);
  const etag = `"${createHash("sha256").update(content).digest("base64url")}"`;
  return (request, response) => {
    const headers = { "content-security-policy": contentSecurityPolicy, "cache-control": "no-cache", etag };
    if (request.headers["if-none-match"] === etag) response.writeHead(304, headers).end();
    else {
      response.writeHead(200, { ...headers, "content-type": "text/html; charset=utf-8", "content-length": content.length });
      response.end(request.method === "HEAD" ? undefined : content);
    }
  };
}

function notBuilt(request: IncomingMessage, response: ServerResponse): void {
  refuse(request, response, 503, {
    zh: "页面还没有构建。请运行 npm run build，然后重新启动。",
    en: "The pages are not built. Run npm run build, then start again.",
  });
}
