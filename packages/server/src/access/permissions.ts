import type { Permission } from "@xianmai/plugin-api";
import { JOB_PERMISSIONS } from "@xianmai/workflow";

/** The permission to ask for any document, where the server answers registered ones alone. */
export const ADHOC = "graphql.adhoc";

/**
 * The permissions that the platform itself asks for. The county has them as it has all; a plugin of yours that declares one of them too gives it to
 * further roles.
 */
export const PLATFORM_PERMISSIONS: Readonly<Record<string, Permission>> = Object.freeze({
  [ADHOC]: Object.freeze({ zh: "自由查询（不限于登记的文档）", en: "Ask for any document, not for registered ones alone", roles: [] }),
  [JOB_PERMISSIONS.see.name]: JOB_PERMISSIONS.see,
  [JOB_PERMISSIONS.retry.name]: JOB_PERMISSIONS.retry,
});
