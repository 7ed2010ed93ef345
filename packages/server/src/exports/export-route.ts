import type { IncomingMessage, ServerResponse } from "node:http";

import { Refusal } from "@xianmai/plugin-api";

import { viewerIn } from "../access/named-viewer.ts";
import type { Viewers } from "../access/viewers.ts";
import { refusalOf } from "../requests/errors.ts";
import { FROM_ANOTHER_SITE, isFromAnotherSite } from "../transport/cross-site.ts";
import { headersFor, statusOf } from "../transport/http-answer.ts";
import { refuse } from "../transport/refuse.ts";
import { exportDeclaredSheet, type SheetExportParts } from "./sheet-exports.ts";
import { sendWorkbook } from "./workbook-answer.ts";

/** Where declared sheets are had: /export/projects.xlsx */
export const EXPORT_PATH = "/export";

/** What exports are answered with. */
export interface ExportRouteParts extends SheetExportParts {
  readonly viewers: Viewers;
  /** Seconds that a statement may take, for messages. */
  readonly statementSeconds: number;
}

/** Answers GET /export/<sheet>.xlsx?asOf=…&filter=…: the declared sheet as the viewer sees it. */
export function exportRoute(parts: ExportRouteParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    if (request.method !== "GET") {
      response.setHeader("allow", "GET");
      return refuse(request, response, 405, { zh: "此地址只接受 GET。", en: "This address takes GET only." });
    }
    if (isFromAnotherSite(request)) return refuse(request, response, 403, FROM_ANOTHER_SITE);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const sheet = decoded(pathname.slice(EXPORT_PATH.length + 1).replace(/\.xlsx$/, ""));
    const abandoned = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) abandoned.abort();
    });
    try {
      const viewer = await parts.viewers.of(viewerIn(request));
      await using exported = await exportDeclaredSheet(parts, {
        sheet,
        viewer,
        asOf: searchParams.get("asOf") ?? undefined,
        filter: searchParams.get("filter") ?? undefined,
        signal: abandoned.signal,
      });
      await sendWorkbook(response, { fileName: exported.fileName, bytes: exported.bytes() });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : refusalOf(error, parts.statementSeconds);
      if (refusal === undefined || response.headersSent) throw error;
      const status = refusal.code === "SHEET_UNKNOWN" ? 404 : statusOf(refusal.code);
      for (const [name, value] of Object.entries(headersFor(status))) response.setHeader(name, value);
      refuse(request, response, status, { zh: refusal.in("zh"), en: refusal.in("en") });
    }
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
