export { metricFields } from "./metric-fields.ts";
