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
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  // by its events: an iterator costs more than the reading
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) reject(new BodyTooLarge());
    else chunks.push(chunk);
  });
  request.once("end", () => resolve((chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)).toString("utf8")));
  request.once("error", reject);
  request.once("close", () => reject(new Error("The request ended in the middle of its body.")));
  try {
    return await promise;
  } finally {
    request.removeAllListeners("data");
    request.pause();
  }
}
