// The .d.ts files of the packages are what their sources say; HELIOS_BLESS=1 writes them anew. Types are checked on the way.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import ts from "typescript";

test("types", { timeout: 120_000 }, () => {
  const folder = new URL("../packages/", import.meta.url).pathname;
  const { config } = ts.readConfigFile(`${folder}tsconfig.json`, ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(fileNames, options);
  /** @type {string[]} */
  const stale = [];
  const { diagnostics } = program.emit(undefined, (file, text) => {
    // core/src/page.js becomes core/types/page.d.ts.
    const place = path.join(folder, path.relative(/** @type {string} */ (options.outDir), file).replace("/src/", "/types/"));
    if (existsSync(place) && readFileSync(place, "utf8") === text) return;
    stale.push(path.relative(folder, place));
    if (process.env.HELIOS_BLESS) {
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
  });
  const found = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  assert.equal(ts.formatDiagnostics(found, { getCurrentDirectory: () => folder, getCanonicalFileName: (name) => name, getNewLine: () => "\n" }), "");
  assert.deepEqual(process.env.HELIOS_BLESS ? [] : stale, [], "write them with HELIOS_BLESS=1");
});
