import { mkdirSync } from "node:fs";

import { openDataFolder, type DataFolder } from "@xianmai/database/postgres";
import { Refusal } from "@xianmai/plugin-api";

/** Where the bytes of files lie. */
export interface FileFolders {
  readonly data: DataFolder;
  /** What is being uploaded, or waits to be attached. */
  readonly uploads: string;
  /** What is attached: each content once, under its hash. */
  readonly files: string;
}

/** What is being written there ends in it; backups leave it out. */
export const HALF = ".half";

/**
 * Opens the folders of files in a data folder, and makes them where they are missing.
 *
 * @throws Refusal FILES_FOLDER_MISSING where no data folder is given; DATA_FOLDER_DENIED, DATA_FOLDER_UNUSABLE
 */
export function openFileFolders(dataFolder: string | undefined): FileFolders {
  if (dataFolder === undefined) {
    throw new Refusal(
      "FILES_FOLDER_MISSING",
      {
        zh: "启用的插件中有文件字段，但启动时没有给出存放文件的数据文件夹。",
        en: "Enabled plugins declare fields of files, and the server is started without a data folder to keep them in.",
      },
      { zh: "请给 startServer 传入 dataFolder。", en: "Give startServer a dataFolder." },
    );
  }
  const data = openDataFolder(dataFolder);
  const folder = (name: string): string => {
    const path = data.file(name);
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) data.handOver(path);
    return path;
  };
  return { data, uploads: folder("uploads"), files: folder("files") };
}
