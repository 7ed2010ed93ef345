import { lifecycle } from "@xianmai/plugin-api";

/** The way of a project (项目阶段): from an idea in the pool to production, with a pause and a way out. */
export const ProjectStage = lifecycle(
  "ProjectStage",
  { zh: "项目阶段", en: "Project stage" },
  {
    start: "CONCEIVED",
    states: {
      CONCEIVED: { zh: "谋划", en: "Conceived" },
      RESERVED: { zh: "储备", en: "Reserved", description: { zh: "已入县重点项目库。", en: "Entered in the county's pool." } },
      PREPARATORY: {
        zh: "前期",
        en: "Preparatory",
        description: { zh: "正在办理用地、规划、环评、施工许可等手续。", en: "Land, planning, environment and permits are under way." },
      },
      STARTED: { zh: "已开工", en: "Started" },
      UNDER_CONSTRUCTION: {
        zh: "在建",
        en: "Under construction",
        description: { zh: "已形成实物工作量，按月报送进度。", en: "Work is visible on site and reported monthly." },
      },
      COMPLETED: {
        zh: "竣工",
        en: "Completed",
        description: { zh: "公益性项目到此为止。", en: "Where projects that produce nothing for sale end." },
        end: true,
      },
      IN_PRODUCTION: { zh: "投产", en: "In production", end: true },
      SUSPENDED: { zh: "停工", en: "Suspended" },
      WITHDRAWN: { zh: "退库", en: "Withdrawn", end: true },
    },
    steps: {
      reserve: { zh: "入库", en: "Reserve", from: "CONCEIVED", to: "RESERVED", permission: "project.decide" },
      prepare: { zh: "启动前期", en: "Prepare", from: "RESERVED", to: "PREPARATORY", permission: "project.advance" },
      start: {
        zh: "开工",
        en: "Start",
        from: ["RESERVED", "PREPARATORY"],
        to: "STARTED",
        permission: "project.advance",
        sets: { actualStart: "on" },
      },
      build: { zh: "转入在建", en: "Build", from: "STARTED", to: "UNDER_CONSTRUCTION", permission: "project.advance" },
      complete: { zh: "竣工", en: "Complete", from: "UNDER_CONSTRUCTION", to: "COMPLETED", permission: "project.advance" },
      produce: { zh: "投产", en: "Produce", from: "COMPLETED", to: "IN_PRODUCTION", permission: "project.advance" },
      suspend: {
        zh: "停工",
        en: "Suspend",
        from: ["STARTED", "UNDER_CONSTRUCTION"],
        to: "SUSPENDED",
        permission: "project.advance",
        reason: true,
      },
      // a second step to UNDER_CONSTRUCTION, so it names its event
      resume: {
        zh: "复工",
        en: "Resume",
        from: "SUSPENDED",
        to: "UNDER_CONSTRUCTION",
        permission: "project.advance",
        event: "projectResumed",
      },
      withdraw: {
        zh: "退库",
        en: "Withdraw",
        from: ["CONCEIVED", "RESERVED", "PREPARATORY", "SUSPENDED"],
        to: "WITHDRAWN",
        permission: "project.decide",
        reason: true,
      },
    },
  },
);
