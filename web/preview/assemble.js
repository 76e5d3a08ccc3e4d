// assemble.js: the preview script as one text: settings, config.js, the runtime, the driver. For tests and for the player; the
// binary does the same from the same order.txt.

import { readFileSync } from "node:fs";

/** @param {string} folder @param {string} name */
const read = (folder, name) => readFileSync(new URL(`../${folder}/${name}`, import.meta.url), "utf8");
/** @param {string} folder */
const listed = (folder) => read(folder, "order.txt").split("\n").filter(Boolean);

/** The files of web/preview/order.txt, with the runtime where it says `@runtime`. */
export function previewFiles() {
  const runtime = listed("runtime").map((name) => `// ${name}\n${read("runtime", name)}`).join("\n");
  return listed("preview").map((name) => (name === "@runtime" ? runtime : `// ${name}\n${read("preview", name)}`)).join("\n");
}

/** @param {string} parent a JavaScript expression: the origin whose page may give orders */
export function previewScript(parent) {
  return `(() => {\n"use strict";\nconst HELIOS_STUDIO = ${parent};\nconst HELIOS_FILMS = null;\n${previewFiles()}\n})();`;
}
