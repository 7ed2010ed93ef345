import { pipeline, Readable } from "node:stream";
import { createDeflateRaw } from "node:zlib";

import { Zip, ZipPassThrough } from "fflate";

/** One file of an archive. */
export interface ArchivePart {
  readonly name: string;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

const NOTHING = new Uint8Array(0);
const DEFLATE = 8;

/** A file whose bytes are counted and summed here and compressed elsewhere, by the machine's own zlib, off this thread. */
class CompressedPart extends ZipPassThrough {
  constructor(name: string) {
    super(name);
    this.compression = DEFLATE;
  }

  protected override process(_: Uint8Array, final: boolean): void {
    if (final) this.ondata(null, NOTHING, true);
  }
}

/** An archive as it is packed, piece by piece: no more of it is held than what is being compressed. */
export async function* packed(parts: Iterable<ArchivePart>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const taken = (): Uint8Array[] => {
    const taking = ready;
    ready = [];
    return taking;
  };
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    ready.push(chunk);
  });
  for (const { name, content } of parts) {
    const part = new CompressedPart(name);
    zip.add(part);
    for await (const chunk of compressed(part, content)) {
      part.ondata(null, chunk, false);
      yield* taken();
    }
    part.push(NOTHING, true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}

function compressed(part: CompressedPart, content: ArchivePart["content"]): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of content instanceof Uint8Array ? [content] : content) {
      part.push(chunk as Uint8Array<ArrayBuffer>);
      yield chunk;
    }
  };
  const deflate = createDeflateRaw();
  // an error destroys it, and whoever reads it is told
  pipeline(Readable.from(counted()), deflate, () => undefined);
  return deflate as AsyncIterable<Uint8Array<ArrayBuffer>>;
}
