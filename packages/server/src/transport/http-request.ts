import type { IncomingMessage } from "node:http";

import type { Label } from "@xianmai/plugin-api";

import { readBody } from "./body.ts";

/** An operation as GraphQL over HTTP carries it: `query`, `operationName`, `variables`, `extensions` and the ways to name a registered document. */
export type Fields = Readonly<Record<string, unknown>>;

/** Why a request is no operation at all, and the status that says so. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly status: number;
  readonly why: Label;

  constructor(status: number, why: Label) {
    super(why.en);
    this.status = status;
    this.why = why;
  }
}

/** What each part of an operation must be; any of them may be left out or null. */
const PARTS = [
  ["query", "string"],
  ["documentId", "string"],
  ["operationName", "string"],
  ["variables", "object"],
  ["extensions", "object"],
] as const;

/**
 * Reads the operation of a POST from its body and of a GET from its address; `undefined` for any other method.
 *
 * @throws Unreadable, BodyTooLarge
 */
export async function readOperation(request: IncomingMessage): Promise<Fields | undefined> {
  const { method } = request;
  if (method !== "POST") return method === "GET" ? withParts(fromAddress(request.url ?? "/")) : undefined;
  const type = request.headers["content-type"] ?? "";
  if (type !== "application/json") assertJson(type);
  return withParts(fromBody(await readBody(request)));
}

function withParts(fields: Fields): Fields {
  for (const [name, type] of PARTS) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== type || Array.isArray(value)) throw wrongType(name, type);
  }
  return fields;
}

function fromBody(sent: string): Fields {
  // some write a mark of the byte order before it, which JSON does not know
  const text = sent.replace(/^\uFEFF/, "");
  if (text.trim() === "") throw new Unreadable(400, EMPTY);
  const body = parsed(text, { zh: "请求正文", en: "The body" });
  if (Array.isArray(body)) throw new Unreadable(400, BATCH);
  if (typeof body !== "object" || body === null) throw new Unreadable(400, NO_OBJECT);
  return body as Fields;
}

/** @throws Unreadable unless a media type says that the body is JSON in UTF-8 */
function assertJson(type: string): void {
  if (!/^application\/(graphql\+)?json\s*(;|$)/i.test(type)) throw wrongMedia(type);
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? "utf-8";
  if (!/^utf-?8$/i.test(charset)) throw wrongCharset(charset);
}

function fromAddress(url: string): Fields {
  const fields: Record<string, unknown> = {};
  const parameters = new URL(url, "http://localhost").searchParams;
  for (const [name, text] of parameters) {
    if (Object.hasOwn(fields, name)) throw new Unreadable(400, twice(name));
    const isJson = name === "variables" || name === "extensions";
    if (isJson && text === "") continue;
    fields[name] = isJson ? parsed(text, { zh: `参数 ${name}`, en: `The parameter ${name}` }) : text;
  }
  return fields;
}

function parsed(text: string, { zh, en }: Label): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Unreadable(400, { zh: `${zh}不是有效的 JSON：${reason}。`, en: `${en} is not valid JSON: ${reason}.` });
  }
}

const EMPTY: Label = {
  zh: '请求正文是空的。应形如 {"query": "{ … }", "variables": { }}。',
  en: 'The body is empty. It reads {"query": "{ … }", "variables": { }}.',
};
const BATCH: Label = {
  zh: "请求正文是数组：不接受一次发送多个操作。请逐个发送，或把它们写进一个文档。",
  en: "The body is a list: several operations in one request are not taken. Send them one by one, or put them into one document.",
};
const NO_OBJECT: Label = {
  zh: '请求正文应为对象，形如 {"query": "{ … }", "variables": { }}。',
  en: 'The body must be an object: {"query": "{ … }", "variables": { }}.',
};

function wrongType(name: string, type: "string" | "object"): Unreadable {
  return type === "string"
    ? new Unreadable(400, { zh: `${name} 应为文本。`, en: `${name} must be a string.` })
    : new Unreadable(400, { zh: `${name} 应为 JSON 对象。`, en: `${name} must be a JSON object.` });
}

function twice(name: string): Label {
  return { zh: `参数 ${name} 写了两次。请只写一次。`, en: `The parameter ${name} is given twice. Give it once.` };
}

function wrongMedia(type: string): Unreadable {
  return new Unreadable(415, {
    zh: `请求正文的类型${type === "" ? "没有写明" : `是 ${type}`}，应为 content-type: application/json。`,
    en: `The body is ${type === "" ? "of no stated type" : type}: send it as content-type: application/json.`,
  });
}

function wrongCharset(charset: string): Unreadable {
  return new Unreadable(415, {
    zh: `请求正文的编码是 ${charset}。请用 UTF-8。`,
    en: `The body is written in ${charset}: write it in UTF-8.`,
  });
}
