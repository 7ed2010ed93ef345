// Compiled, never run: fields of files stand among columns, and are none.
import { column, entity, type Context, type Id } from "@xianmai/plugin-api";

export class Deed extends entity(
  "Deed",
  { zh: "契据", en: "Deed", title: "code", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    proof: column.files({ zh: "佐证材料", en: "Proof", types: ["image", "pdf"], most: 3 }),
  },
) {}

export const deed: Deed = { id: "d" as Id<"Deed">, code: "D1" };
// @ts-expect-error a row has no files
export const files = (one: Deed): unknown => one.proof;

// @ts-expect-error a field of files is no title
entity("A", { zh: "甲", en: "A", title: "proof", scope: "everyone" }, { proof: column.files({ zh: "佐", en: "Proof", types: ["pdf"] }) });

// @ts-expect-error there is no such kind of file
column.files({ zh: "影像", en: "Film", types: ["video"] });

// @ts-expect-error it says what it takes
column.files({ zh: "佐证材料", en: "Proof" });

export const codes = async ({ db }: Context): Promise<unknown> => db(Deed).selectFrom("deed").select("code").execute();
// @ts-expect-error the table has no such column
export const none = async ({ db }: Context): Promise<unknown> => db(Deed).selectFrom("deed").select("proof").execute();
