/** What a file is, judged by its first bytes: a name says nothing, since offices rename .xls and web pages to .xlsx. */
export type FileKind = "empty" | "zip" | "encrypted" | "xls" | "html" | "xml" | "pdf" | "rtf" | "text" | "unknown";

const OLE2 = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const HEAD_BYTES = 4096;

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

/** The stream in which Office keeps an encrypted workbook, as its directory spells it: UTF-16. */
function holdsEncryptedPackage(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.includes(Buffer.from("EncryptedPackage", "utf16le"));
}

/** Text has no control characters but white space; GBK and UTF-16 text of offices has none either once the zero bytes are counted out. */
function looksLikeText(head: Uint8Array): boolean {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x1b || (utf16 && byte < 0x20));
}

/** Recognises the kind of a file from its content. */
export function recognise(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return "empty";
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0x50, 0x4b, 0x05, 0x06])) return "zip";
  if (startsWith(bytes, OLE2)) return holdsEncryptedPackage(bytes) ? "encrypted" : "xls";
  // a bare BIFF stream, as Excel 4 and some exporters write it
  if (bytes[0] === 0x09 && (bytes[1] === 0x08 || bytes[1] === 0x04 || bytes[1] === 0x02) && bytes[3] === 0x00) return "xls";
  const head = bytes.subarray(0, HEAD_BYTES);
  const text = new TextDecoder(head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : "utf-8").decode(head).trimStart().toLowerCase();
  if (text.startsWith("%pdf")) return "pdf";
  if (text.startsWith("{\\rtf")) return "rtf";
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype html|<html|<head|<body|<table|<meta|<style|<div)/.test(text)) return "html";
  if (text.startsWith("<?xml") || text.startsWith("<workbook")) return "xml";
  return looksLikeText(head) ? "text" : "unknown";
}
