import type { Label, Language } from "@xianmai/plugin-api";

/** A mistake of whoever asks: said to them, with a stable code, and never logged as a fault of the platform. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly code: string;
  readonly label: Label;

  constructor(zh: string, en: string, code = "BAD_USER_INPUT") {
    super(en);
    this.code = code;
    this.label = { zh, en };
  }

  /** The message in one language. */
  in(language: Language): string {
    return this.label[language];
  }
}
