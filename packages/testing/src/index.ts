export { createTestPlatform, type Follower, type TestFile, type TestPlatform, type TestPlatformOptions } from "./test-platform.ts";
export { type Answer, type AnswerError } from "./answer.ts";
export { withMigrations } from "./with-migrations.ts";
