import { Command, InvalidArgumentError } from "commander";

import { addAuditCommands } from "./audit/commands.ts";
import type { BackupChoices } from "./commands/backup.ts";
import type { ExportChoices } from "./commands/export.ts";
import type { ImportChoices } from "./commands/import.ts";
import type { ServeChoices } from "./commands/serve.ts";
import { exitCode } from "./exit-code.ts";
import type { Flags } from "./platform.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

const dataOption = ["--data <folder>", "数据文件夹（默认取配置） The data folder (default: as configured)"] as const;

/**
 * The commands, their arguments and what they say of themselves. What they do stands in commands/, each loaded when it is called.
 *
 * @param ended hears the exit code of the command that ran
 */
export function createProgram(terminal: Terminal, ended: (code: number) => void): Command {
  const program = new Command("xianmai")
    .description("县脉：由插件组成的县域 GraphQL 数据平台\nXianmai: a county's GraphQL data platform, made of plugins")
    .version(version, "-V, --version", "显示版本 Show the version")
    .helpCommand("help [command]", "显示命令的用法 Show how a command is used")
    .addHelpText("after", exitCodes());
  bilingualHelp(program, terminal);

  command(program, "serve", "启动服务器 Start the server")
    .option("--port <number>", "端口（默认取配置，4000） The port (default: as configured, 4000)")
    .option(...dataOption)
    .option("--empty", "不载入演示数据 Do not load the demo data")
    .option(
      "--dev-viewers",
      "开发用：请求可用 x-xianmai-viewer 指定访问者 For development: a request may name its viewer by x-xianmai-viewer",
    )
    .action(async (options: ServeChoices) => ended(await (await import("./commands/serve.ts")).serve(terminal, options)));

  const database = command(program, "database", "数据库 The database");
  command(database, "url", "打印所有者的连接地址，供 psql 使用：psql $(npx xianmai database url)\nPrint the owner's URL, for psql")
    .option(...dataOption)
    .action(async (options: Flags) => ended(await (await import("./commands/database-url.ts")).databaseUrl(terminal, options)));

  const migrate = command(program, "migrate", "迁移数据库到插件所声明的样子\nBring the database to what the plugins declare")
    .option(...dataOption)
    .action(async (options: Flags) => ended(await (await import("./commands/migrate.ts")).migrateNow(terminal, options)));
  command(migrate, "new", "由插件的声明与其最后一次迁移之差写出新的迁移\nWrite a migration from what a plugin declares beyond its last one")
    .argument("<plugin>", "插件名 The plugin's name")
    .option("--name <what>", "迁移的名称，如 add-deadline What to call it, such as add-deadline", kebab)
    .action(async (plugin: string, options: { readonly name?: string }) =>
      ended(await (await import("./commands/migrate-new.ts")).migrateNew(terminal, plugin, options)),
    );

  command(
    program,
    "import",
    "导入 Excel：先检查全部，再全部写入或全不写入\nImport an Excel file: all is checked first, then all is written or nothing",
  )
    .argument("<sheet>", "表名，如 projects The sheet, such as projects")
    .argument("<file>", "Excel 文件（.xlsx） The Excel file (.xlsx)")
    .option("--dry-run", "只检查，不写入 Check only, write nothing")
    .option("--json", "以 JSON 输出结果 Print the outcome as JSON")
    .option(
      "--viewer <viewer>",
      '以谁的身份（默认全县），如 "role=township; units=130726100" As whom (default: the county), such as "role=township; units=130726100"',
    )
    .option(...dataOption)
    .action(async (sheet: string, file: string, options: ImportChoices) =>
      ended(await (await import("./commands/import.ts")).importFile(terminal, sheet, file, options)),
    );

  command(program, "export", "导出 Excel：可直接上报，也可原样再导入\nExport to Excel: to be handed on, or imported again as it is")
    .argument("<sheet>", "表名，如 projects The sheet, such as projects")
    .argument("[file]", "Excel 文件（.xlsx，默认以表题命名） The Excel file (.xlsx, named by its title unless given)")
    .option(
      "--filter <json>",
      '哪些行，写法同接口的 filter，如 {"nature":{"eq":"NEW_START"}} Which rows, as the API filters them, such as {"nature":{"eq":"NEW_START"}}',
    )
    .option("--as-of <time>", "当时的数据：日期（指当天结束时）或时刻 As it was then: a day, which means its end, or a moment")
    .option(
      "--viewer <viewer>",
      '谁能看到的数据（默认全县），如 "role=township; units=130726100" Whose rows (default: the county\'s), such as "role=township; units=130726100"',
    )
    .option(...dataOption)
    .action(async (sheet: string, file: string | undefined, options: ExportChoices) =>
      ended(await (await import("./commands/export.ts")).exportFile(terminal, sheet, file, options)),
    );

  command(
    program,
    "backup",
    "备份（可在运行时）：先试恢复并比对，再算作备份\nBack up, also while it runs: restored elsewhere and compared before it counts",
  )
    .argument(
      "[folder]",
      "备份所在的文件夹，在其中新建一份（默认 ./backups） The folder of backups, in which a new one is made (default: ./backups)",
    )
    .option("--portable", "以文本备份各表，可恢复到任何 PostgreSQL（15 起） Tables as text, for any PostgreSQL from 15 on")
    .option("--no-verify", "不试恢复 Do not restore it for a check")
    .option(...dataOption)
    .action(async (folder: string | undefined, options: BackupChoices) =>
      ended(await (await import("./commands/backup.ts")).backUp(terminal, folder, options)),
    );

  command(
    program,
    "restore",
    "从备份恢复到新的数据文件夹，或 DATABASE_URL 的空数据库\nRestore a backup to a new data folder, or to the empty database of DATABASE_URL",
  )
    .argument("<backup>", "xianmai backup 建立的文件夹 The folder that xianmai backup made")
    .option(...dataOption)
    .action(async (folder: string, options: Flags) =>
      ended(await (await import("./commands/restore.ts")).restoreFrom(terminal, folder, options)),
    );

  addAuditCommands(
    command(program, "audit", "审计：谁改了什么，以及它是否可信\nThe audit: who changed what, and whether it can be believed"),
    terminal,
    ended,
  );

  return program;
}

