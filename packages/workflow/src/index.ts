export { lifecycleFields } from "./available-steps.ts";
export { stepFields } from "./step-fields.ts";
