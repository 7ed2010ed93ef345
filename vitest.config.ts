import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { ClosingLine } from "./scripts/closing-line.ts";

// "source" runs the packages from their TypeScript; "node" without "import", which breaks pg
const conditions = ["source", "node"];
const postgres = "test/setup/postgres.ts";

export default defineConfig({
  resolve: {
    conditions,
    // one copy of graphql: node takes the CommonJS build, vite would take the other
    alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }],
  },
  ssr: { resolve: { conditions } },
  oxc: { decorator: { legacy: true } },
  test: {
    include: ["{packages,plugins}/*/test/**/*.test.{ts,tsx}", "{test,scripts}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "threads",
    maxWorkers: 2,
    // patience, not speed: a busy machine fails no test, and whoever waits waits for something
    testTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    globalSetup: existsSync(postgres) ? [postgres] : [],
    reporters: ["default", new ClosingLine()],
    coverage: { provider: "v8", include: ["{packages,plugins}/*/src/**"] },
  },
});
