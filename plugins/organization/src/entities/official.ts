import { choices, column, entity, type Choice } from "@xianmai/plugin-api";

import { Unit } from "./unit.ts";

/** Whether an official is a county leader: trips, assigned projects and assessment ask for no more than that. */
export const OfficialRank = choices(
  "OfficialRank",
  { zh: "干部级别", en: "Rank of an official" },
  {
    COUNTY_LEVEL: { zh: "县处级", en: "County level" },
    OTHER: { zh: "其他", en: "Other" },
  },
);
/** One value of {@link OfficialRank}. */
export type OfficialRank = Choice<typeof OfficialRank>;

/** An official (干部), in the unit where he or she serves now. */
export class Official extends entity(
  "Official",
  { zh: "干部", en: "Official", title: "name", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "干部编号", en: "Code" }),
    name: column.text({ zh: "姓名", en: "Name" }),
    title: column.text({ zh: "职务", en: "Title", optional: true }),
    rank: column.choice(OfficialRank, { zh: "级别", en: "Rank", default: "OTHER" }),
    unit: column.reference(() => Unit, { zh: "所在单位", en: "Unit", inverse: "officials" }),
  },
) {}
