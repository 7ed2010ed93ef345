import type { Plugin } from "@xianmai/plugin-api";

import { alertsPart } from "../alerts/alerts-part.ts";
import { attachmentsPart } from "../attachments/attachments-part.ts";
import { commentsPart } from "../comments/comments-part.ts";
import { deadlinesPart } from "../deadlines/deadlines-part.ts";
import type { PlatformPart } from "./part.ts";
import { surroundingsOf, type Surroundings } from "./surroundings.ts";

const PARTS: readonly ((surroundings: Surroundings) => PlatformPart | undefined)[] = [
  commentsPart,
  attachmentsPart,
  deadlinesPart,
  alertsPart,
];

/**
 * What the platform brings for some plugins. Nothing, where none of them provides units and people: what it brings belongs to somebody.
 *
 * @param plugins the enabled ones
 */
export function platformParts(plugins: readonly Plugin[]): readonly PlatformPart[] {
  const surroundings = surroundingsOf(plugins);
  return surroundings === undefined ? [] : PARTS.flatMap((part) => part(surroundings) ?? []);
}
