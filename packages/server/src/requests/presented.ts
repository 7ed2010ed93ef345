import type { Presented } from "./gate.ts";

/**
 * What a request says of its document: `query`, the id of a registered one (`documentId`, Relay's `doc_id` or `id`), or Apollo's hash
 * (`extensions.persistedQuery`). Whatever is of another type counts as not said.
 */
export function presentedIn(fields: Readonly<Record<string, unknown>>): Presented {
  const query = text(fields["query"]);
  if (query !== undefined && OTHER_WAYS.every((name) => fields[name] === undefined))
    return { query, documentId: undefined, sha256Hash: undefined };
  const extensions = record(fields["extensions"]);
  const persisted = extensions["persistedQuery"];
  const said = [fields["documentId"], extensions["documentId"], fields["doc_id"], ...(query === undefined ? [fields["id"]] : [])];
  // a socket of graphql-ws cannot leave its query out, and its recipes put the id here
  if (query === undefined) said.push(persisted);
  return { query, documentId: said.map(text).find((one) => one !== undefined), sha256Hash: text(record(persisted)["sha256Hash"]) };
}

/** Where a document may be named otherwise than by its text. */
const OTHER_WAYS = ["documentId", "extensions", "doc_id"] as const;

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
