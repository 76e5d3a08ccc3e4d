// CommonJS packages in a page without a build: `await load({ name: file })` gives a `require` for these names. React has no other form.
async function load(files) {
  const texts = Object.fromEntries(await Promise.all(Object.entries(files).map(async ([name, file]) => [name, await (await fetch(`node_modules/${file}`)).text()])));
  const loaded = {};
  const require = (name) => {
    if (!loaded[name]) {
      loaded[name] = { exports: {} };
      new Function("module", "exports", "require", "process", texts[name])(loaded[name], loaded[name].exports, require, { env: { NODE_ENV: "production" } });
    }
    return loaded[name].exports;
  };
  return require;
}
