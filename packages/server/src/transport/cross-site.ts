import type { IncomingMessage } from "node:http";

import type { Label } from "@xianmai/plugin-api";

/** What the browser says of a request that the very page of this server sent, or a person by hand. */
const OWN: readonly string[] = ["same-origin", "none"];

/**
 * Whether a page of another site has its visitor's browser send this GET. It could not read the answer, but have the server work; whatever changes
 * something, and every POST, takes a content type that no page may send elsewhere unasked. Programs and the browsers of before 2020 say nothing, and pass.
 */
export function isFromAnotherSite({ method, headers }: IncomingMessage): boolean {
  if (method !== "GET") return false;
  const site = headers["sec-fetch-site"];
  return typeof site === "string" && !OWN.includes(site);
}

/** What such a request is told. */
export const FROM_ANOTHER_SITE: Label = {
  zh: "此 GET 请求由其他网站的页面发出：请在本站页面中发送，或改用 POST 与 content-type: application/json。",
  en: "A page of another site sends this GET: send it from a page of this server, or by POST with content-type: application/json.",
};
