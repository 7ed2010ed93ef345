import { crc32 } from "node:zlib";

/** A zip of some texts, stored as they are: what documents of Office, OpenDocument and OFD are. */
export function zip(entries: Readonly<Record<string, string>>): Buffer {
  const [local, central]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(entries)) {
    const [title, content] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(title.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    local.push(Buffer.from("PK\u0003\u0004"), common, title, content);
    central.push(Buffer.from("PK\u0001\u0002"), Buffer.from([20, 0]), common, tail, title);
    at += 4 + common.length + title.length + content.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(local.length / 4, 8);
  end.writeUInt16LE(local.length / 4, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}

/** A compound file, as Office wrote them before 2007, with one stream of a name: its directory alone, which is what tells. */
export function compound(stream: string): Buffer {
  const file = Buffer.alloc(2048);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(file);
  file.write("Root Entry\0", 1024, "utf16le");
  file.write(`${stream}\0`, 1152, "utf16le");
  return file;
}
