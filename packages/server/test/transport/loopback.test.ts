import { describe, expect, test } from "vitest";

import { isLoopbackHost, isLoopbackOrigin } from "../../src/transport/loopback.ts";

describe("only requests that name this machine are answered", () => {
  test.each([
    "localhost",
    "localhost:4000",
    "LOCALHOST:4000",
    "127.0.0.1:4000",
    "127.9.9.9",
    "[::1]:4000",
    "app.localhost:4000",
    "localhost:80",
  ])("Host %s is this machine", (host) => expect(isLoopbackHost(host)).toBe(true));

  test.each([
    undefined,
    "",
    "evil.example",
    "evil.example:4000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "notlocalhost",
    "user@localhost",
    "localhost/evil.example",
    "0.0.0.0:4000",
    "10.0.0.1",
    "[::]:4000",
    "[fe80::1]",
  ])("Host %s is not", (host) => expect(isLoopbackHost(host)).toBe(false));

  test.each([undefined, "http://localhost:5173", "https://localhost", "http://127.0.0.1:4000", "http://[::1]:4000"])(
    "Origin %s is this machine",
    (origin) => expect(isLoopbackOrigin(origin)).toBe(true),
  );

  test.each(["null", "", "https://evil.example", "http://localhost.evil.example", "file://localhost/x", "chrome-extension://abc"])(
    "Origin %s is not",
    (origin) => expect(isLoopbackOrigin(origin)).toBe(false),
  );
});
