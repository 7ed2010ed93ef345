export { stepFields } from "./step-fields.ts";
