import { StatementError } from "@xianmai/database";
import { Refusal } from "@xianmai/plugin-api";
import { GraphQLError } from "graphql";
import { expect, test } from "vitest";

import { asGraphQLError, presentable } from "../../src/requests/errors.ts";

const logged: { error: unknown; id: string }[] = [];
const present = (error: unknown, language: "zh" | "en" = "en") => {
  logged.length = 0;
  return presentable(asGraphQLError(error), { language, statementSeconds: 30, log: (whole, id) => logged.push({ error: whole, id }) });
};

test("an error that nobody expected gives the client an id and nothing else, and the log the whole under that id", () => {
  const secret = new Error("password=hunter2 at /srv/secret.ts:1");
  const shown = present(new GraphQLError("password=hunter2", { originalError: secret, path: ["projects", 0] }));
  expect(JSON.stringify(shown)).not.toContain("hunter2");
  expect(shown.extensions["code"]).toBe("INTERNAL_SERVER_ERROR");
  expect(shown.path).toEqual(["projects", 0]);
  expect(shown.message).toContain(logged[0]!.id);
  expect(logged).toEqual([{ error: secret, id: shown.extensions["id"] }]);
});

test("what was said to the client on purpose passes unchanged, and is not logged as a fault", () => {
  const meant = new GraphQLError("Take another cursor.", { extensions: { code: "BAD_USER_INPUT" } });
  expect(present(meant)).toBe(meant);
  expect(present(new GraphQLError("wrapped", { originalError: new GraphQLError("inner") })).message).toBe("inner");
  expect(logged).toEqual([]);
});

test("a refusal speaks the client's language, with its code", () => {
  const refusal = new Refusal("TOO_MANY", { zh: "太多了。", en: "Too many." }, { zh: "请减少。", en: "Take fewer." });
  expect(present(refusal, "zh")).toMatchObject({ message: "太多了。请减少。", extensions: { code: "TOO_MANY" } });
  expect(present(refusal, "en")).toMatchObject({ message: "Too many. Take fewer.", extensions: { code: "TOO_MANY" } });
});

test("a database that is away is said to be, and is no fault of the platform", () => {
  const away = [
    Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" }),
    new StatementError(new Error("Connection terminated unexpectedly"), undefined, 0),
    new Error("lost", { cause: new AggregateError([Object.assign(new Error("no"), { code: "ECONNREFUSED" })]) }),
  ];
  for (const error of away) expect(present(error).extensions).toEqual({ code: "DATABASE_UNAVAILABLE" });
  expect(logged).toEqual([]);
});
