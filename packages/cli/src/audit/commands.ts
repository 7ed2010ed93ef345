import type { Command } from "commander";

import type { RedactChoices } from "../commands/audit-redact.ts";
import type { VerifyChoices } from "../commands/audit-verify.ts";
import type { Flags } from "../platform.ts";
import type { Terminal } from "../terminal.ts";

const dataOption = ["--data <folder>", "数据文件夹（默认取配置） The data folder (default: as configured)"] as const;
const entityArgument = ["<entity>", "实体，如 Project The entity, such as Project"] as const;
const keyArgument = ["<key>", "自然键（多列以 / 分隔）或 id The natural key (columns separated by /) or the id"] as const;

/** What `xianmai audit` can do: its commands, their arguments and what they say of themselves. */
export function addAuditCommands(audit: Command, terminal: Terminal, ended: (code: number) => void): void {
  const command = (name: string, description: string): Command =>
    audit.command(name).description(description).helpOption("-h, --help", "显示用法 Show this help").copyInheritedSettings(audit);

  command(
    "verify",
    "核对所存的与所封存的：被改动、删除、插入、截断的都会指出\nHold what is stored against what was sealed, and tell what was tampered with, and where",
  )
    .option("--json", "以 JSON 输出 Print the report as JSON")
    .option(...dataOption)
    .action(async (options: VerifyChoices) => ended(await (await import("../commands/audit-verify.ts")).verifyNow(terminal, options)));

  command("show", "一行的全部改动：谁、何时、由何改为何\nWho changed a row, when, and from what to what")
    .argument(...entityArgument)
    .argument(...keyArgument)
    .option(...dataOption)
    .action(async (entity: string, key: string, options: Flags) =>
      ended(await (await import("../commands/audit-show.ts")).showRow(terminal, entity, key, options)),
    );

  command(
    "redact",
    "从一行及其全部历史中抹去个人信息，审计仍可核对\nTake personal data out of a row and all its past; the audit verifies as before",
  )
    .argument(...entityArgument)
    .argument(...keyArgument)
    .argument("<columns...>", "字段，如 name The columns, such as name")
    .requiredOption("--reason <text>", "原因，记入审计 Why; it goes on record")
    .option("--actor <text>", "由谁批准，记入审计 By whom; it goes on record")
    .option("--instead <column=value...>", "现有的行改为何值（必填字段须给出） What the row says instead (needed for required columns)")
    .option(...dataOption)
    .action(async (entity: string, key: string, columns: string[], options: RedactChoices) =>
      ended(await (await import("../commands/audit-redact.ts")).redactRow(terminal, entity, key, columns, options)),
    );

  command("seal", "立即封存，并打印链的首部（可另存他处）\nSeal now, and print the head of the chain, to be kept elsewhere")
    .option(...dataOption)
    .action(async (options: Flags) => ended(await (await import("../commands/audit-seal.ts")).sealUntilNow(terminal, options)));

  command("key", "增加一个封存密钥，此后用它封存\nAdd a key, with which seals are made from now on")
    .option(...dataOption)
    .action(async (options: Flags) => ended(await (await import("../commands/audit-key.ts")).addKey(terminal, options)));
}
