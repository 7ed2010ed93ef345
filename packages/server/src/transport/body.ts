import type { IncomingMessage } from "node:http";

/** The largest body that is read. */
export const LARGEST_BODY = 1024 * 1024;

/** A body that is larger than the limit. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/**
 * Reads the body of a request as text.
 *
 * @throws BodyTooLarge as soon as the limit is passed; the rest is not read
 */
export async function readBody(request: IncomingMessage, limit = LARGEST_BODY): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
