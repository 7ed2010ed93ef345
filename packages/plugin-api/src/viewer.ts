import type { Plugin } from "./plugin.ts";
import type { Id } from "./values.ts";

/** What a viewer is in the county's order of things. Plugins name roles in their permissions; `county` holds every one, `guest` none. */
export const ROLES = ["county", "department", "township", "statistics", "guest"] as const;
/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** Who asks. Whose rows they see and change, PostgreSQL enforces: by their units where the role is not `county`. */
export interface Viewer {
  /** `county` sees every row; every other role what is everyone's and what its units have; `guest` changes nothing. */
  readonly role: Role;
  /** The official behind the request, where one is known. */
  readonly user: Id<"Official"> | undefined;
  /** Codes of the viewer's units, each standing for everything below it too. Of no account for `county`. */
  readonly units: readonly string[];
  /** Whether the viewer holds a permission. */
  may(permission: string): boolean;
}

/** The viewer of a request that names none: the whole county, every row, every permission. */
export const countyViewer: Viewer = Object.freeze({ role: "county", user: undefined, units: [], may: () => true });

/** What makes a viewer, beside what the plugins say of permissions. */
export type ViewerPart = Pick<Viewer, "role"> & Partial<Pick<Viewer, "user" | "units">>;

/** The viewer of a role, with the permissions that the enabled plugins give to it. */
export function viewerOf(plugins: readonly Pick<Plugin, "permissions">[], { role, user, units = [] }: ViewerPart): Viewer {
  return Object.freeze({ role, user, units, may: (permission: string) => holds(plugins, role, permission) });
}

function holds(plugins: readonly Pick<Plugin, "permissions">[], role: Role, permission: string): boolean {
  if (role === "county" || role === "guest") return role === "county";
  return plugins.some(
    ({ permissions }) => Object.hasOwn(permissions, permission) && permissions[permission]?.roles.includes(role) === true,
  );
}
