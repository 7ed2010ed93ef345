import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import type { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";
import type { Label, Viewer } from "@xianmai/plugin-api";

import type { Viewers } from "../access/viewers.ts";
import { languageOf } from "../requests/language.ts";
import { refuse } from "../transport/refuse.ts";
import { viewerOf } from "./asking.ts";
import { countUploads, findUpload, owned } from "./upload-store.ts";

/** Where files are uploaded, by the protocol tus. */
export const UPLOADS_PATH = "/uploads";

/** So many uploads of one viewer may wait to be attached, so that nobody fills the disk by mistake. */
const MOST_WAITING = 100;

/** What uploads are taken with. */
export interface UploadParts {
  readonly store: FileStore;
  readonly viewers: Viewers;
  /** Bytes of the largest file that any field takes. */
  readonly largest: number;
}

const METHODS: readonly string[] = ["POST", "HEAD", "PATCH", "DELETE", "OPTIONS"];

/**
 * Answers uploads: tus 1.0 with creation, deferred lengths and termination. Nobody reads an upload, and nobody but its owner learns that it is there.
 *
 * No page of another site can send one: every request of tus has a header that its visitor's browser asks us about first, and we say no.
 */
export function uploadsRoute({
  store,
  viewers,
  largest,
}: UploadParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const asking = new WeakMap<IncomingMessage, Viewer>();
  const tus = new Server({
    path: UPLOADS_PATH,
    datastore: store,
    maxSize: largest,
    relativeLocation: true,
    allowedOrigins: () => false,
    namingFunction: () => randomUUID(),
    onUploadCreate: async (request, upload) => {
      const viewer = asking.get(request.runtime?.node?.req as IncomingMessage);
      if (viewer === undefined) throw new Error("An upload is created by nobody.");
      return Promise.resolve({ metadata: owned(upload.metadata, viewer) });
    },
    onResponseError: (request, error) => {
      const status = "status_code" in error ? error.status_code : 500;
      if (status !== 413) return undefined;
      const language = languageOf(request.headers.get("accept-language") ?? undefined);
      return { status_code: status, body: `${tooLarge(largest)[language]}\n` };
    },
  });
  return async (request, response) => {
    if (!METHODS.includes(request.method ?? "")) {
      response.setHeader("allow", METHODS.join(", "));
      return refuse(request, response, 405, METHOD_WRONG);
    }
    const viewer = await viewerOf(viewers, request, response);
    if (viewer === undefined) return;
    if (viewer.role === "guest") return refuse(request, response, 403, GUEST);
    const id = idIn(request);
    if (id !== undefined && (await findUpload(store, id, viewer)) === "missing") return refuse(request, response, 404, MISSING);
    if (request.method === "POST" && (await countUploads(store, viewer)) >= MOST_WAITING) return refuse(request, response, 429, TOO_MANY);
    asking.set(request, viewer);
    await tus.handle(request, response);
  };
}

/** The upload that a request is about; `undefined` where it makes a new one. */
function idIn({ url = "/" }: IncomingMessage): string | undefined {
  const rest = url.slice(UPLOADS_PATH.length).replace(/^\//, "");
  return rest === "" ? undefined : rest;
}

const METHOD_WRONG: Label = {
  zh: "此地址按 tus 协议接收上传：POST 新建，PATCH 续传，HEAD 查询进度，DELETE 取消。",
  en: "This address takes uploads by the protocol tus: POST begins one, PATCH goes on, HEAD tells how far it is, DELETE gives it up.",
};
const GUEST: Label = {
  zh: "访客不能上传文件：请以有权修改记录的身份上传。",
  en: "Guests upload no files: upload as somebody who may change records.",
};
const MISSING: Label = {
  zh: "没有这个上传：可能已关联、已过期（24 小时）或由他人上传，请重新上传。",
  en: "There is no such upload: it may be attached already, have run out after 24 hours, or be somebody else's; upload the file again.",
};

const TOO_MANY: Label = {
  zh: `已有 ${MOST_WAITING} 个上传等待关联：请先关联或取消（DELETE）一些；24 小时后它们会被清除。`,
  en: `${MOST_WAITING} uploads of yours wait to be attached: attach some or give them up (DELETE); after 24 hours they are removed.`,
};

function tooLarge(largest: number): Label {
  const limit = String(Math.floor((largest / 1024 / 1024) * 100) / 100);
  return {
    zh: `文件太大：每个文件不超过 ${limit} MiB，请压缩或拆分。`,
    en: `The file is too large: no field takes more than ${limit} MiB for one; make it smaller, or split it.`,
  };
}
