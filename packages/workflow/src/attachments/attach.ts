import { lockForAttaching } from "@xianmai/database";
import { isUuid, type Context, type Id, type Problem } from "@xianmai/plugin-api";
import type { EntityModel, FilesModel } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { nameInvalid, nameMisleads, tooLarge, tooMany, typeRefused, uploadUnfinished, uploadUnknown } from "./attachment-problems.ts";
import { storageIn, type Upload } from "./file-storage.ts";
import { mediaTypeOf } from "./media/media-type-of.ts";
import { extensionOf, extensionsOf, MEDIA_TYPES, type MediaType } from "./media/media-types.ts";
import { countFiles } from "./count-files.ts";

/** The most characters of a file's name: what every file system takes. */
const LONGEST_NAME = 80;

/** A mutation that attaches files, while its transaction runs. */
export interface Attaching {
  readonly context: Context;
  readonly client: ClientBase;
  /** Has something done once what was written is committed. */
  readonly afterCommit: (work: () => Promise<void>) => void;
}

/** A file that is to be attached, and where. */
export interface NewFile {
  /** The record, locked until COMMIT, so that no two count its files at once. */
  readonly subject: { readonly entity: EntityModel; readonly id: string };
  readonly files: FilesModel;
  /** The upload: its id, or its address, which ends in it. */
  readonly upload: string;
  /** What the file is to be called; as the upload says unless given. */
  readonly name: string | undefined;
  readonly note: string | undefined;
  /** Where the input names the upload. */
  readonly path: readonly string[];
  /** Where the input names the file. */
  readonly namePath: readonly string[];
}

/**
 * Attaches an upload to a record: what it is is read from its content, and its bytes are in their place before the row is written. The row has the
 * upload's id, so that no upload is attached twice.
 */
export async function attach(
  { context, client, afterCommit }: Attaching,
  file: NewFile,
): Promise<{ readonly row: { readonly id: string } } | { readonly problem: Problem }> {
  const { subject, files, path } = file;
  const storage = storageIn(context);
  const { entity } = files.inverse;
  await lockForAttaching(client);
  const id = /[^/]*$/.exec(file.upload)?.[0].toLowerCase() ?? "";
  const upload = isUuid(id) ? await storage.upload(id, context.viewer) : "missing";
  if (upload === "missing" || (await isAttached(client, entity, id))) return { problem: uploadUnknown(path, file.upload) };
  if (upload === "unfinished") return { problem: uploadUnfinished(path, file.upload) };
  const name = (file.name ?? upload.name ?? "").trim();
  const found = await acceptable(file, upload, name);
  if ("problem" in found) return found;
  if ((await countFiles(client, files, subject.id)) >= files.declared.most) return { problem: tooMany(path, files) };
  const sha256 = await storage.keep(upload);
  const row = context.em.create<{ readonly id: string }>(entity.entity, {
    id,
    subjectId: subject.id,
    subjectType: subject.entity.name,
    field: files.name,
    name,
    mediaType: found.type.name,
    bytes: upload.bytes,
    sha256,
    uploadedById: (context.viewer.user ?? null) as Id<"Official"> | null,
    uploadedAt: context.clock.now(),
    note: file.note ?? null,
  } as never);
  context.em.persist(row);
  await context.em.flush();
  afterCommit(async () => storage.discard(upload));
  return { row };
}

async function isAttached(client: ClientBase, { table }: EntityModel, id: string): Promise<boolean> {
  const { rowCount } = await client.query(`select from "${table}" where id = $1`, [id]);
  return rowCount === 1;
}

async function acceptable(
  { files, path, namePath }: NewFile,
  { path: bytesAt, bytes }: Upload,
  name: string,
): Promise<{ readonly type: MediaType } | { readonly problem: Problem }> {
  if (!isFileName(name)) return { problem: nameInvalid(namePath, name, LONGEST_NAME) };
  if (bytes > files.declared.largest) return { problem: tooLarge(path, name, bytes, files) };
  const found = await mediaTypeOf(bytesAt, name);
  const type = MEDIA_TYPES.find(({ name: known }) => known === found);
  if (type === undefined || !files.declared.types.includes(type.kind)) return { problem: typeRefused(path, name, found, files) };
  // what opens by its name must be what it is by its content
  if (!extensionsOf(type.kind).includes(extensionOf(name))) return { problem: nameMisleads(namePath, name, type) };
  return { type };
}

function isFileName(name: string): boolean {
  return name !== "" && name.length <= LONGEST_NAME && name.isWellFormed() && !/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name);
}
