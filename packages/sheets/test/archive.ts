import { crc32, deflateRawSync } from "node:zlib";

/** A file of an archive made by hand, so that it can lie. */
export interface Part {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Claimed instead of the true size. */
  readonly claimedSize?: number;
  /** Sizes are left out of the directory, as if they stood behind the data. */
  readonly sizeless?: boolean;
}

/** Writes a ZIP archive. */
export function archiveOf(parts: readonly Part[]): Uint8Array {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedSize, sizeless = false } of parts) {
    const raw = Buffer.from(content);
    const packed = deflateRawSync(raw);
    const title = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(sizeless ? 8 : 0, 6);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(crc32(raw), 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(claimedSize ?? raw.length, 22);
    local.writeUInt16LE(title.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(sizeless ? 8 : 0, 8);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(crc32(raw), 16);
    central.writeUInt32LE(sizeless ? 0 : packed.length, 20);
    central.writeUInt32LE(sizeless ? 0 : (claimedSize ?? raw.length), 24);
    central.writeUInt16LE(title.length, 28);
    central.writeUInt32LE(offset, 42);
    bodies.push(local, title, packed);
    directory.push(central, title);
    offset += local.length + title.length + packed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

/** The parts of a workbook with one worksheet, whose XML is given. */
export function workbookParts(worksheet: string): Part[] {
  const types = "http://schemas.openxmlformats.org/package/2006";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  return [
    { name: "[Content_Types].xml", content: `<Types xmlns="${types}/content-types"/>` },
    {
      name: "_rels/.rels",
      content: `<Relationships xmlns="${types}/relationships"><Relationship Id="a" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `<Relationships xmlns="${types}/relationships"><Relationship Id="s" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: "xl/workbook.xml",
      content: `<workbook xmlns:r="${office}"><sheets><sheet name="表" sheetId="1" r:id="s"/></sheets></workbook>`,
    },
    { name: "xl/worksheets/sheet1.xml", content: worksheet },
  ];
}
