import { column, Refusal, type FilesField, type Plugin } from "@xianmai/plugin-api";
import { expect, test } from "vitest";

import { compose } from "../../src/composition/compose.ts";
import { cycle, plugin, step, thing, words } from "../support/declare.ts";
import { offices } from "../support/offices.ts";

const DEPENDS = { dependsOn: { [offices.name]: `^${offices.version}` } };

function filed(columns: Record<string, unknown>): Plugin {
  return plugin("deeds", { ...DEPENDS, entities: [thing("Deed", columns)] });
}

const proof = column.files({ ...words, types: ["pdf"] });

async function refusal(...plugins: readonly Plugin[]): Promise<Refusal> {
  return compose(plugins).then(
    () => expect.unreachable("nothing was refused"),
    (error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    },
  );
}

test.each<[string, FilesField]>([
  ["of no type", column.files({ ...words, types: [] })],
  ["of a type that is none", column.files({ ...words, types: ["video" as "pdf"] })],
  ["of which a row has none", column.files({ ...words, types: ["pdf"], most: 0 })],
  ["of which a row has a half", column.files({ ...words, types: ["pdf"], most: 1.5 })],
  ["that are larger than a size is counted", column.files({ ...words, types: ["pdf"], largest: 4096 })],
  ["that hold nothing", column.files({ ...words, types: ["pdf"], largest: 0 })],
])("files %s are refused, with the field", async (_, files) => {
  const refused = await refusal(offices, filed({ files }));
  expect(refused.code).toBe("FILES_INVALID");
  for (const language of ["zh", "en"] as const) expect(refused.in(language)).toContain("Deed.files");
});

test("files are refused where nobody provides units and people, since they would belong to nobody", async () => {
  const refused = await refusal(plugin("deeds", { entities: [thing("Deed", { proof })] }));
  expect({ code: refused.code, text: refused.in("en") }).toMatchObject({
    code: "PROVIDER_MISSING",
    text: expect.stringContaining("Deed.proof of plugin deeds") as string,
  });
});

test("a field of files has its name alone, and that of its figures", async () => {
  for (const other of ["proof", "proofAggregates"]) {
    const note = plugin("notes", {
      dependsOn: { deeds: "^1.0.0" },
      entities: [thing("Note", { deed: column.reference(() => deed, { ...words, inverse: other }) })],
    });
    const deed = thing("Deed", { proof });
    const refused = await refusal(offices, plugin("deeds", { ...DEPENDS, entities: [deed] }), note);
    expect(refused.code).toBe("FIELD_TAKEN");
    for (const language of ["zh", "en"] as const) expect(refused.in(language)).toContain("Deed.proof");
  }
  expect((await refusal(offices, filed({ Proof: proof }))).code).toBe("NAME_INVALID");
  expect((await refusal(offices, filed({ version: proof }))).code).toBe("FIELD_TAKEN");
});

test("a step cannot write files, nor take them under a name that its input has", async () => {
  const going = (declared: object): unknown => column.stage(cycle("DeedStage", ["A", "B"], { go: { ...step("A", "B"), ...declared } }));
  expect((await refusal(offices, filed({ proof, stage: going({ sets: { proof: "on" } }) }))).code).toBe("COLUMN_UNKNOWN");
  expect((await refusal(offices, filed({ reason: proof, stage: going({ takes: ["reason"] }) }))).code).toBe("STEP_INVALID");
  expect((await refusal(offices, filed({ proof, stage: going({ requires: ["prof"] }) }))).code).toBe("COLUMN_UNKNOWN");
});

test("without fields of files there is nothing of attachments", async () => {
  const none = await compose([offices]);
  expect(none.model.entities.map(({ name }) => name)).not.toContain("Attachment");
  expect(none.schema.getMutationType()?.getFields()["attachFile"]).toBeUndefined();
  const some = await compose([offices, filed({ proof })]);
  expect(some.schema.getMutationType()?.getFields()["attachFile"]).toBeDefined();
  expect(some.schema.getType("Deed")?.toConfig()).toHaveProperty("fields.proof");
});
