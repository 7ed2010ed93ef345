import { isIP } from "node:net";

/**
 * Whether the `Host` of a request names this machine. A page elsewhere can point a name of its own at 127.0.0.1 and then read what we answer
 * (DNS rebinding); its requests carry that name.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  if (USUAL.test(host)) return true;
  const url = URL.parse(`http://${host}`);
  return url !== null && url.host === host.toLowerCase().replace(/:80$/, "") && isLoopback(url.hostname);
}

/** What nearly every request says: a URL need not be read for it. */
const USUAL = /^(?:localhost|127\.0\.0\.1)(?::\d{1,5})?$/;

/** Whether the `Origin` of a request, where there is one, is a page of this machine. A socket is open to every page, unlike an answer over HTTP. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") && isLoopback(url.hostname);
}

function isLoopback(hostname: string): boolean {
  if (hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]") return true;
  return isIP(hostname) === 4 && hostname.startsWith("127.");
}
