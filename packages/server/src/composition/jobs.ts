import { LONGEST_JOB, Refusal, type Job, type Label, type Plugin } from "@xianmai/plugin-api";
import type { EntityTypes } from "@xianmai/query";
import { channelJobs, jobFields, readSchedule, type JobFields } from "@xianmai/workflow";

/** The most characters of a job's name, as the queue has it. */
const LONGEST_NAME = 128;
/** The most attempts of a job: the last of them comes some hours after the one before. */
const MOST_ATTEMPTS = 25;

/** Every job that is declared: by plugins, and by the platform itself. */
function declaredJobs(plugins: readonly Plugin[]): readonly Job[] {
  return [...plugins.flatMap(({ jobs }) => jobs), ...channelJobs(new Map())];
}

/**
 * The root fields of jobs, once their declarations are checked: that a job is named after its plugin, that its schedule can be read and has a time to
 * come, that it may be begun, and ends.
 *
 * @throws Refusal JOB_INVALID
 */
export function composeJobs(plugins: readonly Plugin[], types: EntityTypes, timeZone: string): JobFields {
  for (const plugin of plugins) for (const job of plugin.jobs) check(plugin, job, timeZone);
  return jobFields(types, declaredJobs(plugins), timeZone);
}

function check(plugin: Plugin, job: Job, timeZone: string): void {
  const { name, schedule, attempts, minutes } = job;
  const own = name.startsWith(`${plugin.name}.`) ? name.slice(plugin.name.length + 1) : "";
  if (!/^[a-z][A-Za-z0-9]*$/.test(own) || name.length > LONGEST_NAME)
    throw invalid(plugin, job, "名称不是“插件名.任务名”", "its name is not plugin.work", {
      zh: `请改名，如 ${plugin.name}.nightly`,
      en: `Rename it, to ${plugin.name}.nightly for example`,
    });
  if (!isCount(attempts, MOST_ATTEMPTS))
    throw invalid(plugin, job, `attempts 为 ${attempts}`, `attempts is ${attempts}`, {
      zh: `请写 1 至 ${MOST_ATTEMPTS} 的整数`,
      en: `Give a whole number from 1 to ${MOST_ATTEMPTS}`,
    });
  if (!isCount(minutes, LONGEST_JOB))
    throw invalid(plugin, job, `minutes 为 ${minutes}`, `minutes is ${minutes}`, {
      zh: `请写 1 至 ${LONGEST_JOB} 的整数`,
      en: `Give a whole number from 1 to ${LONGEST_JOB}`,
    });
  if (schedule === undefined) return;
  try {
    readSchedule(schedule, timeZone, new Date());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(plugin, job, `schedule“${schedule}”无法理解（${why}）`, `its schedule "${schedule}" cannot be read (${why})`, {
      zh: "请依次写分、时、日、月、星期，如 0 3 * * *",
      en: "Write minute, hour, day, month and weekday: 0 3 * * *",
    });
  }
}

function isCount(count: number, most: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= most;
}

function invalid(plugin: Plugin, { name }: Job, zh: string, en: string, remedy: Label): Refusal {
  return new Refusal(
    "JOB_INVALID",
    { zh: `插件 ${plugin.name} 的任务 ${name}：${zh}。`, en: `Job ${name} of plugin ${plugin.name}: ${en}.` },
    { zh: `${remedy.zh}。`, en: `${remedy.en}.` },
  );
}
