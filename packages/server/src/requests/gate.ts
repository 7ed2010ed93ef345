import type { Language, Viewer } from "@xianmai/plugin-api";
import { GraphQLError, type GraphQLSchema } from "graphql";

import { ADHOC } from "../access/permissions.ts";
import type { RegisteredDocuments } from "./documents/registered.ts";
import { createLexicalCheck } from "./limits/lexical.ts";
import { createLimitCheck, type Asked, type OperationLimits } from "./limits/limits.ts";

/** What a request says of the document that it wants, whatever carried it. */
export interface Presented {
  readonly query: string | undefined;
  /** The id of a registered document, as `documentId`, or as Relay calls it. */
  readonly documentId: string | undefined;
  /** Apollo's hash of the text: the id of a registered document, or of a text that was sent before. */
  readonly sha256Hash: string | undefined;
}

/** What a document is let in as. */
export interface Admitted {
  /** `undefined` where only a hash is given that is not registered, or nothing at all: whoever keeps texts by their hashes says what it stands for. */
  readonly text: string | undefined;
}

/** Who asks, in which language. */
export type Asker = Pick<Viewer, "may">;

/** What every operation passes, whatever carried it: trust before it is parsed, the limits before it is run. */
export interface Gate {
  /** Finds the document that is wanted, or says why it is not let in. Nothing of it has been read then. */
  admit(presented: Presented, viewer: Asker, language: Language): Admitted | GraphQLError;
  /** Why a document that is parsed and valid is not run; `undefined` when it is. */
  refusal(asked: Asked, viewer: Asker, language: Language): GraphQLError | undefined;
}

/** What a gate goes by. */
export interface GateParts {
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
  readonly registered: RegisteredDocuments;
  /** Whether a document that is not registered takes a permission. */
  readonly only: boolean;
}

/** Makes the gate of a server. */
export function createGate({ schema, limits, registered, only }: GateParts): Gate {
  const lexical = createLexicalCheck(limits);
  const limited = createLimitCheck(schema, limits);
  const trusts = (text: string, viewer: Asker): boolean => !only || viewer.may(ADHOC) || registered.has(text);
  return {
    admit: ({ query, documentId, sha256Hash }, viewer, language) => {
      const id = documentId ?? sha256Hash;
      const known = id === undefined ? undefined : registered.textOf(id);
      if (known !== undefined) return { text: known };
      if (documentId !== undefined) return unknownId(documentId, language);
      if (query === undefined || query === "") {
        return sha256Hash !== undefined && only && !viewer.may(ADHOC) ? unknownHash() : { text: undefined };
      }
      if (!trusts(query, viewer)) return notRegistered(language);
      return lexical.refusal(query, language) ?? { text: query };
    },
    refusal: (asked, viewer, language) => {
      // once more, for a transport that did not ask
      if (only && !trusts(asked.document.loc?.source.body ?? "", viewer)) return notRegistered(language);
      return limited.refusal(asked, language);
    },
  };
}

/** What Apollo's clients wait for: they send the text then. */
export function unknownHash(): GraphQLError {
  return new GraphQLError("PersistedQueryNotFound", { extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } });
}

function unknownId(id: string, language: Language): GraphQLError {
  const message =
    language === "en"
      ? `No document is registered under ${JSON.stringify(id)}. Add its manifest to documents.files and start anew, or send its text.`
      : `没有登记 id 为 ${JSON.stringify(id)} 的文档。请把其清单加入 documents.files 后重新启动，或发送文档文本。`;
  return new GraphQLError(message, { extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } });
}

function notRegistered(language: Language): GraphQLError {
  const message =
    language === "en"
      ? `This document is not registered, and you lack the permission ${ADHOC} for others. Ask for a registered one, by its id or its exact text.`
      : `该文档没有登记，而您没有自由查询的权限 ${ADHOC}。请使用已登记的文档（按 id，或一字不差的文本）。`;
  return new GraphQLError(message, { extensions: { code: "DOCUMENT_NOT_REGISTERED" } });
}
