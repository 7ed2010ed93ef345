import { readFileSync } from "node:fs";

import { Refusal } from "@xianmai/plugin-api";
import { z } from "zod";

/** A document by the name under which clients ask for it. */
export interface NamedDocument {
  /** Where it stands, for messages. */
  readonly file: string;
  readonly id: string;
  readonly text: string;
}

/** What Apollo's `generate-persisted-query-manifest` writes. */
const apolloManifest = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});

/** What the client preset of codegen writes as `persistedDocuments`, and Relay's compiler as `persistConfig.file`: texts by their ids. */
const plainManifest = z.record(z.string().min(1), z.string().min(1));

/**
 * Reads a manifest of documents as codegen, Relay's compiler or Apollo's generator writes it.
 *
 * @throws Refusal DOCUMENTS_UNREADABLE
 */
export function readManifest(file: string): readonly NamedDocument[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error), error);
  }
  const apollo = apolloManifest.safeParse(content);
  if (apollo.success) return apollo.data.operations.map(({ id, body }) => ({ file, id, text: body }));
  const plain = plainManifest.safeParse(content);
  if (plain.success) return Object.entries(plain.data).map(([id, text]) => ({ file, id, text }));
  const isApollo = typeof content === "object" && content !== null && "format" in content;
  throw unreadable(file, z.prettifyError(isApollo ? apollo.error : plain.error));
}

function unreadable(file: string, reason: string, cause?: unknown): Refusal {
  return new Refusal(
    "DOCUMENTS_UNREADABLE",
    { zh: `无法读取文档清单 ${file}：${reason}。`, en: `The manifest of documents ${file} cannot be read: ${reason}.` },
    {
      zh: "请重新生成清单（codegen 的 persistedDocuments、Relay 的 persistConfig 或 Apollo 的 generate-persisted-query-manifest），或从 documents.files 中去掉它。",
      en: "Generate it anew (codegen's persistedDocuments, Relay's persistConfig or Apollo's generate-persisted-query-manifest), or take it out of documents.files.",
    },
    { cause },
  );
}
