// Loaded into the server by `npm start`: when the starting process is killed outright, the server ends gracefully instead of living on unseen.
import process from "node:process";

process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// listening must not keep a server alive that has nothing left to do
process.channel?.unref();
