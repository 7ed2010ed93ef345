import { createHash } from "node:crypto";

import { claimKey, settleKey, type KeyedRequest } from "@xianmai/database";
import type { Problem, Viewer } from "@xianmai/plugin-api";
import { GraphQLString, type GraphQLInputFieldConfig } from "graphql";
import type { ClientBase } from "pg";

import { both } from "../schema/describe.ts";
import { keyInvalid, keyReused } from "./problems.ts";

/** The most characters of an idempotency key. */
const LONGEST = 200;

/** The input field by which a request that is sent again is known. */
export const KEY_FIELD: GraphQLInputFieldConfig = {
  type: GraphQLString,
  description: both(
    "幂等键：24 小时内以同一键、同一输入重发，只执行一次，答复与首次相同",
    "Sent again with the same key and input within 24 hours, the request is carried out once, and answered as the first time",
  ),
};

/** What a mutation's key says of it: nothing, since there is none; that it is new; that it was carried out, or cannot be. */
export type Keyed =
  | { readonly kind: "free" }
  | { readonly kind: "claimed"; readonly settle: (shown: string | undefined) => Promise<void> }
  | { readonly kind: "done"; readonly shown: string | undefined }
  | { readonly kind: "refused"; readonly problem: Problem };

/** Claims the idempotency key of an input, in the mutation's transaction. */
export async function keyed(client: ClientBase, viewer: Viewer, field: string, input: Readonly<Record<string, unknown>>): Promise<Keyed> {
  const { idempotencyKey: key, ...rest } = input;
  if (typeof key !== "string") return { kind: "free" };
  if (key === "" || key.length > LONGEST || key.includes("\0") || !key.isWellFormed())
    return { kind: "refused", problem: keyInvalid(key, LONGEST) };
  const request: KeyedRequest = { viewer: digest(identityOf(viewer)), key, field, input: digest(rest) };
  const known = await claimKey(client, request);
  if (known === undefined) return { kind: "claimed", settle: async (shown) => settleKey(client, request, shown) };
  if (known.field !== field || known.input !== request.input) return { kind: "refused", problem: keyReused(key, known.field) };
  return { kind: "done", shown: known.shown };
}

function identityOf({ role, user, units }: Viewer): unknown {
  return [role, user ?? null, role === "county" ? [] : [...units].sort()];
}

function digest(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(inOrder(value)) ?? "")
    .digest("base64url");
}

/** The same value with the keys of its objects in one order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, inOrder(one)]),
  );
}
