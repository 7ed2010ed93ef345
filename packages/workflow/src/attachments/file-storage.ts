import type { Context, Viewer } from "@xianmai/plugin-api";

/** A file that was uploaded and belongs to no record yet. */
export interface Upload {
  /** A UUID. */
  readonly id: string;
  /** As the client calls it, where it does. */
  readonly name: string | undefined;
  readonly bytes: number;
  /** Where its bytes lie. */
  readonly path: string;
}

/** Keeps the bytes of files. */
export interface FileStorage {
  /** Finds an upload of a viewer; others' are missing too. */
  upload(id: string, viewer: Viewer): Promise<Upload | "missing" | "unfinished">;
  /**
   * Puts the bytes of an upload in their place for good, through to the disk; the upload stays until it is discarded. The same bytes lie there once.
   *
   * @returns their SHA-256, in hexadecimal
   */
  keep(upload: Upload): Promise<string>;
  /** Removes an upload. What cannot be removed now is removed with what was abandoned. */
  discard(upload: Upload): Promise<void>;
}

/** The part of a resolver's context that the mutations of files need. */
export interface FilesContext {
  readonly files: FileStorage;
}

/** The keeper of files in the context of a mutation. @throws Error where whoever serves it has given none */
export function storageIn(context: Context): FileStorage {
  const { files } = context as Context & Partial<FilesContext>;
  if (files === undefined) throw new Error("The context of the mutation has no storage for files.");
  return files;
}
