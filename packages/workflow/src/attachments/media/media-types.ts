import type { FileKind, Label } from "@xianmai/plugin-api";

/** A type of file that can be attached. */
export interface MediaType {
  readonly name: string;
  readonly kind: FileKind;
  /** How names of such files end, without the dot; the first is the usual one. */
  readonly extensions: readonly string[];
}

function types(kind: FileKind, named: Readonly<Record<string, readonly string[]>>): readonly MediaType[] {
  return Object.entries(named).map(([name, extensions]) => ({ name, kind, extensions }));
}

/** OFD, the national format of documents whose pages stay as they are (GB/T 33190); it has no registered media type. */
export const OFD = "application/ofd";

/** What is written by the office programs of before 2007, and by WPS; what it is within is told by what it holds. */
export const BINARY_OFFICE: Readonly<Record<string, { readonly holds: readonly string[]; readonly extensions: readonly string[] }>> = {
  "application/msword": { holds: ["WordDocument"], extensions: ["doc", "wps"] },
  "application/vnd.ms-excel": { holds: ["Workbook", "Book"], extensions: ["xls", "et"] },
  "application/vnd.ms-powerpoint": { holds: ["PowerPoint Document"], extensions: ["ppt", "dps"] },
};

/** Every type that can be attached. Nothing among them runs in a browser: no SVG, no HTML; and no macros. */
export const MEDIA_TYPES: readonly MediaType[] = [
  ...types("image", {
    "image/png": ["png"],
    "image/jpeg": ["jpg", "jpeg"],
    "image/gif": ["gif"],
    "image/webp": ["webp"],
    "image/bmp": ["bmp"],
    "image/tiff": ["tif", "tiff"],
    "image/heic": ["heic", "heif"],
  }),
  ...types("pdf", { "application/pdf": ["pdf"], [OFD]: ["ofd"] }),
  ...types("office", {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ["docx"],
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ["xlsx"],
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ["pptx"],
    "application/vnd.oasis.opendocument.text": ["odt"],
    "application/vnd.oasis.opendocument.spreadsheet": ["ods"],
    "application/vnd.oasis.opendocument.presentation": ["odp"],
    ...Object.fromEntries(Object.entries(BINARY_OFFICE).map(([name, { extensions }]) => [name, extensions])),
  }),
  ...types("text", { "text/plain": ["txt"], "text/csv": ["csv"] }),
];

/** What kinds of file are called. */
export const KIND_LABELS: Readonly<Record<FileKind, Label>> = {
  image: { zh: "图片", en: "images" },
  pdf: { zh: "PDF 或 OFD", en: "PDF or OFD" },
  office: { zh: "Office、WPS 或 OpenDocument 文档", en: "documents of Office, WPS or OpenDocument" },
  text: { zh: "纯文本或 CSV", en: "plain text or CSV" },
};

/** How the names of files of a kind may end. */
export function extensionsOf(kind: FileKind): readonly string[] {
  return MEDIA_TYPES.flatMap((type) => (type.kind === kind ? type.extensions : []));
}

/** How a name ends, in lower case and without the dot; empty where it has no ending. */
export function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}
