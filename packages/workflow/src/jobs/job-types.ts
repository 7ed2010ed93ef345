import { bilingual, type Job, type Language } from "@xianmai/plugin-api";
import { byFieldName, type EntityTypes } from "@xianmai/query";
import {
  GraphQLEnumType,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
} from "graphql";

import type { JobFigures, JobRun } from "./job-book.ts";

/** A declared job, as it is shown. */
export interface ShownJob {
  readonly job: Job;
  readonly figures: JobFigures | undefined;
  /** When its schedule has it done next; `undefined` without one. */
  readonly nextRunAt: string | undefined;
}

/** A page of runs. */
export interface RunPage {
  readonly runs: readonly JobRun[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** The GraphQL types by which jobs are shown. */
export interface JobTypes {
  readonly job: GraphQLObjectType<ShownJob>;
  readonly run: GraphQLObjectType<JobRun>;
  readonly connection: GraphQLObjectType<RunPage>;
  readonly state: GraphQLEnumType;
}

/** Makes them. @param labels what the jobs are called, by their names */
export function jobTypes({ scalars, all }: EntityTypes, jobs: readonly Job[]): JobTypes {
  const labels = new Map(jobs.map(({ name, label }) => [name, label]));
  const state = new GraphQLEnumType({
    name: "JobRunState",
    description: bilingual({ zh: "后台任务一次运行的状态", en: "What a run of a job has come to" }),
    values: {
      QUEUED: { description: bilingual({ zh: "等待中，也包括失败后等待重试", en: "It waits, perhaps to be tried again" }) },
      RUNNING: { description: bilingual({ zh: "执行中", en: "It is being done" }) },
      SUCCEEDED: { description: bilingual({ zh: "已完成", en: "It is done" }) },
      FAILED: { description: bilingual({ zh: "已失败，不再自动重试", en: "It has failed for good, and is not tried again by itself" }) },
    },
  });
  const run = new GraphQLObjectType<JobRun, Speaking>({
    name: "JobRun",
    description: bilingual({ zh: "后台任务的一次运行", en: "One run of a job" }),
    fields: {
      id: certain<JobRun>(GraphQLID, "编号，交给 retryJob", "Its number, for retryJob", ({ id }) => id),
      job: certain<JobRun>(GraphQLString, "任务名", "The name of the job", ({ job }) => job),
      label: {
        type: GraphQLString,
        description: bilingual({
          zh: "任务的显示名；任务不再声明则为空",
          en: "What the job is called; null where nobody declares it any more",
        }),
        resolve: ({ job }, _args, { language }) => labels.get(job)?.[language],
      },
      state: certain<JobRun>(state, "状态", "What it has come to", (source) => source.state),
      attempt: certain<JobRun>(GraphQLInt, "已开始的次数", "How often it was begun", ({ attempt }) => attempt),
      attempts: certain<JobRun>(GraphQLInt, "最多开始几次", "How often it may be", ({ attempts }) => attempts),
      queuedAt: certain<JobRun>(scalars.DateTime, "排队时间", "When it was queued", ({ queuedAt }) => queuedAt),
      dueAt: certain<JobRun>(scalars.DateTime, "何时到期执行", "From when on it is due", ({ dueAt }) => dueAt),
      startedAt: perhaps(scalars.DateTime, "最近一次开始时间", "When it was begun last", ({ startedAt }) => startedAt),
      endedAt: perhaps(scalars.DateTime, "完成或最终失败的时间", "When it was done, or failed for good", ({ endedAt }) => endedAt),
      error: perhaps(GraphQLString, "最近一次失败的原因", "What its last attempt that failed said", ({ error }) => error),
    },
  });
  const edge = new GraphQLObjectType<JobRun, Speaking>({
    name: "JobRunEdge",
    description: bilingual({ zh: "一次运行及其位置", en: "A run with its place" }),
    fields: {
      cursor: certain<JobRun>(GraphQLString, "游标：传给 after", "The cursor: to be handed to after", ({ id }) => id),
      node: certain<JobRun>(run, "运行", "The run", (source) => source),
    },
  });
  const pageInfo = all.find(({ name }) => name === "PageInfo");
  if (!(pageInfo instanceof GraphQLObjectType)) throw new Error("Lists have a PageInfo.");
  const list = (type: GraphQLOutputType): GraphQLOutputType => new GraphQLList(new GraphQLNonNull(type));
  const connection = new GraphQLObjectType<RunPage, Speaking>({
    name: "JobRunConnection",
    description: bilingual({ zh: "后台任务运行的一页，新的在前", en: "A page of runs, the newest first" }),
    fields: {
      pageInfo: certain<RunPage>(pageInfo, "分页信息", "Where the page lies", ({ runs, hasNext, hasPrevious }) =>
        byFieldName({
          hasNextPage: hasNext,
          hasPreviousPage: hasPrevious,
          startCursor: runs[0]?.id,
          endCursor: runs.at(-1)?.id,
        }),
      ),
      nodes: certain<RunPage>(list(run), "运行", "The runs", ({ runs }) => runs),
      edges: certain<RunPage>(list(edge), "运行及其游标", "The runs with their cursors", ({ runs }) => runs),
    },
  });
  const job = new GraphQLObjectType<ShownJob, Speaking>({
    name: "PlatformJob",
    description: bilingual({ zh: "后台任务", en: "A job: work that nobody waits for" }),
    fields: {
      name: certain<ShownJob>(GraphQLString, "任务名", "Its name", (source) => source.job.name),
      label: {
        type: new GraphQLNonNull(GraphQLString),
        description: bilingual({ zh: "显示名", en: "What it is called" }),
        resolve: (source, _args, { language }) => source.job.label[language],
      },
      schedule: perhaps<ShownJob>(
        GraphQLString,
        "何时自动执行（cron，县时区）；不自动执行则为空",
        "When it is done by itself, as cron writes it, in the county's time zone; null where it is not",
        (source) => source.job.schedule,
      ),
      nextRunAt: perhaps<ShownJob>(scalars.DateTime, "下次自动执行的时间", "When it is next done by itself", (source) => source.nextRunAt),
      lastRun: perhaps<ShownJob>(run, "最近开始的一次运行", "The run that began last", (source) => source.figures?.last),
      queued: certain<ShownJob>(GraphQLInt, "等待中的次数", "How many runs wait", (source) => source.figures?.queued ?? 0),
      running: certain<ShownJob>(GraphQLInt, "执行中的次数", "How many are being done", (source) => source.figures?.running ?? 0),
      failed: certain<ShownJob>(
        GraphQLInt,
        "保留期内失败的次数",
        "How many have failed, of those that are kept",
        (source) => source.figures?.failed ?? 0,
      ),
    },
  });
  return { job, run, connection, state };
}

/** What a label is read with. */
interface Speaking {
  readonly language: Language;
}

function certain<Source>(
  type: GraphQLOutputType,
  zh: string,
  en: string,
  read: (source: Source) => unknown,
): GraphQLFieldConfig<Source, Speaking> {
  return { type: new GraphQLNonNull(type), description: bilingual({ zh, en }), resolve: (source) => read(source) };
}

function perhaps<Source = JobRun>(
  type: GraphQLOutputType,
  zh: string,
  en: string,
  read: (source: Source) => unknown,
): GraphQLFieldConfig<Source, Speaking> {
  return {
    type: type as GraphQLFieldConfig<Source, Speaking>["type"],
    description: bilingual({ zh, en }),
    resolve: (source) => read(source),
  };
}
