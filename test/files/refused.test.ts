import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { NORTH, openCounty, SOUTH } from "./county.ts";
import { attachFile, pdf, PNG, upload, type Attached } from "./files.ts";
import { compound, zip } from "./zip.ts";

let platform: TestPlatform;
let report: () => Promise<string>;

beforeAll(async () => {
  ({ platform, report } = await openCounty());
});
afterAll(async () => platform[Symbol.asyncDispose]());

async function attaching(content: Buffer, name: string, field = "proof"): Promise<Attached> {
  const address = await upload(platform, content, { viewer: NORTH, name });
  return attachFile(platform, { subject: await report(), field, upload: address }, NORTH);
}

const OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const CONTENT_TYPES = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${OFFICE}.main+xml"/></Types>`;

test.each<[string, Buffer, string, string]>([
  ["a picture", PNG, "现场.PNG", "image/png"],
  ["a PDF", pdf(), "a.pdf", "application/pdf"],
  ["an OFD", zip({ "OFD.xml": "<ofd/>" }), "公文.ofd", "application/ofd"],
  ["a document of Word", zip({ "[Content_Types].xml": CONTENT_TYPES, "word/document.xml": "<w/>" }), "a.docx", OFFICE],
  [
    "a document of OpenOffice",
    zip({ mimetype: "application/vnd.oasis.opendocument.text" }),
    "a.odt",
    "application/vnd.oasis.opendocument.text",
  ],
  ["a document of the old Word", compound("WordDocument"), "a.doc", "application/msword"],
  ["a table of WPS", compound("Workbook"), "a.et", "application/vnd.ms-excel"],
])("%s is taken for what it is", async (_, content, name, mediaType) => {
  const { attachment, problems } = await attaching(content, name);
  expect(problems).toEqual([]);
  const { node } = await platform.query<{ node: unknown }>("query ($id: ID!) { node(id: $id) { ... on Attachment { mediaType name } } }", {
    id: attachment?.id,
  });
  expect(node).toEqual({ mediaType, name });
});

test.each<[string, Buffer, string]>([
  ["in UTF-8", Buffer.from("乡镇,亩数\n北镇,12\n"), "a.csv"],
  ["in GB 18030", Buffer.from([0xcf, 0xe7, 0xd5, 0xf2, 0x2c, 0x31, 0x0a]), "a.txt"],
])("text %s is taken for text", async (_, content, name) => {
  expect((await attaching(content, name, "tables")).problems).toEqual([]);
});

const EXE = Buffer.concat([Buffer.from("MZ\u0090\u0000", "latin1"), Buffer.alloc(500)]);

test("a program that is called a PDF is refused, with the place, what it is, and what would do, in both languages", async () => {
  const { problems } = await attaching(EXE, "月报.pdf");
  expect(problems).toEqual([
    {
      code: "FILE_TYPE_REFUSED",
      path: ["input", "upload"],
      message:
        '文件 "月报.pdf" 按内容是 application/x-msdownload，“佐证材料”只收图片、PDF 或 OFD、Office、WPS 或 OpenDocument 文档：请换一个文件，或另存为这些类型。',
    },
  ]);
  const address = await upload(platform, EXE, { viewer: NORTH, name: "report.pdf" });
  const english = await platform
    .as(NORTH)
    .ask<{ attachFile: Attached }>(
      "mutation ($input: AttachFileInput!) { attachFile(input: $input) { problems { message } } }",
      { input: { subject: await report(), field: "proof", upload: address } },
      { "accept-language": "en" },
    );
  expect(english.data?.attachFile.problems).toEqual([
    {
      message:
        'By its content the file "report.pdf" is application/x-msdownload; "Proof" takes images, PDF or OFD, documents of Office, WPS or OpenDocument: choose another file, or save it as one of these.',
    },
  ]);
});

