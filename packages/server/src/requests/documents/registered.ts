import { Refusal } from "@xianmai/plugin-api";
import { GraphQLError, parse, validate, type GraphQLSchema } from "graphql";

import { readManifest, type NamedDocument } from "./manifest.ts";

/** Documents that clients may ask for by id, and that are trusted. */
export interface RegisteredDocuments {
  /** The text of an id, which may carry the prefix `sha256:`; `undefined` for one that is not registered. */
  textOf(id: string): string | undefined;
  /** Whether a text is that of a registered document, to the letter. */
  has(text: string): boolean;
}

/**
 * Registers the documents of manifests, and those of the platform's own pages.
 *
 * @param own texts of pages; one that does not fit the schema belongs to a plugin that is not enabled, and is left out
 * @throws Refusal DOCUMENTS_UNREADABLE, DOCUMENT_INVALID, DOCUMENT_ID_TAKEN
 */
export function registerDocuments(schema: GraphQLSchema, files: readonly string[], own: readonly string[]): RegisteredDocuments {
  const byId = new Map<string, NamedDocument>();
  for (const document of files.flatMap(readManifest)) {
    const other = byId.get(document.id);
    if (other !== undefined && other.text !== document.text) throw taken(other, document);
    const wrong = errorIn(schema, document.text);
    if (wrong !== undefined) throw invalid(document, wrong);
    byId.set(document.id, document);
  }
  const texts = new Set([...byId.values()].map(({ text }) => text));
  for (const text of own) if (errorIn(schema, text) === undefined) texts.add(text);
  return {
    textOf: (id) => (byId.get(id) ?? byId.get(id.replace(/^sha256:/, "")))?.text,
    has: (text) => texts.has(text),
  };
}

function errorIn(schema: GraphQLSchema, text: string): string | undefined {
  try {
    const [error] = validate(schema, parse(text));
    return error === undefined ? undefined : placed(error);
  } catch (error) {
    if (error instanceof GraphQLError) return placed(error);
    throw error;
  }
}

function placed({ message, locations = [] }: GraphQLError): string {
  const [at] = locations;
  return at === undefined ? message : `${message} (${at.line}:${at.column})`;
}

function invalid({ file, id }: NamedDocument, reason: string): Refusal {
  return new Refusal(
    "DOCUMENT_INVALID",
    {
      zh: `文档清单 ${file} 中的 ${id} 与接口不符：${reason}`,
      en: `The document ${id} in the manifest ${file} does not fit the schema: ${reason}`,
    },
    {
      zh: "请对照 schema 改正后重新生成清单，或从清单中去掉它。",
      en: "Correct it by the schema and generate the manifest anew, or take it out of the manifest.",
    },
  );
}

function taken(one: NamedDocument, other: NamedDocument): Refusal {
  return new Refusal(
    "DOCUMENT_ID_TAKEN",
    {
      zh: `${one.file} 与 ${other.file} 中 id 为 ${one.id} 的文档不同。`,
      en: `${one.file} and ${other.file} have different documents under the id ${one.id}.`,
    },
    {
      zh: "请用文档文本的哈希作 id，并重新生成清单。",
      en: "Take the hash of a document's text for its id, and generate the manifests anew.",
    },
  );
}
