import type { IncomingMessage } from "node:http";

import { Refusal, ROLES, type Label, type Role } from "@xianmai/plugin-api";

/** The header of a request, and the connection parameter of a socket, that names who asks. */
export const VIEWER_PARAMETER = "x-xianmai-viewer";

/** What a request says of who asks; `undefined` for nothing. */
export function viewerIn({ headers }: IncomingMessage): string | undefined {
  const said = headers[VIEWER_PARAMETER];
  return typeof said === "object" ? said[0] : said;
}

/** A viewer as people write it, in codes. */
export interface NamedViewer {
  readonly role: Role;
  readonly units: readonly string[];
  readonly user: string | undefined;
}

const PARTS = ["role", "units", "user"] as const;
type PartName = (typeof PARTS)[number];

const FORM = "role=township; units=130726100,130726101; user=A001";

/**
 * Reads a viewer: `role=township; units=130726100,130726101; user=<code of an official>`. Units and user may be left out.
 *
 * @throws Refusal VIEWER_INVALID saying what cannot be read
 */
export function parseViewer(text: string): NamedViewer {
  const given = new Map<PartName, string>();
  for (const part of text.split(";").map((one) => one.trim())) {
    if (part === "") continue;
    const at = part.indexOf("=");
    const name = PARTS.find((known) => known === part.slice(0, Math.max(at, 0)).trim());
    if (name === undefined)
      throw invalid(text, { zh: `“${part}”不是 ${PARTS.join("、")} 之一`, en: `"${part}" is none of ${PARTS.join(", ")}` });
    if (given.has(name)) throw invalid(text, { zh: `${name} 写了两次`, en: `it says ${name} twice` });
    given.set(name, part.slice(at + 1).trim());
  }
  const named = given.get("role");
  const role = ROLES.find((known) => known === named);
  if (role === undefined) {
    const roles = ROLES.join(", ");
    throw named === undefined
      ? invalid(text, { zh: `缺少 role（${roles}）`, en: `it names no role (${roles})` })
      : invalid(text, { zh: `没有角色 ${named}（有 ${roles}）`, en: `there is no role ${named} (there are ${roles})` });
  }
  const units = (given.get("units") ?? "").split(",").map((code) => code.trim());
  const user = given.get("user") ?? "";
  return { role, units: [...new Set(units.filter((code) => code !== ""))], user: user === "" ? undefined : user };
}

function invalid(text: string, why: Label): Refusal {
  return new Refusal(
    "VIEWER_INVALID",
    { zh: `无法读懂访问者“${text}”：${why.zh}。`, en: `The viewer "${text}" cannot be read: ${why.en}.` },
    { zh: `应形如 ${FORM}（units、user 可省略）。`, en: `It reads ${FORM}, where units and user may be left out.` },
  );
}
