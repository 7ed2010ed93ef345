import type { Label, Language } from "./label.ts";

/**
 * Something that the platform will not do, said so that the reader can act: what is wrong (subject and value) and the remedy, in both languages.
 *
 * Codes are UPPER_SNAKE and stable; all of them stand in docs/errors.md.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: string;
  readonly what: Label;
  readonly remedy: Label;

  constructor(code: string, what: Label, remedy: Label, options?: ErrorOptions) {
    super(`${code}: ${what.en} ${remedy.en}`, options);
    this.code = code;
    this.what = what;
    this.remedy = remedy;
  }

  /** The whole message in one language. */
  in(language: Language): string {
    return `${this.what[language]}${language === "en" ? " " : ""}${this.remedy[language]}`;
  }
}

/** An expected failure of a mutation or an import: handed to the caller as data, never thrown at a client. */
export interface Problem {
  /** UPPER_SNAKE, stable; see docs/errors.md. */
  readonly code: string;
  /** What is at fault: `["input", "totalInvestment"]`. */
  readonly path: readonly string[];
  readonly message: Label;
}
