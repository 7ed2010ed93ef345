import type { Described } from "./label.ts";

/** Kinds of file that a field of files takes. What a file is, its content says; its name alone says nothing. */
export type FileKind = "image" | "pdf" | "office" | "text";

/** Every kind of file. */
export const FILE_KINDS: readonly FileKind[] = ["image", "pdf", "office", "text"];

/** What a field of files takes. */
export interface FilesOptions extends Described {
  /** `image` (PNG, JPEG, …), `pdf` (PDF and OFD), `office` (documents, tables, slides), `text` (plain text, CSV). At least one. */
  readonly types: readonly FileKind[];
  /** How many files a row may have at most: 20 unless given. */
  readonly most?: number;
  /** How large a file may be, in MiB: 20 unless given. */
  readonly largest?: number;
}

/** A declared field of files. It is no column: the files are rows of their own, about the row that they belong to. */
export interface FilesField {
  readonly kind: "files";
  readonly options: Described;
  readonly types: readonly FileKind[];
  readonly most: number;
  /** Bytes. */
  readonly largest: number;
}

const MEBIBYTE = 1024 * 1024;

/** Declares a field of files, see `column.files`. */
export function filesField({ types, most = 20, largest = 20, ...options }: FilesOptions): FilesField {
  return Object.freeze({ kind: "files", options, types: Object.freeze([...types]), most, largest: largest * MEBIBYTE });
}
