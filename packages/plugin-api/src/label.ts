/** A text in both languages of the platform. `zh` is what a county sees unless it asks otherwise. */
export interface Label {
  readonly zh: string;
  readonly en: string;
}

/** A label with, where the label alone does not say it, what the thing means (口径). */
export interface Described extends Label {
  readonly description?: Label;
}

/** The languages that every label, message and description exists in. */
export type Language = keyof Label;

/** Puts `"zh"` before `"en"`, as descriptions in the schema show them. */
export function bilingual(label: Label): string {
  return `${label.zh} ${label.en}`;
}
