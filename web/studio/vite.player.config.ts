// The player as one classic script, which carries the runtime and the driver as text.
import { defineConfig } from "vite";
import { previewFiles } from "../preview/assemble.js";

const ID = "virtual:helios-preview";

export default defineConfig({
  plugins: [{
    name: "helios-preview",
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load: (id) => (id === `\0${ID}` ? `export const PREVIEW_FILES = ${JSON.stringify(previewFiles())};` : null),
  }],
  build: {
    target: "es2023", outDir: "../dist/player", emptyOutDir: true, reportCompressedSize: false, copyPublicDir: false,
    lib: { entry: "../player/main.js", formats: ["iife"], name: "HeliosPlayerFile", fileName: () => "helios-player.js" },
  },
});
