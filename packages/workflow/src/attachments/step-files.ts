import type { Problem, StepDeclaration } from "@xianmai/plugin-api";
import type { EntityModel, FilesModel } from "@xianmai/plugin-api/model";
import type { MutationWork } from "@xianmai/query";
import { GraphQLList, GraphQLNonNull, GraphQLString, type GraphQLInputFieldConfigMap } from "graphql";

import { filesRequired } from "../permits.ts";
import { attach } from "./attach.ts";
import { filesMissing } from "./attachment-problems.ts";
import { countFiles } from "./count-files.ts";

/** What the input of a step carries for the fields of files that it takes: uploads, which are attached with the step. */
export function filesInput(entity: EntityModel, step: StepDeclaration): GraphQLInputFieldConfigMap {
  return Object.fromEntries(
    filesTaken(entity, step).map(({ name, label }) => [
      name,
      {
        type: new GraphQLList(new GraphQLNonNull(GraphQLString)),
        description: `${label.zh}：随此步骤关联的上传（编号或地址） ${label.en}: uploads to attach with the step, by ids or addresses`,
      },
    ]),
  );
}

/** What is wrong where a step requires files, and the row has none and is given none. */
export async function filesLacking(entity: EntityModel, step: StepDeclaration, work: MutationWork): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const files of filesRequired(entity, step)) {
    if (uploadsFor(files, step, work).length > 0 || (await countFiles(work.client, files, work.row.id)) > 0) continue;
    problems.push(filesMissing(step, files));
  }
  return problems;
}

/** Attaches what a step is given; stops at the first that cannot be. */
export async function attachTaken(entity: EntityModel, step: StepDeclaration, work: MutationWork): Promise<readonly Problem[]> {
  for (const files of filesTaken(entity, step)) {
    for (const [at, upload] of uploadsFor(files, step, work).entries()) {
      const path = ["input", files.name, String(at)];
      const subject = { entity, id: work.row.id };
      const attached = await attach(work, { subject, files, upload, name: undefined, note: undefined, path, namePath: path });
      if ("problem" in attached) return [attached.problem];
    }
  }
  return [];
}

function filesTaken({ files }: EntityModel, { takes = [] }: StepDeclaration): readonly FilesModel[] {
  return files.filter(({ name }) => takes.includes(name));
}

function uploadsFor({ name }: FilesModel, { takes = [] }: StepDeclaration, { input }: MutationWork): readonly string[] {
  const given = takes.includes(name) ? input[name] : undefined;
  return Array.isArray(given) ? given.map(String) : [];
}
