export { createTestDatabase, type TestDatabase, type TestTemplate } from "./test-database.ts";
export { serveTestDatabases, type TestServer } from "./test-server.ts";
