// Compiles Solid's JSX with the project's own Babel and preset.
import { transformSync } from "helios:compiler";
import preset from "babel-preset-solid";

globalThis.heliosCompile = (file, source) => {
  const { code, map } = transformSync(source, {
    filename: file,
    babelrc: false,
    configFile: false,
    sourceMaps: true,
    presets: [[preset, { generate: "dom", hydratable: false }]],
    parserOpts: { plugins: file.endsWith(".tsx") ? ["jsx", "typescript"] : ["jsx"] },
  });
  return { code, map, styles: [], lang: file.endsWith(".tsx") ? "ts" : "js" };
};
