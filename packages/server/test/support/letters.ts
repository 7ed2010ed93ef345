import { column, definePlugin, entity, job } from "@xianmai/plugin-api";

/** A letter that somebody wrote, and that a job sends. */
export class Letter extends entity(
  "Letter",
  { zh: "函件", en: "Letter", title: "text", scope: "everyone" },
  {
    text: column.text({ zh: "正文", en: "Text" }),
    isSent: column.boolean({ zh: "已发出", en: "Sent" }),
  },
) {}

export const sendLetters = job(
  "letters.send",
  { zh: "发出函件", en: "Send letters", schedule: "0 8 * * 1-5" },
  async (_payload, { transaction }) =>
    transaction(async ({ em }) => {
      for (const letter of await em.find(Letter, { isSent: false })) letter.isSent = true;
    }),
);

/** A job that its plugin forgot to list. */
export const stray = job("letters.stray", { zh: "漏列", en: "Not listed" }, async () => undefined);

export const letters = definePlugin({
  name: "letters",
  version: "1.0.0",
  label: { zh: "函件", en: "Letters" },
  url: import.meta.url,
  entities: [Letter],
  jobs: [sendLetters],
  resolvers: () => import("./letter-resolvers.ts"),
});
