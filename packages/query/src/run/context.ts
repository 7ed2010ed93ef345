import type { EntityManager } from "@mikro-orm/core";
import { enqueueJob } from "@xianmai/database";
import { Refusal, type Context, type Enqueue, type ReadContext, type Tables, type Entity } from "@xianmai/plugin-api";
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

/** What there is to write with, while the transaction of a mutation field runs. */
export interface Writing {
  readonly em: EntityManager;
  readonly access: Access;
}

/** Whether an enabled plugin declares a job. */
export type IsDeclared = (job: string) => boolean;

/**
 * What a plugin's resolvers are given.
 *
 * @param writing what the mutation field that is running writes with
 * @param isDeclared which jobs can be queued there
 */
export function resolverContext(read: ReadContext, writing: () => Writing | undefined, isDeclared: IsDeclared): Context {
  return {
    ...read,
    get em(): EntityManager {
      const running = writing();
      if (running === undefined) throw outsideMutation("em");
      return running.em;
    },
    enqueue: async (...job) => {
      const running = writing();
      if (running === undefined) throw outsideMutation("enqueue");
      await enqueueThrough(running.access, isDeclared)(...job);
    },
  };
}

/** Queues jobs in the transaction of an access. @throws Refusal JOB_UNDECLARED for one that nobody would ever do */
export function enqueueThrough(access: Access, isDeclared: IsDeclared): Enqueue {
  return async ({ name, attempts }, payload, { key, runAt } = {}) => {
    if (!isDeclared(name)) throw undeclared(name);
    await access.query(async (client) => enqueueJob(client, { job: name, payload, attempts, key, runAt }));
  };
}

function outsideMutation(what: string): Refusal {
  return new Refusal(
    "OUTSIDE_MUTATION",
    { zh: `${what} 只在 mutation 字段执行期间可用。`, en: `${what} exists only while a mutation field runs.` },
    { zh: "读取请用 db；写入请放在 mutation 中。", en: "Read with db; write in a mutation." },
  );
}

function undeclared(name: string): Refusal {
  return new Refusal(
    "JOB_UNDECLARED",
    {
      zh: `后台任务 ${name} 没有在任何启用的插件中声明，排队后也不会有人执行。`,
      en: `No enabled plugin declares the job ${name}, so nobody would ever do it.`,
    },
    { zh: "请把它写进插件的 jobs。", en: "List it among the jobs of its plugin." },
  );
}
