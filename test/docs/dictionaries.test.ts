import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { petitions } from "./petitions.ts";

test("a kind that the county adds can be chosen, and once it is retired only rows that have it keep it", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, petitions] });
  const { dictionary } = await platform.query<{ dictionary: { id: string } }>(`{ dictionary(code: "petition-kind") { id } }`);
  const { createDictionaryEntry: added } = await platform.query<{ createDictionaryEntry: { dictionaryEntry: { id: string } } }>(
    `mutation ($dictionary: ID!) { createDictionaryEntry(input: { dictionary: $dictionary, code: "noise", zh: "噪声", en: "Noise" }) {
      dictionaryEntry { id } problems { message } } }`,
    { dictionary: dictionary.id },
  );
  const enter = async (code: string): Promise<unknown> =>
    platform.as("role=township; units=").query(
      `mutation ($code: String!) { createPetition(input: { code: $code, summary: "夜间施工", kind: "noise" }) {
        petition { kind { label } } problems { code } } }`,
      { code },
    );
  expect(await enter("1")).toEqual({ createPetition: { petition: { kind: { label: "噪声" } }, problems: [] } });
  await platform.query(
    `mutation ($id: ID!) { updateDictionaryEntry(input: { id: $id, retiredOn: "2023-11-20" }) { problems { message } } }`,
    added.dictionaryEntry,
  );
  expect(await enter("2")).toEqual({ createPetition: { petition: null, problems: [{ code: "ENTRY_RETIRED" }] } });
  expect(await platform.query(`{ petitions(filter: { kind: { eq: "noise" } }) { nodes { code kind { label } } } }`)).toEqual({
    petitions: { nodes: [{ code: "1", kind: { label: "噪声" } }] },
  });
});
