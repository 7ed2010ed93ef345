import type { Problem } from "@xianmai/plugin-api";

const AT: Problem["path"] = ["input", "id"];

/** There is no such run, or it is no longer kept. */
export function unknownRun(id: string): Problem {
  return {
    code: "NOT_FOUND",
    path: AT,
    message: {
      zh: `没有编号为 ${id} 的运行，或已过保留期：请在 jobRuns 中查看。`,
      en: `There is no run ${id}, or it is no longer kept: look among jobRuns.`,
    },
  };
}

/** It has not failed. */
export function notFailed(id: string): Problem {
  return {
    code: "JOB_NOT_FAILED",
    path: AT,
    message: {
      zh: `运行 ${id} 没有失败，无须重试：它已完成、正在执行，或仍在等待首次执行。`,
      en: `Run ${id} has not failed, so there is nothing to retry: it is done, is being done, or waits to be begun.`,
    },
  };
}

/** The queue no longer has what it was to do. */
export function forgotten(id: string): Problem {
  return {
    code: "JOB_FORGOTTEN",
    path: AT,
    message: {
      zh: `队列中已没有运行 ${id} 的内容，无法重试：请重新发起产生它的操作。`,
      en: `The queue no longer has what run ${id} was to do, so it cannot be tried anew: do again what led to it.`,
    },
  };
}
