import { isUuid } from "@xianmai/plugin-api";

/** A row as GraphQL names it, taken apart. */
export interface GlobalId {
  readonly entity: string;
  readonly uuid: string;
}

/** Writes the global id of a row: `Project:<uuid>`. */
export function globalId(entity: string, uuid: string): string {
  return `${entity}:${uuid}`;
}

/** Reads a global id; `undefined` for anything that is not one, in the one spelling that the API hands out. */
export function parseGlobalId(text: string): GlobalId | undefined {
  const colon = text.indexOf(":");
  if (colon < 1) return undefined;
  const uuid = text.slice(colon + 1);
  return isUuid(uuid) ? { entity: text.slice(0, colon), uuid } : undefined;
}
