import { Refusal, type Label } from "@xianmai/plugin-api";

import type { FileKind } from "./recognise.ts";

const SAVE_AS_XLSX: Label = {
  zh: "请用 Excel 或 WPS 打开它，另存为“Excel 工作簿（*.xlsx）”后再导入。",
  en: "Open it in Excel or WPS, save it as “Excel workbook (*.xlsx)” and import that.",
};

/** What each kind of file that is not .xlsx is called, and what its owner can do. */
const OTHER_KINDS: Readonly<Record<Exclude<FileKind, "empty" | "zip" | "encrypted"> | OtherArchive, { is: Label; remedy: Label }>> = {
  xls: { is: { zh: "旧版 Excel（.xls）或 WPS（.et）文件", en: "an old Excel (.xls) or WPS (.et) file" }, remedy: SAVE_AS_XLSX },
  xlsb: { is: { zh: "Excel 二进制工作簿（.xlsb）", en: "a binary Excel workbook (.xlsb)" }, remedy: SAVE_AS_XLSX },
  ods: { is: { zh: "OpenDocument 表格（.ods）", en: "an OpenDocument spreadsheet (.ods)" }, remedy: SAVE_AS_XLSX },
  html: { is: { zh: "网页（HTML），只是名称像表格", en: "a web page (HTML) named like a spreadsheet" }, remedy: SAVE_AS_XLSX },
  xml: { is: { zh: "XML 文件（如 XML 电子表格 2003）", en: "an XML file (such as XML Spreadsheet 2003)" }, remedy: SAVE_AS_XLSX },
  text: { is: { zh: "文本文件（如 .csv）", en: "a text file (such as .csv)" }, remedy: SAVE_AS_XLSX },
  docx: {
    is: { zh: "Word 文档（.docx）", en: "a Word document (.docx)" },
    remedy: { zh: "请把其中的表格复制到 Excel，存为 .xlsx 后再导入。", en: "Copy its table into Excel, save that as .xlsx and import it." },
  },
  pptx: {
    is: { zh: "演示文稿（.pptx）", en: "a presentation (.pptx)" },
    remedy: { zh: "请把其中的表格复制到 Excel，存为 .xlsx 后再导入。", en: "Copy its table into Excel, save that as .xlsx and import it." },
  },
  pdf: {
    is: { zh: "PDF 文件", en: "a PDF file" },
    remedy: { zh: "请向制表人索取 Excel 原件（.xlsx）。", en: "Ask whoever made the table for the Excel file (.xlsx)." },
  },
  rtf: { is: { zh: "RTF 文档", en: "an RTF document" }, remedy: SAVE_AS_XLSX },
  zip: {
    is: { zh: "压缩包（.zip）", en: "a ZIP archive" },
    remedy: { zh: "请解压后导入其中的 .xlsx 文件。", en: "Unpack it and import the .xlsx file inside." },
  },
  unknown: { is: { zh: "无法识别的文件", en: "a file of unknown kind" }, remedy: SAVE_AS_XLSX },
};

/** ZIP archives that are no .xlsx. */
export type OtherArchive = "xlsb" | "ods" | "docx" | "pptx" | "zip";

/** A file that is no .xlsx, whatever its name says. */
export function notXlsx(file: string, kind: keyof typeof OTHER_KINDS): Refusal {
  const { is, remedy } = OTHER_KINDS[kind];
  return new Refusal(
    "SHEET_FILE_NOT_XLSX",
    { zh: `文件“${file}”不是 Excel 工作簿（.xlsx），而是${is.zh}。`, en: `The file “${file}” is no Excel workbook (.xlsx) but ${is.en}.` },
    remedy,
  );
}

/** A file of no bytes. */
export function emptyFile(file: string): Refusal {
  return new Refusal(
    "SHEET_FILE_EMPTY",
    { zh: `文件“${file}”是空的（0 字节）。`, en: `The file “${file}” is empty (0 bytes).` },
    { zh: "请重新保存或重新下载后再导入。", en: "Save or download it again, then import it." },
  );
}

/** A workbook behind a password. */
export function encryptedFile(file: string): Refusal {
  return new Refusal(
    "SHEET_FILE_ENCRYPTED",
    { zh: `文件“${file}”设有打开密码，无法读取。`, en: `The file “${file}” is protected by a password and cannot be read.` },
    {
      zh: "请在 Excel 或 WPS 中打开，于“文件 > 信息 > 保护工作簿”取消密码，保存后再导入。",
      en: "Open it in Excel or WPS, remove the password under File > Info > Protect Workbook, save it and import that.",
    },
  );
}

/** A file that was cut off or whose content contradicts itself. `detail` and `cause` are for whoever looks closer. */
export function damagedFile(file: string, detail: string, cause?: unknown): Refusal {
  return new Refusal(
    "SHEET_FILE_DAMAGED",
    { zh: `文件“${file}”不完整或已损坏（${detail}）。`, en: `The file “${file}” is incomplete or damaged (${detail}).` },
    {
      zh: "请重新下载或复制；仍不行，请用 Excel 打开修复并另存为 .xlsx。",
      en: "Download or copy it again; if that fails, let Excel repair it and save it as .xlsx.",
    },
    { cause },
  );
}

/** A file beyond what is read, on purpose (a bomb) or not. `subject` says which measure, `limit` the most that is read. */
export function fileTooLarge(file: string, subject: Label, limit: string): Refusal {
  return new Refusal(
    "SHEET_FILE_TOO_LARGE",
    {
      zh: `文件“${file}”太大：${subject.zh}，最多读取 ${limit}。`,
      en: `The file “${file}” is too large: ${subject.en}; at most ${limit} are read.`,
    },
    {
      zh: "请删去图片、多余的工作表和空白格式，或分成几个文件导入。",
      en: "Remove pictures, spare sheets and empty formatting, or import it in several files.",
    },
  );
}
