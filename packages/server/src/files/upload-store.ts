import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";

import type { FileStore } from "@tus/file-store";
import { isUuid, type Viewer } from "@xianmai/plugin-api";
import type { Upload } from "@xianmai/workflow";

/** The part of an upload's metadata that says whose it is; whatever a client writes there is overwritten. */
const OWNER = "xianmai-owner";

/** Clients of tus call it either way. */
const NAMES: readonly string[] = ["filename", "name"];

type Metadata = Readonly<Record<string, string | null>>;

/** What a client says of an upload, with whose it is. */
export function owned(metadata: Metadata | undefined, viewer: Viewer): Record<string, string | null> {
  return { ...metadata, [OWNER]: ownerOf(viewer) };
}

/** Finds an upload of a viewer. */
export async function findUpload(store: FileStore, id: string, viewer: Viewer): Promise<Upload | "missing" | "unfinished"> {
  if (!isUuid(id)) return "missing";
  const found = await store.getUpload(id).catch(() => undefined);
  const { metadata, storage, size, offset } = found ?? {};
  if (storage === undefined || metadata?.[OWNER] !== ownerOf(viewer)) return "missing";
  if (size === undefined || offset !== size) return "unfinished";
  const name = NAMES.map((key) => metadata[key] ?? undefined).find((one) => one !== undefined);
  return { id, name, bytes: size, path: storage.path };
}

/** How many uploads of a viewer wait to go on or to be attached. */
export async function countUploads(store: FileStore, viewer: Viewer): Promise<number> {
  const owner = ownerOf(viewer);
  const names = await readdir(store.directory);
  const ids = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
  const uploads = await Promise.all(ids.map(async (id) => store.getUpload(id).catch(() => undefined)));
  return uploads.filter((upload) => upload?.metadata?.[OWNER] === owner).length;
}

/** A person's uploads are the person's; who is no known official has them by role and units. */
function ownerOf({ role, units, user }: Viewer): string {
  const identity = user === undefined ? [role, role === "county" ? [] : [...units].toSorted()] : [user];
  return createHash("sha256").update(JSON.stringify(identity)).digest("base64url");
}
