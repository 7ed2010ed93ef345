export { lifecycleFields } from "./available-steps.ts";
export { clockFields } from "./clock-fields.ts";
export { stepFields } from "./step-fields.ts";
