import type { IncomingMessage, ServerResponse } from "node:http";

import { asOf, momentAt, momentOf, settingsOf, type Moment, type ReadPool } from "@xianmai/database";
import { instant, isUuid, Refusal, type Label, type Viewer } from "@xianmai/plugin-api";
import { FILES_PATH } from "@xianmai/workflow";
import { create as contentDisposition } from "content-disposition";
import type { Logger } from "pino";
import send from "send";

import type { Viewers } from "../access/viewers.ts";
import { refuse } from "../transport/refuse.ts";
import { viewerOf, wordsOf } from "./asking.ts";
import { placeOf } from "./storage.ts";

/** What downloads are answered with. */
export interface DownloadParts {
  readonly readPool: ReadPool;
  readonly viewers: Viewers;
  /** The folder of files. */
  readonly files: string;
  readonly log: Logger;
}

/** What the row of an attachment says of its content. */
interface Content {
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
}

/** Browsers show these in place; whatever else is saved. */
const SHOWN = /^(image\/(png|jpeg|gif|webp|bmp)|application\/pdf)$/;

/** A viewer of PDF runs in the page itself, and in no sandbox; scripts of the document it runs nowhere. */
const PDF_POLICY = "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const POLICY = "default-src 'none'; frame-ancestors 'self'; sandbox";

/**
 * Answers the content of an attachment, to whoever sees its row: whole or in ranges. `?asOf=` a moment reads it as the records stood then, also where
 * it was taken off since.
 */
export function downloadRoute(parts: DownloadParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { viewers, files, log } = parts;
  return async (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return refuse(request, response, 405, METHOD_WRONG);
    }
    const viewer = await viewerOf(viewers, request, response);
    if (viewer === undefined) return;
    const url = new URL(request.url ?? "/", "http://localhost");
    const id = url.pathname.slice(FILES_PATH.length + 1);
    let content: Content | undefined;
    try {
      content = isUuid(id) ? await contentOf(parts, viewer, id, url.searchParams.get("asOf") ?? undefined) : undefined;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refuse(request, response, 400, wordsOf(error));
    }
    if (content === undefined) return refuse(request, response, 404, MISSING);
    const { name, mediaType, sha256 } = content;
    response.setHeader("content-type", mediaType);
    response.setHeader("content-disposition", contentDisposition(name, { type: SHOWN.test(mediaType) ? "inline" : "attachment" }));
    response.setHeader("content-security-policy", mediaType === "application/pdf" ? PDF_POLICY : POLICY);
    response.setHeader("etag", `"${sha256}"`);
    // kept by the browser of whoever read it, and asked for anew each time: who may read it can change
    response.setHeader("cache-control", "private, no-cache");
    response.setHeader("vary", "x-xianmai-viewer");
    sendFile(request, response, {
      root: files,
      path: placeOf(sha256),
      lost: () => log.error({ id, sha256 }, "the content of a file is gone"),
    });
  };
}

async function contentOf({ readPool }: DownloadParts, viewer: Viewer, id: string, at: string | undefined): Promise<Content | undefined> {
  const pool = at === undefined ? readPool : asOf(readPool, await momentNamed(readPool, at));
  const [found] = await pool.batch(settingsOf(viewer), [
    { text: `select name, media_type, sha256 from "attachment" where id = $1`, values: [id] },
  ]);
  const [name, mediaType, sha256] = found?.rows[0] ?? [];
  if (typeof name !== "string" || typeof mediaType !== "string" || typeof sha256 !== "string") return undefined;
  return { name, mediaType, sha256 };
}

/** A moment as `@asOf` takes it: a time, or the text that an answer gave for its moment. */
async function momentNamed(pool: ReadPool, text: string): Promise<Moment> {
  const time = instant(text);
  return time === undefined ? momentOf(pool, text) : momentAt(pool, time);
}

interface Sending {
  readonly root: string;
  readonly path: string;
  readonly lost: () => void;
}

function sendFile(request: IncomingMessage, response: ServerResponse, { root, path, lost }: Sending): void {
  send(request, `/${path}`, { root, index: false, etag: false, lastModified: false, cacheControl: false })
    .on("error", (error: Error & { readonly status?: number; readonly headers?: Readonly<Record<string, string>> }) => {
      if (response.headersSent) return void response.destroy();
      for (const header of ["content-disposition", "etag", "content-security-policy"]) response.removeHeader(header);
      for (const [name, value] of Object.entries(error.headers ?? {})) response.setHeader(name, value);
      if (error.status === 416) return refuse(request, response, 416, RANGE_WRONG);
      lost();
      refuse(request, response, 500, LOST);
    })
    .pipe(response);
}

const METHOD_WRONG: Label = { zh: "此地址只接受 GET。", en: "This address takes GET only." };
const MISSING: Label = {
  zh: "没有这个文件，或您无权查看：请核对地址。",
  en: "There is no such file, or you may not see it: check the address.",
};
const RANGE_WRONG: Label = { zh: "所要的范围超出文件：请核对 Range。", en: "The range lies outside the file: check Range." };
const LOST: Label = {
  zh: "该文件的内容不在数据文件夹中：请管理员从备份恢复 files 文件夹。",
  en: "The content of this file is not in the data folder: have it restored from a backup, where it lies in files.",
};
