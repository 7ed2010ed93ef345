import { bilingual, Refusal, type Job, type Label, type Permission, type Problem, type ReadContext } from "@xianmai/plugin-api";
import { InputError, type EntityTypes } from "@xianmai/query";
import {
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfigMap,
} from "graphql";

import type { JobBook, JobRun, RunState } from "./job-book.ts";
import { jobTypes, type JobTypes, type RunPage, type ShownJob } from "./job-types.ts";
import { forgotten, notFailed, unknownRun } from "./problems.ts";
import { readSchedule, type Schedule } from "./schedule.ts";

/** What the fields of jobs need of the context of a request. */
export interface JobsContext {
  readonly jobs: JobBook;
}

type Asking = ReadContext & JobsContext;

/** The permissions that jobs ask for. The county has them as it has all. */
export const JOB_PERMISSIONS: Readonly<Record<"see" | "retry", Permission & { readonly name: string }>> = Object.freeze({
  see: Object.freeze({ name: "jobs.see", zh: "查看后台任务", en: "See jobs and their runs", roles: [] }),
  retry: Object.freeze({ name: "jobs.retry", zh: "重试后台任务", en: "Have jobs tried anew", roles: [] }),
});

/** Runs on a page unless `first` says otherwise, and the most that it may ask for. */
const PAGE = { usual: 50, largest: 1000 } as const;

/** The root fields of jobs. */
export interface JobFields {
  readonly query: GraphQLFieldConfigMap<unknown, unknown>;
  readonly mutation: GraphQLFieldConfigMap<unknown, unknown>;
}

/** Makes `jobs`, `jobRuns` and `retryJob`. @param jobs every declared one */
export function jobFields(types: EntityTypes, jobs: readonly Job[], timeZone: string): JobFields {
  const made = jobTypes(types, jobs);
  const schedules = new Map(
    jobs.flatMap(({ name, schedule }) => (schedule === undefined ? [] : [[name, readSchedule(schedule, timeZone, new Date())] as const])),
  );
  const query: GraphQLFieldConfigMap<unknown, Asking> = {
    jobs: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(made.job))),
      description: "后台任务，须有 jobs.see 权限 The declared jobs, for whoever may jobs.see",
      resolve: async (_source, _args, context) => shownJobs(jobs, schedules, context),
    },
    jobRuns: {
      type: new GraphQLNonNull(made.connection),
      description: "后台任务的运行，新的在前，须有 jobs.see 权限 Runs of jobs, the newest first, for whoever may jobs.see",
      args: {
        job: { type: GraphQLString, description: "只看此任务 Those of one job" },
        state: { type: made.state, description: "只看此状态 Those of one state" },
        first: {
          type: GraphQLInt,
          description: `至多 ${PAGE.largest}，不写则为 ${PAGE.usual} At most ${PAGE.largest}, ${PAGE.usual} unless given`,
        },
        after: { type: GraphQLString, description: "此游标之后 After this cursor" },
      },
      resolve: async (_source, given: Given, context) => page(given, context),
    },
  };
  return { query: query as GraphQLFieldConfigMap<unknown, unknown>, mutation: { retryJob: retryField(types, made) } };
}

async function shownJobs(jobs: readonly Job[], schedules: ReadonlyMap<string, Schedule>, context: Asking): Promise<readonly ShownJob[]> {
  allow(context, JOB_PERMISSIONS.see);
  const now = new Date();
  const figures = new Map((await context.jobs.figures()).map((one) => [one.job, one]));
  return jobs.map((job) => ({
    job,
    figures: figures.get(job.name),
    nextRunAt: schedules.get(job.name)?.next(now)?.toISOString(),
  }));
}

type Given = Readonly<Record<string, unknown>>;

