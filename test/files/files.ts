import { createHash } from "node:crypto";

import type { TestPlatform } from "@xianmai/testing";
import { Upload } from "tus-js-client";

/** A PNG of one pixel. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** A PDF of some size: what comes behind its end is nothing to its readers. */
export function pdf(bytes = 1000, mark = "x"): Buffer {
  const head =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
  return Buffer.from((head + mark.repeat(bytes)).slice(0, Math.max(bytes, head.length)));
}

/** What content is known by. */
export function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** How a file is uploaded. */
export interface Sending {
  readonly viewer?: string;
  readonly name?: string;
  /** Bytes that are sent at once. */
  readonly pieces?: number;
}

/** Uploads with the stock client of tus. @returns the address of the upload */
export async function upload(platform: TestPlatform, content: Buffer, { viewer, name, pieces }: Sending = {}): Promise<string> {
  const done = Promise.withResolvers<string>();
  const sent: Upload = new Upload(content, {
    endpoint: `${platform.url}/uploads`,
    retryDelays: null,
    metadata: name === undefined ? {} : { filename: name },
    headers: viewer === undefined ? {} : { "x-xianmai-viewer": viewer },
    ...(pieces === undefined ? {} : { chunkSize: pieces }),
    onError: done.reject,
    onSuccess: () => done.resolve(sent.url ?? ""),
  });
  sent.start();
  return done.promise;
}

/** What came of a mutation of attachments. */
export interface Attached {
  readonly attachment: { readonly id: string; readonly url: string } | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[]; readonly message: string }[];
}

/** Attaches an upload. */
export async function attachFile(platform: TestPlatform, input: object, viewer?: string): Promise<Attached> {
  const asker = viewer === undefined ? platform : platform.as(viewer);
  const { attachFile: attached } = await asker.query<{ attachFile: Attached }>(
    "mutation ($input: AttachFileInput!) { attachFile(input: $input) { attachment { id url } problems { code path message } } }",
    { input },
  );
  return attached;
}

/** Reads a file over HTTP. */
export async function download(platform: TestPlatform, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(new URL(path, platform.url), { headers });
}
