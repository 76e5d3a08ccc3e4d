// The interface, built into web/dist/studio: relative addresses, so that it does not matter where it is served.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  plugins: [svelte()],
  build: { target: "es2023", outDir: "../dist/studio", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: { proxy: { "/api": process.env.HELIOS_STUDIO ?? "http://127.0.0.1:4321" } },
});
