import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Both pages into dist/site: `screens.html`, `graphiql.html` and what they load, under names that hold a hash. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  worker: { format: "es" },
  build: {
    // boxes in halls and browsers in offices are old
    target: "chrome87",
    outDir: "dist/site",
    // a data: URL would need a hole in the content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // GraphiQL's editor is large and is loaded by its own page alone
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      input: ["screens.html", "graphiql.html"],
      // libraries compiled by React's compiler carry "use no memo", which means nothing after bundling
      onLog: (level, log, handle) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
});
