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
export function readBody(request: IncomingMessage, limit = LARGEST_BODY): Promise<string> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > limit) return reject(new BodyTooLarge());
    const chunks: Buffer[] = [];
    let size = 0;
    // by its events: an iterator costs more than the reading
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      request.off("data", take);
      request.pause();
      reject(new BodyTooLarge());
    };
    request.on("data", take);
    request.on("end", () => resolve((chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)).toString("utf8")));
    request.on("error", reject);
    request.on("close", () => {
      if (!request.complete) reject(new Error("The request ended in the middle of its body."));
    });
  });
}
