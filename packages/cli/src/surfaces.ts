import type { Plugin } from "@xianmai/plugin-api";

import { padded } from "./terminal.ts";

const labelWidth = 20;

/**
 * What a running platform offers, and where.
 *
 * @param url without a trailing slash: `http://localhost:4000`
 * @param data the data folder, where another than the configured one was asked for: other commands must be told it too
 */
export function surfacesText(url: string, plugins: readonly Plugin[], data?: string): string {
  const screens = plugins
    .flatMap((plugin) => plugin.screens)
    .map(({ name, zh, en }) => [`大屏 ${zh}`, `${url}/screens/${name}`, en] as const);
  const folder = data === undefined ? "" : ` --data '${data.replaceAll("'", `'\\''`)}'`;
  const rows: readonly (readonly [string, string, string])[] = [
    ...screens,
    ["接口 GraphQL", `${url}/graphql`, "HTTP, graphql-ws"],
    ["试用 GraphiQL", `${url}/graphiql`, ""],
    ["健康 Health", `${url}/health/ready`, ""],
    ["指标 Metrics", `${url}/metrics`, ""],
    ["数据库 psql", `psql "$(npx xianmai database url${folder})"`, ""],
  ];
  const place = Math.max(...rows.map(([, where]) => where.length)) + 2;
  const lines = rows.map(([label, where, more]) => `  ${padded(label, labelWidth)}${more === "" ? where : padded(where, place) + more}`);
  return ["", `  县脉 Xianmai  ${url}`, "", ...lines, "", "  按 Ctrl-C 停止 Stop with Ctrl-C", ""].join("\n");
}
