import type { Language } from "@xianmai/plugin-api";
import { GraphQLError, Lexer, Source, TokenKind } from "graphql";
import { LRUCache } from "lru-cache";

import { tooLarge } from "./refusals.ts";

/** Looks at the words of a document before it is parsed: reading one that is too long is the damage already. */
export interface LexicalCheck {
  /** Why a document is not even parsed; `undefined` for one that may be. */
  refusal(text: string, language: Language): GraphQLError | undefined;
}

/** Brackets within brackets at which the parser, which calls itself for each, is safe. */
const MOST_BRACKETS = 500;
/** A document shorter than this cannot nest so deep. */
const SHORT = 2 * MOST_BRACKETS;
/** Counting goes on so many times beyond the limit, so that the message can tell by how much it was passed. */
const COUNTED_BEYOND = 10;
/** Characters of long documents that are kept as seen. */
const KEPT = 1024 * 1024;

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Makes the check. Long documents that passed are remembered, within bounds: screens send few, again and again. */
export function createLexicalCheck(limits: { readonly tokens: number; readonly depth: number }): LexicalCheck {
  const passed = new LRUCache<string, true>({ maxSize: KEPT, sizeCalculation: (_, text) => text.length });
  return {
    refusal: (text, language) => {
      // a token is at least a character
      if ((text.length <= limits.tokens && text.length <= SHORT) || passed.has(text)) return undefined;
      const { tokens, nesting } = counted(text, limits.tokens * COUNTED_BEYOND);
      if (tokens > limits.tokens) return tooLarge({ figure: "tokens", limit: limits.tokens, found: tokens }, language);
      if (nesting > MOST_BRACKETS) return tooLarge({ figure: "depth", limit: limits.depth, found: nesting }, language);
      passed.set(text, true);
      return undefined;
    },
  };
}

function counted(text: string, most: number): { readonly tokens: number; readonly nesting: number } {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let open = 0;
  let nesting = 0;
  try {
    for (let { kind } = lexer.advance(); kind !== TokenKind.EOF && tokens < most; { kind } = lexer.advance()) {
      tokens += 1;
      if (OPENING.has(kind)) nesting = Math.max(nesting, (open += 1));
      else if (CLOSING.has(kind)) open -= 1;
    }
  } catch (error) {
    // what is no token is the parser's to tell
    if (!(error instanceof GraphQLError)) throw error;
  }
  return { tokens, nesting };
}
