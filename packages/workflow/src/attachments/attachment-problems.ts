import type { Problem, StepDeclaration } from "@xianmai/plugin-api";
import type { EntityModel, FilesModel } from "@xianmai/plugin-api/model";

import { extensionsOf, KIND_LABELS, type MediaType } from "./media/media-types.ts";

type Path = readonly string[];

const MEBIBYTE = 1024 * 1024;

function problem(code: string, path: Path, zh: string, en: string): Problem {
  return { code, path, message: { zh, en } };
}

/** The record has no such field of files. */
export function fieldUnknown({ label, files }: EntityModel, field: string): Problem {
  const fields = files.map(({ name }) => name).join(", ");
  return problem(
    "FILES_FIELD_UNKNOWN",
    ["input", "field"],
    `${label.zh}没有文件字段 ${JSON.stringify(field)}：可用 ${fields}。`,
    `The ${label.en} has no field of files ${JSON.stringify(field)}: there is ${fields}.`,
  );
}

/** No upload of the viewer's is waiting under that name. */
export function uploadUnknown(path: Path, given: string): Problem {
  return problem(
    "UPLOAD_UNKNOWN",
    path,
    `没有等待处理的上传 ${JSON.stringify(given)}：可能已关联、已过期（24 小时）或由他人上传，请重新上传。`,
    `No upload ${JSON.stringify(given)} of yours is waiting: it may be attached already, have run out after 24 hours, or be somebody else's; upload the file again.`,
  );
}

/** Not all bytes have come. */
export function uploadUnfinished(path: Path, given: string): Problem {
  return problem(
    "UPLOAD_UNFINISHED",
    path,
    `上传 ${JSON.stringify(given)} 还没有完成：请续传完毕后再关联。`,
    `The upload ${JSON.stringify(given)} is not whole: send the rest of it, then attach it.`,
  );
}

/** What the file is, by its content, is nothing that the field takes. */
export function typeRefused(path: Path, name: string, found: string | undefined, { label, declared }: FilesModel): Problem {
  const kinds = declared.types.map((kind) => KIND_LABELS[kind]);
  return problem(
    "FILE_TYPE_REFUSED",
    path,
    `文件 ${JSON.stringify(name)} 按内容是 ${found ?? "未知类型"}，“${label.zh}”只收${kinds.map(({ zh }) => zh).join("、")}：请换一个文件，或另存为这些类型。`,
    `By its content the file ${JSON.stringify(name)} is ${found ?? "of no known type"}; "${label.en}" takes ${kinds.map(({ en }) => en).join(", ")}: choose another file, or save it as one of these.`,
  );
}

/** The name ends as those of files of another kind do. */
export function nameMisleads(path: Path, name: string, { name: type, kind }: MediaType): Problem {
  const endings = extensionsOf(kind).map((extension) => `.${extension}`);
  return problem(
    "FILE_TYPE_REFUSED",
    path,
    `文件名 ${JSON.stringify(name)} 与内容（${type}）不符：请改名，以 ${endings.join("、")} 之一结尾。`,
    `The name ${JSON.stringify(name)} does not fit the content, ${type}: let it end in ${endings.join(", ")}.`,
  );
}

/** The file is larger than the field takes. */
export function tooLarge(path: Path, name: string, bytes: number, { label, declared }: FilesModel): Problem {
  const [size, limit] = [mebibytes(bytes), mebibytes(declared.largest)];
  return problem(
    "FILE_TOO_LARGE",
    path,
    `文件 ${JSON.stringify(name)} 有 ${size} MiB，“${label.zh}”每个文件不超过 ${limit} MiB：请压缩或拆分。`,
    `The file ${JSON.stringify(name)} has ${size} MiB, and "${label.en}" takes up to ${limit} MiB for each: make it smaller, or split it.`,
  );
}

/** The record has as many files there as it may have. */
export function tooMany(path: Path, { label, declared: { most } }: FilesModel): Problem {
  return problem(
    "FILES_TOO_MANY",
    path,
    `“${label.zh}”最多 ${most} 个文件：请先移除不需要的。`,
    `"${label.en}" holds at most ${most} files: take off those that are not needed first.`,
  );
}

/** A step requires files, and there is none. */
export function filesMissing({ takes = [], zh, en }: StepDeclaration, { name, label }: FilesModel): Problem {
  const taken = takes.includes(name);
  return problem(
    "STEP_REQUIRES",
    ["input", taken ? name : "id"],
    `“${zh}”须先有“${label.zh}”：请先上传文件，${taken ? `并在 ${name} 中给出` : `并用 attachFile 关联到 ${name}`}。`,
    `"${en}" requires "${label.en}": upload a file, and ${taken ? `give it in ${name}` : `attach it to ${name} by attachFile`}.`,
  );
}

/** A text that cannot name a file. */
export function nameInvalid(path: Path, name: string, longest: number): Problem {
  return problem(
    "VALUE_INVALID",
    path,
    `文件名 ${JSON.stringify(name.slice(0, longest))} 不可用：应为 1 至 ${longest} 个字符，不含 / \\ 和控制字符，请改名。`,
    `${JSON.stringify(name.slice(0, longest))} cannot be a file name: it has 1 to ${longest} characters, no / or \\ and no control characters; rename it.`,
  );
}

function mebibytes(bytes: number): string {
  return String(Math.ceil((bytes / MEBIBYTE) * 100) / 100);
}
