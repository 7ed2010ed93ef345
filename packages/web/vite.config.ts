import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Writes down every document that stands beside a page, to the letter as the page sends it, so that the server knows it for one of its own. */
function trustedDocuments(): Plugin {
  return {
    name: "xianmai:trusted-documents",
    generateBundle() {
      const texts = globSync("src/**/*.graphql", { cwd: import.meta.dirname })
        .sort()
        .map((file) => readFileSync(join(import.meta.dirname, file), "utf8"));
      const byHash = Object.fromEntries(texts.map((text) => [createHash("sha256").update(text).digest("hex"), text]));
      this.emitFile({ type: "asset", fileName: "documents.json", source: `${JSON.stringify(byHash, undefined, 2)}\n` });
    },
  };
}

/** Both pages into dist/site: `screens.html`, `graphiql.html` and what they load, under names that hold a hash; `documents.json`: what they ask. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), trustedDocuments()],
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
