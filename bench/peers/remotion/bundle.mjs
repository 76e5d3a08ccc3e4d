// Bundles the composition into the folder given: once, not measured.
import { bundle } from "@remotion/bundler";
import { fileURLToPath } from "node:url";

await bundle({ entryPoint: fileURLToPath(new URL("boxes.jsx", import.meta.url)), outDir: process.argv[2] });
