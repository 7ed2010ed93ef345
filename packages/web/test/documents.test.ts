import { readFileSync } from "node:fs";

import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";

import { welcome } from "../src/graphiql/welcome.ts";

const schema = buildSchema(readFileSync(new URL("../../../schema/schema.graphql", import.meta.url), "utf8"));
const document = (path: string): string => readFileSync(new URL(`../src/screens/projects/${path}`, import.meta.url), "utf8");

test.for([
  ["the projects screen", document("projects.graphql")],
  ["its ticker", document("started.graphql")],
  ["the first visit to GraphiQL", welcome],
] as const)("what %s asks is in the schema", ([, text]) => {
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
});
