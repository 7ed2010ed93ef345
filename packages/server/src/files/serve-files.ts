import type { IncomingMessage, ServerResponse } from "node:http";

import { FileStore } from "@tus/file-store";
import type { ReadPool, WritePool } from "@xianmai/database";
import type { Model } from "@xianmai/plugin-api/model";
import type { FileStorage } from "@xianmai/workflow";
import type { Logger } from "pino";

import type { Viewers } from "../access/viewers.ts";
import { downloadRoute } from "./download.ts";
import { openFileFolders } from "./folders.ts";
import { createFileStorage } from "./storage.ts";
import { tidyFiles } from "./tidy.ts";
import { uploadsRoute } from "./uploads.ts";

/** What serving files needs. */
export interface FileParts {
  readonly model: Model;
  /** `undefined` where none was given. */
  readonly dataFolder: string | undefined;
  readonly readPool: ReadPool;
  readonly writePool: WritePool;
  readonly viewers: Viewers;
  readonly log: Logger;
}

/** Files as a server has them. */
export interface Files {
  /** What mutations attach by. */
  readonly storage: FileStorage;
  readonly uploads: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly download: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  stop(): Promise<void>;
}

const HOUR = 60 * 60 * 1000;

/**
 * Serves the files of records; nothing where no entity has any. What was abandoned is removed at once, and every hour.
 *
 * @throws Refusal FILES_FOLDER_MISSING, DATA_FOLDER_DENIED, DATA_FOLDER_UNUSABLE
 */
export function serveFiles({ model, dataFolder, readPool, writePool, viewers, log }: FileParts): Files | undefined {
  const fields = model.entities.flatMap(({ files }) => files);
  if (fields.length === 0) return undefined;
  const folders = openFileFolders(dataFolder);
  const store = new FileStore({ directory: folders.uploads });
  const largest = Math.max(...fields.map(({ declared }) => declared.largest));
  const tidy = async (): Promise<void> => {
    try {
      await tidyFiles(folders, writePool, Date.now());
    } catch (error) {
      log.warn({ err: error }, "files that were abandoned cannot be removed, trying again in an hour");
    }
  };
  let tidying = tidy();
  const timer = setInterval(() => {
    tidying = tidying.then(tidy);
  }, HOUR);
  return {
    storage: createFileStorage(folders, store),
    uploads: uploadsRoute({ store, viewers, largest }),
    download: downloadRoute({ readPool, viewers, files: folders.files, log }),
    stop: async () => {
      clearInterval(timer);
      await tidying;
    },
  };
}
