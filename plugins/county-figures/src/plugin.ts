import { definePlugin } from "@xianmai/plugin-api";

import { demo } from "./demo.ts";
import { CountyFigure } from "./entities/county-figure.ts";
import { CountyFigureReport } from "./entities/county-figure-report.ts";
import { CountyFigureTarget } from "./entities/county-figure-target.ts";
import { countyFixedAssetInvestment, countyGdp } from "./metrics/published.ts";
import { migrations } from "./migrations/index.ts";
import { countyFigureReportsSheet, countyFiguresSheet, countyFigureTargetsSheet } from "./sheets/county-figures.ts";

/** What the county publishes as a whole, month by month, beside its targets (县级主要指标): figures that no other plugin's rows add up to. */
export const countyFigures = definePlugin({
  name: "county-figures",
  version: "1.0.0",
  label: { zh: "县级指标", en: "County figures" },
  url: import.meta.url,
  permissions: {
    // those of the whole county: only who acts for it enters them
    "countyFigure.edit": { zh: "填报县级指标", en: "Enter county figures", roles: [] },
  },
  entities: [CountyFigure, CountyFigureReport, CountyFigureTarget],
  metrics: [countyGdp, countyFixedAssetInvestment],
  sheets: [countyFiguresSheet, countyFigureReportsSheet, countyFigureTargetsSheet],
  migrations,
  demo,
});
