import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { acceptances, upload } from "./acceptances.ts";
import { pageText } from "./documents.ts";

const page = pageText("docs/plugins/attachments.md");

/** The operations of the page, by their names. */
function operation(name: string): string {
  const found = [...page.matchAll(/^```\n((?:query|mutation) [\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
  const wanted = found.find((text) => new RegExp(`^\\w+ ${name}\\b`).test(text));
  if (wanted === undefined) throw new Error(`The page has no operation ${name}.`);
  return wanted;
}

const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

test("the page's client uploads, its mutations attach, and its query lists what a step then required", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, acceptances] });
  await platform.sql("insert into unit (code, name, kind) values ('1', '住建局', 'DEPARTMENT')");
  const [row] = await platform.sql<{ id: string }>(
    "insert into acceptance (code, summary, unit_id) select 'A1', '道路', id from unit where code = '1' returning id",
  );
  const subject = `Acceptance:${row?.id ?? ""}`;
  const [proof, minutes] = [await upload(platform.url, PDF, "验收单.pdf"), await upload(platform.url, PDF, "纪要.pdf")];
  const attached = await platform.query<{ attachFile: { attachment: { id: string } } }>(operation("Attach"), { subject, upload: proof });
  expect(attached).toMatchObject({ attachFile: { attachment: { mediaType: "application/pdf" }, problems: [] } });
  expect(await platform.query(operation("Give"), { id: subject, minutes: [minutes] })).toEqual({
    giveAcceptance: { acceptance: { stage: "GIVEN" }, problems: [] },
  });
  expect(await platform.query(operation("Files"))).toMatchObject({
    acceptances: {
      nodes: [{ proof: { nodes: [{ name: "验收单.pdf" }] }, proofAggregates: [{ count: 1, bytes: { sum: String(PDF.length) } }] }],
    },
  });
  expect(await platform.query(operation("Detach"), { id: attached.attachFile.attachment.id })).toEqual({ detachFile: { problems: [] } });
});
