import { inflateRawSync } from "node:zlib";

/** One file within a ZIP archive, as its central directory describes it. */
interface ArchiveEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
}

/** How much of an archive is read at most, in bytes and entries. */
export interface ArchiveLimits {
  readonly unpackedBytes: number;
  readonly entries: number;
}

/** What a look into an archive found: its files' names, or why it is not to be unpacked. */
export type ArchiveCheck =
  | { readonly verdict: "fits"; readonly names: ReadonlySet<string> }
  | { readonly verdict: "damaged"; readonly detail: string }
  | { readonly verdict: "tooManyEntries"; readonly entries: number }
  | { readonly verdict: "tooLarge" };

class Damaged extends Error {}

const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const WIDE = 0xffff_ffff;
const LONGEST_COMMENT = 65_535;

/**
 * Walks a ZIP archive and really inflates every entry within a budget, keeping nothing: no spreadsheet library stops a bomb, and a declared size is
 * only a claim. Overlapping entries are counted as often as they are named, so they cannot escape the budget either.
 */
export function checkArchive(bytes: Uint8Array, limits: ArchiveLimits): ArchiveCheck {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const { count, offset } = directoryOf(view);
    if (count > limits.entries) return { verdict: "tooManyEntries", entries: count };
    const names = new Set<string>();
    let budget = limits.unpackedBytes;
    for (const entry of entriesOf(bytes, view, offset, count)) {
      if (names.has(entry.name)) throw new Damaged(`${entry.name} ×2`);
      names.add(entry.name);
      if (entry.unpacked > budget) return { verdict: "tooLarge" };
      budget -= unpackedSize(bytes, view, entry, budget);
      if (budget < 0) return { verdict: "tooLarge" };
    }
    return { verdict: "fits", names };
  } catch (error) {
    if (error instanceof Damaged) return { verdict: "damaged", detail: error.message };
    // a read beyond the end of the file
    if (error instanceof RangeError) return { verdict: "damaged", detail: "ZIP" };
    throw error;
  }
}

function directoryOf(view: DataView): { count: number; offset: number } {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at -= 1) {
    if (view.getUint32(at, true) !== END) continue;
    const count = view.getUint16(at + 10, true);
    const offset = view.getUint32(at + 16, true);
    if (count !== 0xffff && offset !== WIDE) return { count, offset };
    if (at < 20 || view.getUint32(at - 20, true) !== END64_LOCATOR) throw new Damaged("ZIP64");
    const record = wide(view, at - 20 + 8);
    if (view.getUint32(record, true) !== END64) throw new Damaged("ZIP64");
    return { count: wide(view, record + 32), offset: wide(view, record + 48) };
  }
  throw new Damaged("ZIP: no directory");
}

function* entriesOf(bytes: Uint8Array, view: DataView, start: number, count: number): Generator<ArchiveEntry> {
  const decoder = new TextDecoder();
  let at = start;
  for (let index = 0; index < count; index += 1) {
    if (view.getUint32(at, true) !== CENTRAL) throw new Damaged("ZIP: directory");
    const flags = view.getUint16(at + 8, true);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const sizes = widened(view, at, nameLength, extraLength);
    if ((flags & 1) === 1) throw new Damaged(`${name}: encrypted`);
    // sizes left open in the directory would let a reader look for them elsewhere, beside this check
    if ((flags & 8) !== 0 && sizes.packed === 0 && !name.endsWith("/")) throw new Damaged(`${name}: no size`);
    yield { name, method: view.getUint16(at + 10, true), ...sizes };
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  }
}

/** Sizes and offset of an entry; those that did not fit 32 bits stand in the ZIP64 extra field, in this order. */
function widened(
  view: DataView,
  at: number,
  nameLength: number,
  extraLength: number,
): Pick<ArchiveEntry, "packed" | "unpacked" | "offset"> {
  const narrow = { unpacked: view.getUint32(at + 24, true), packed: view.getUint32(at + 20, true), offset: view.getUint32(at + 42, true) };
  if (narrow.unpacked !== WIDE && narrow.packed !== WIDE && narrow.offset !== WIDE) return narrow;
  const end = at + 46 + nameLength + extraLength;
  for (let field = at + 46 + nameLength; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let next = field + 4;
    const take = (value: number): number => {
      if (value !== WIDE) return value;
      next += 8;
      return wide(view, next - 8);
    };
    const unpacked = take(narrow.unpacked);
    const packed = take(narrow.packed);
    return { unpacked, packed, offset: take(narrow.offset) };
  }
  throw new Damaged("ZIP64");
}

function unpackedSize(bytes: Uint8Array, view: DataView, entry: ArchiveEntry, budget: number): number {
  if (view.getUint32(entry.offset, true) !== LOCAL) throw new Damaged(entry.name);
  const start = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  if (start + entry.packed > bytes.length) throw new Damaged(entry.name);
  if (entry.method === 0) return entry.packed;
  if (entry.method !== 8) throw new Damaged(`${entry.name}: method ${entry.method}`);
  const size = inflatedSize(bytes.subarray(start, start + entry.packed), entry.name, budget);
  if (size <= budget && size !== entry.unpacked) throw new Damaged(`${entry.name}: ${size} ≠ ${entry.unpacked}`);
  return size;
}

function inflatedSize(packed: Uint8Array, name: string, budget: number): number {
  if (packed.length === 0) return 0;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, budget) }).length;
  } catch (error) {
    if (error instanceof RangeError) return budget + 1;
    throw new Damaged(name);
  }
}

function wide(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damaged("ZIP64");
  return Number(value);
}
