// Compiles a Svelte component, or a module with runes, with the project's own compiler.
import { VERSION, compile, compileModule } from "helios:compiler";

globalThis.heliosCompile = (file, source) => {
  const is5 = !/^[34]\./.test(VERSION);
  if (!file.endsWith(".svelte")) {
    const { js } = compileModule(source, { filename: file, generate: "client", dev: false });
    return { code: js.code, map: js.map, styles: [] };
  }
  const options = { filename: file, dev: false, generate: is5 ? "client" : "dom", css: "external" };
  const { js, css } = compile(source, options);
  const styles = css && css.code ? [{ code: css.code, module: null }] : [];
  return { code: js.code, map: js.map, styles };
};
