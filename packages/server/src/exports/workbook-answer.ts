import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { create as contentDisposition } from "content-disposition";

/** The media type of an .xlsx. */
export const WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Sends a workbook, as fast as whoever asked takes it. @param headers what every answer says */
export async function sendWorkbook(
  response: ServerResponse,
  { fileName, bytes }: { readonly fileName: string; readonly bytes: AsyncIterable<Uint8Array> },
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  response.writeHead(200, {
    ...headers,
    "content-type": WORKBOOK_TYPE,
    "content-disposition": contentDisposition(fileName, { type: "attachment" }),
    "cache-control": "no-store",
  });
  await pipeline(Readable.from(bytes), response);
}
