import type { EntityManager } from "@mikro-orm/core";
import { Refusal, type Context, type ReadContext, type Tables, type Entity } from "@xianmai/plugin-api";
import type { Kysely } from "kysely";

import { SessionNeeded, type Access } from "./access.ts";
import { readingKysely } from "./kysely.ts";
import { watchedClock, watchedViewer } from "./watched.ts";
import type { GrowingReadSet } from "../reads/read-set.ts";
import type { RequestContext } from "./request.ts";

/** Told when a plugin's code asked for the database where there was no session for it. */
export type Missed = () => void;

/** What a plugin's reading code is given. @param reads is told what that code comes to depend on */
export function readContext(request: RequestContext, access: () => Access, missed: Missed, reads: GrowingReadSet): ReadContext {
  const kyselys = new WeakMap<Access, Kysely<unknown>>();
  return {
    // whoever serves the request may add what its own fields need
    ...request,
    viewer: watchedViewer(request.viewer, reads),
    clock: watchedClock(request.clock, reads),
    db: <const Read extends readonly Entity[]>() => {
      const now = access();
      if (!now.hasClient) {
        missed();
        throw new SessionNeeded();
      }
      const made = kyselys.get(now) ?? readingKysely(now, reads);
      kyselys.set(now, made);
      return made as unknown as Kysely<Tables<Read[number]>>;
    },
  };
}

/** What a plugin's resolvers are given. @param em hands out the unit of work of the mutation field that is running */
export function resolverContext(read: ReadContext, em: () => EntityManager | undefined): Context {
  return {
    ...read,
    get em(): EntityManager {
      const running = em();
      if (running !== undefined) return running;
      throw new Refusal(
        "OUTSIDE_MUTATION",
        { zh: "em 只在 mutation 字段执行期间可用。", en: "em exists only while a mutation field runs." },
        { zh: "读取请用 db；写入请放在 mutation 中。", en: "Read with db; write in a mutation." },
      );
    },
  };
}