async function page(given: Given, context: Asking): Promise<RunPage> {
  allow(context, JOB_PERMISSIONS.see);
  const first = (given["first"] ?? PAGE.usual) as number;
  if (first < 0 || first > PAGE.largest)
    throw new InputError(`first 为 ${first}：应为 0 至 ${PAGE.largest}。`, `first is ${first}: it is 0 to ${PAGE.largest}.`);
  const after = (given["after"] ?? undefined) as string | undefined;
  if (after !== undefined && !isRunId(after))
    throw new InputError(
      `after 不是游标：${after}。请原样交回得到的游标。`,
      `after is no cursor: ${after}. Hand back one as it was given.`,
    );
  const job = (given["job"] ?? undefined) as string | undefined;
  const state = (given["state"] ?? undefined) as RunState | undefined;
  const runs = await context.jobs.runs({ job, state, first, after });
  return { runs: runs.slice(0, first), hasNext: runs.length > first, hasPrevious: after !== undefined };
}

/** What `retryJob` answers. */
interface Retrying {
  readonly run: JobRun | undefined;
  readonly problems: readonly Problem[];
}

function retryField(types: EntityTypes, made: JobTypes): GraphQLFieldConfigMap<unknown, unknown>[string] {
  const payload = new GraphQLObjectType<Retrying, ReadContext>({
    name: "RetryJobPayload",
    description: bilingual({ zh: "重试后台任务的结果。", en: "Having a job tried anew: what came of it." }),
    fields: {
      run: {
        type: made.run,
        description: "该次运行；未成功时为空 The run; null where it did not succeed",
        resolve: ({ run }) => run,
      },
      problems: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(types.problem))),
        description: "未成功的原因；成功则为空列表 Why it did not succeed; empty where it did",
        resolve: ({ problems }, _args, { language }) => problems.map((problem) => ({ ...problem, message: problem.message[language] })),
      },
    },
  });
  const input = new GraphQLInputObjectType({
    name: "RetryJobInput",
    description: bilingual({ zh: "重试后台任务的输入", en: "Having a job tried anew: its input" }),
    fields: {
      id: { type: new GraphQLNonNull(GraphQLID), description: "运行的编号，见 jobRuns The number of the run, as jobRuns gives it" },
    },
  });
  return {
    type: new GraphQLNonNull(payload),
    description:
      "立即重试一次失败的运行，次数重新计算，须有 jobs.retry 权限；重发无害 Tries a run that failed anew, at once and with all its attempts, for whoever may jobs.retry. Sent twice, it does no harm",
    args: { input: { type: new GraphQLNonNull(input), description: "输入 The input" } },
    resolve: async (_source, args: Given, context) => retry(String((args["input"] as Given)["id"]), context as Asking),
  };
}

async function retry(id: string, context: Asking): Promise<Retrying> {
  const refused = denied(context, JOB_PERMISSIONS.retry);
  if (refused !== undefined) return failed({ code: "PERMISSION_DENIED", path: [], message: refused });
  if (!isRunId(id)) return failed(unknownRun(id));
  switch (await context.jobs.retry(id)) {
    case "queued":
      return { run: await context.jobs.run(id), problems: [] };
    case "unknown":
      return failed(unknownRun(id));
    case "not-failed":
      return failed(notFailed(id));
    case "forgotten":
      return failed(forgotten(id));
  }
}

function failed(problem: Problem): Retrying {
  return { run: undefined, problems: [problem] };
}

/** A number as PostgreSQL's bigint has it, in the spelling that the API hands out. */
function isRunId(text: string): boolean {
  return /^[1-9][0-9]{0,17}$/.test(text);
}

function denied({ viewer }: ReadContext, { name, zh, en }: (typeof JOB_PERMISSIONS)["see"]): Label | undefined {
  if (viewer.may(name)) return undefined;
  return {
    zh: `您没有权限“${zh}”（${name}）：请联系管理员。`,
    en: `You lack the permission "${en}" (${name}): ask your administrator for it.`,
  };
}

function allow(context: Asking, permission: (typeof JOB_PERMISSIONS)["see"]): void {
  // what is shown changes by itself
  context.clock.now();
  const { zh, en, name } = permission;
  if (context.viewer.may(name)) return;
  throw new Refusal(
    "PERMISSION_DENIED",
    { zh: `您没有权限“${zh}”（${name}）。`, en: `You lack the permission "${en}" (${name}).` },
    { zh: "请联系管理员。", en: "Ask your administrator for it." },
  );
}
