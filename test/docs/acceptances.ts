// The plugin of docs/plugins/attachments.md, as its reader would have written it, and its client.
import { column, definePlugin, entity, lifecycle } from "@xianmai/plugin-api";
import { Unit } from "@xianmai/plugin-organization/contract";
import { Upload } from "tus-js-client";

const AcceptanceStage = lifecycle(
  "AcceptanceStage",
  { zh: "验收阶段", en: "Acceptance stage" },
  {
    start: "ASKED",
    states: { ASKED: { zh: "申请", en: "Asked for" }, GIVEN: { zh: "通过", en: "Given", end: true } },
    steps: {
      give: { zh: "通过", en: "Give", from: "ASKED", to: "GIVEN", requires: ["proof"], takes: ["minutes"] },
    },
  },
);

export class Acceptance extends entity(
  "Acceptance",
  { zh: "验收", en: "Acceptance", title: "summary", key: "code", scope: "unit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    summary: column.text({ zh: "事项", en: "Summary" }),
    stage: column.stage(AcceptanceStage),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit", inverse: "acceptances" }),
    proof: column.files({ zh: "佐证材料", en: "Proof", types: ["image", "pdf", "office"], most: 20, largest: 20 }),
    minutes: column.files({ zh: "会议纪要", en: "Minutes", types: ["pdf"], most: 1 }),
  },
) {}

export const acceptances = definePlugin({
  name: "acceptances",
  version: "1.0.0",
  label: { zh: "验收", en: "Acceptances" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  entities: [Acceptance],
});

export function upload(server: string, file: Buffer, filename: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending: Upload = new Upload(file, {
      endpoint: `${server}/uploads`,
      chunkSize: 5 * 1024 * 1024,
      metadata: { filename },
      onError: reject,
      onSuccess: () => resolve(sending.url ?? ""),
    });
    sending.start();
  });
}
