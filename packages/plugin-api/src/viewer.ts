import type { Id } from "./values.ts";

/** Who asks. Until sign-in exists everyone on this machine is `county`: every row, every permission. */
export interface Viewer {
  readonly role: "county";
  /** The official behind the request, where one is known. */
  readonly user: Id<"Official"> | undefined;
  /** Whether the viewer holds a permission. */
  may(permission: string): boolean;
}

/** The viewer of a request that names none: the whole county. */
export const countyViewer: Viewer = Object.freeze({ role: "county", user: undefined, may: () => true });