function command(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).helpOption("-h, --help", "显示用法 Show this help").copyInheritedSettings(parent);
}

/** Commander's own words, in both languages. */
function bilingualHelp(program: Command, { out, note }: Terminal): void {
  const titles: Readonly<Record<string, string>> = {
    "Usage:": "用法 Usage:",
    "Arguments:": "参数 Arguments:",
    "Options:": "选项 Options:",
    "Commands:": "命令 Commands:",
  };
  program
    .helpOption("-h, --help", "显示用法 Show this help")
    .configureHelp({ styleTitle: (title) => titles[title] ?? title })
    .configureOutput({
      writeOut: out,
      writeErr: note,
      outputError: (text, write) => {
        write(`✗ 命令有误 ${text.trim()}\n  用法见 For the usage: npx xianmai --help\n`);
      },
    })
    .exitOverride();
}

function kebab(text: string): string {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) return text;
  throw new InvalidArgumentError("小写字母、数字和连字符 Lower-case letters, digits and hyphens.");
}

function exitCodes(): string {
  return [
    "",
    "退出码 Exit codes:",
    `  ${exitCode.done}    完成 Done`,
    `  ${exitCode.refused}    被拒绝，或文件有问题；信息中说明如何处理 Refused, or the file has problems: the message says what to do`,
    `  ${exitCode.usage}    命令有误 The command line is wrong`,
    `  ${exitCode.fault}   程序出错 A fault of the program`,
    "  130  被 Ctrl-C 中断 Ended by Ctrl-C    143  被 SIGTERM 中断 Ended by SIGTERM",
    "",
  ].join("\n");
}
