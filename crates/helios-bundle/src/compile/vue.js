// Compiles a Vue component with the project's own compiler.
import { compileScript, compileStyle, compileTemplate, parse } from "helios:compiler";

const failed = (errors) => {
  if (errors.length) throw errors[0];
};

globalThis.heliosCompile = (file, source, id) => {
  const { descriptor, errors } = parse(source, { filename: file });
  failed(errors);
  const { script, scriptSetup, template, styles } = descriptor;
  const outside = [script, scriptSetup, template].find((block) => block && block.src);
  if (outside) throw new Error(`<${outside.type} src> is not supported: put it into the file`);
  if (template && template.lang && template.lang !== "html") throw new Error(`<template lang="${template.lang}"> is not supported`);
  const scoped = styles.some((style) => style.scoped);
  const scope = `data-v-${id}`;
  const inline = Boolean(scriptSetup);
  let code = "const heliosComponent = {};\n";
  let map = null;
  let bindings;
  if (script || scriptSetup) {
    const made = compileScript(descriptor, {
      id: scope,
      isProd: true,
      inlineTemplate: inline,
      genDefaultAs: "heliosComponent",
      templateOptions: { scoped, compilerOptions: { scopeId: scoped ? scope : undefined } },
    });
    code = `${made.content}\n`;
    map = made.map || null;
    bindings = made.bindings;
  }
  if (template && !inline) {
    const made = compileTemplate({
      source: template.content,
      filename: file,
      id: scope,
      scoped,
      isProd: true,
      compilerOptions: { bindingMetadata: bindings, scopeId: scoped ? scope : undefined },
    });
    failed(made.errors);
    code += `${made.code.replace("export function render", "function render")}\nheliosComponent.render = render;\n`;
  }
  if (scoped) code += `heliosComponent.__scopeId = ${JSON.stringify(scope)};\n`;
  const sheets = styles.map((style) => {
    if (style.src || (style.lang && style.lang !== "css")) {
      throw new Error(`<style ${style.src ? "src" : `lang="${style.lang}"`}> is not supported: import a style sheet in CSS from the script`);
    }
    const name = style.module === true ? "$style" : style.module || null;
    if (!style.scoped) return { code: style.content, module: name };
    const made = compileStyle({ source: style.content, filename: file, id: scope, scoped: true, isProd: true });
    failed(made.errors);
    return { code: made.code, module: name };
  });
  const lang = (scriptSetup || script || {}).lang || "js";
  return { code: `${code}export default heliosComponent;\n`, map, styles: sheets, lang };
};
