import { column, entity } from "@xianmai/plugin-api";

/** An enterprise (企业): one row for projects, investment and business environment alike. */
export class Enterprise extends entity(
  "Enterprise",
  { zh: "企业", en: "Enterprise", title: "name", key: "name", knownAs: ["shortNames"], scope: "everyone" },
  {
    name: column.text({ zh: "企业名称", en: "Name", description: { zh: "营业执照上的全称。", en: "As on the business licence." } }),
    creditCode: column.text({
      zh: "统一社会信用代码",
      en: "Unified social credit code",
      description: { zh: "18 位，GB 32100-2015。", en: "18 characters, GB 32100-2015." },
      optional: true,
      unique: true,
    }),
    shortNames: column.texts({ zh: "简称", en: "Short names" }),
    top500: column.boolean({
      zh: "500 强企业",
      en: "Top 500",
      description: {
        zh: "世界、中国或民营企业 500 强及其控股企业。",
        en: "Of the top 500 of the world, China or its private companies, or held by one.",
      },
      default: false,
    }),
    listed: column.boolean({ zh: "上市企业", en: "Listed", default: false }),
  },
) {}
