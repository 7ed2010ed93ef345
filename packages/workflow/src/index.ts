export { lifecycleFields } from "./available-steps.ts";
export { clockFields } from "./clock-fields.ts";
export { stepFields } from "./step-fields.ts";
export { type PlatformPart } from "./parts/part.ts";
export { platformParts } from "./parts/platform-parts.ts";