test.each<[string, Buffer, string]>([
  ["a zip that holds no document", zip({ "a.txt": "a" }), "a.docx"],
  ["an installer, which is a compound file too", compound("Property"), "a.doc"],
  ["a drawing that browsers run scripts of", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "a.png"],
  ["a page", Buffer.from("<!doctype html><script>1</script>"), "a.pdf"],
  ["nothing at all", Buffer.from([0, 1, 2, 3]), "a.png"],
  ["text, where the field takes none", Buffer.from("a"), "a.txt"],
])("%s is refused", async (_, content, name) => {
  expect((await attaching(content, name)).problems).toMatchObject([{ code: "FILE_TYPE_REFUSED" }]);
});

test("a name that does not fit the content is refused, and one that no disk takes", async () => {
  expect((await attaching(pdf(), "a.png.exe")).problems).toMatchObject([{ code: "FILE_TYPE_REFUSED", path: ["input", "upload"] }]);
  for (const name of ["", "a/b.pdf", "..\\b.pdf", "gpj.\u202efdp.pdf", `${"a".repeat(90)}.pdf`]) {
    expect((await attaching(pdf(), name)).problems).toMatchObject([{ code: "VALUE_INVALID" }]);
  }
  const address = await upload(platform, PNG, { viewer: NORTH, name: "a" });
  const input = { subject: await report(), field: "proof", upload: address };
  expect(await attachFile(platform, { ...input, name: "b.pdf" }, NORTH)).toMatchObject({ problems: [{ path: ["input", "name"] }] });
  expect((await attachFile(platform, { ...input, name: "b.jpg" }, NORTH)).problems).toEqual([]);
});

test("a file that is larger than its field takes is refused, though another field takes it", async () => {
  const { problems } = await attaching(pdf(1024 * 1024 + 1), "a.pdf");
  expect(problems).toMatchObject([
    {
      code: "FILE_TOO_LARGE",
      path: ["input", "upload"],
      message: expect.stringContaining("有 1.01 MiB，“佐证材料”每个文件不超过 1 MiB") as string,
    },
  ]);
});

test("a field holds no more files than it may, however many come at once", async () => {
  const subject = await report();
  const uploads = await Promise.all([1, 2, 3, 4, 5].map(async () => upload(platform, PNG, { viewer: NORTH, name: "a.png" })));
  const results = await Promise.all(uploads.map(async (one) => attachFile(platform, { subject, field: "proof", upload: one }, NORTH)));
  expect(results.filter(({ attachment }) => attachment !== null)).toHaveLength(3);
  expect(results.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual(["FILES_TOO_MANY", "FILES_TOO_MANY"]);
});

test("an upload is attached once, by whoever uploaded it, and once it is whole", async () => {
  const subject = await report();
  const attach = async (given: string, field = "proof", viewer = NORTH): Promise<unknown> =>
    attachFile(platform, { subject, field, upload: given }, viewer);
  const theirs = await upload(platform, PNG, { viewer: SOUTH, name: "a.png" });
  expect(await attach(theirs)).toMatchObject({ problems: [{ code: "UPLOAD_UNKNOWN", path: ["input", "upload"] }] });
  expect(await attach("nothing")).toMatchObject({ problems: [{ code: "UPLOAD_UNKNOWN" }] });
  const mine = await upload(platform, PNG, { viewer: NORTH, name: "a.png" });
  expect(await attach(mine, "photos")).toMatchObject({
    problems: [{ code: "FILES_FIELD_UNKNOWN", path: ["input", "field"], message: expect.stringContaining("proof, tables") as string }],
  });
  expect(await attach(mine)).toMatchObject({ problems: [] });
  expect(await attach(mine)).toMatchObject({ problems: [{ code: "UPLOAD_UNKNOWN" }] });

  const begun = await fetch(`${platform.url}/uploads`, {
    method: "POST",
    headers: { "tus-resumable": "1.0.0", "upload-length": "10", "x-xianmai-viewer": NORTH },
  });
  expect(await attach(begun.headers.get("location") ?? "")).toMatchObject({ problems: [{ code: "UPLOAD_UNFINISHED" }] });
});
