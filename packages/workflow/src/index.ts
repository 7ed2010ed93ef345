export { lifecycleFields } from "./available-steps.ts";
export { FILES_PATH } from "./attachments/attachment-fields.ts";
export { type FilesContext, type FileStorage, type Upload } from "./attachments/file-storage.ts";
export { clockFields } from "./clock-fields.ts";
export { stepFields } from "./step-fields.ts";
export { type PlatformPart } from "./parts/part.ts";
export { platformParts } from "./parts/platform-parts.ts";
