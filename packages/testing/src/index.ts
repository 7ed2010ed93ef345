export { createTestPlatform, type TestPlatform, type TestPlatformOptions } from "./test-platform.ts";
export { type TestJobs } from "./test-jobs.ts";
export { type Follower, type TestFile, type TestViewer } from "./test-viewer.ts";
export { type Answer, type AnswerError } from "./answer.ts";
export { withMigrations } from "./with-migrations.ts";
export { startTestServer, type TestServerOptions } from "./test-server.ts";
