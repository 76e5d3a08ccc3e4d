//! What compilers are built with: their driver, and stand-ins for the parts of Node that they ask for and do not need here.

use rolldown::ModuleType;
use rolldown::plugin::{
    HookLoadArgs, HookLoadOutput, HookLoadReturn, HookResolveIdArgs, HookResolveIdOutput,
    HookResolveIdReturn, HookUsage, Plugin, PluginContext, SharedLoadPluginContext,
};
use std::borrow::Cow;
use std::path::PathBuf;

/// The script that defines `heliosCompile`.
pub(super) const DRIVER: &str = "helios:driver";
const COMPILER: &str = "helios:compiler";

/// Parts of Node that compilers ask for.
const NODE: [&str; 13] = [
    "assert", "crypto", "events", "fs", "module", "os", "path", "process", "stream", "tty", "url", "util",
    "v8",
];

/// Paths are names in messages, and keys; nothing is ever read by them.
const PATH: &str = r#"const normalize = (path) => {
  const out = [];
  for (const part of path.split("/")) {
    if (part === "..") out.pop();
    else if (part !== "." && part !== "") out.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + out.join("/");
};
const join = (...parts) => normalize(parts.filter(Boolean).join("/"));
const resolve = (...parts) => {
  let at = "";
  for (const part of parts) at = part.startsWith("/") ? part : `${at}/${part}`;
  return normalize(at.startsWith("/") ? at : `/${at}`);
};
const basename = (path, end = "") => { const name = path.split("/").pop(); return end && name.endsWith(end) ? name.slice(0, -end.length) : name; };
const extname = (path) => { const name = basename(path); const at = name.lastIndexOf("."); return at > 0 ? name.slice(at) : ""; };
const dirname = (path) => path.split("/").slice(0, -1).join("/") || (path.startsWith("/") ? "/" : ".");
const relative = (from, to) => to.startsWith(`${from}/`) ? to.slice(from.length + 1) : to;
const isAbsolute = (path) => path.startsWith("/");
const path = { normalize, join, resolve, basename, extname, dirname, relative, isAbsolute, sep: "/", delimiter: ":" };
path.posix = path;
path.win32 = path;
module.exports = path;
"#;
const PROCESS: &str = "module.exports = { env: {}, argv: [], platform: \"browser\", versions: {}, version: \"\", cwd: () => \"/\", stdout: {}, stderr: {}, nextTick: queueMicrotask };\n";
/// It is called, and its `equal()` and the like are.
const ASSERT: &str = "const assert = (value, message) => { if (!value) throw message instanceof Error ? message : new Error(message || \"assertion failed\"); };
assert.ok = assert;
assert.equal = assert.strictEqual = (a, b, message) => assert(a === b, message);
assert.notEqual = assert.notStrictEqual = (a, b, message) => assert(a !== b, message);
module.exports = assert;
";
const NOTHING: &str = "module.exports = { inspect: { custom: Symbol() }, promisify: (f) => f, deprecate: (f) => f, inherits() {}, createRequire: () => () => ({}) };\n";

/// The plugin.
#[derive(Debug)]
pub(super) struct Shims {
    pub(super) driver: &'static str,
    pub(super) compiler: PathBuf,
}

impl Plugin for Shims {
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("helios-compiler")
    }

    fn register_hook_usage(&self) -> HookUsage {
        HookUsage::ResolveId | HookUsage::Load
    }

    async fn resolve_id(&self, context: &PluginContext, args: &HookResolveIdArgs<'_>) -> HookResolveIdReturn {
        let id = |id: &str| Ok(Some(HookResolveIdOutput::from_id(id.to_owned())));
        match args.specifier {
            DRIVER => id(DRIVER),
            COMPILER => id(&self.compiler.to_string_lossy()),
            // The driver is nowhere; what it imports is installed beside the compiler.
            name if args.importer == Some(DRIVER) => {
                let found = context.resolve(name, self.compiler.to_str(), None).await?;
                Ok(found.ok().map(HookResolveIdOutput::from_resolved_id))
            }
            name => {
                let name = name.strip_prefix("node:").unwrap_or(name);
                if NODE.contains(&name) { id(&format!("node:{name}")) } else { Ok(None) }
            }
        }
    }

    async fn load(&self, _context: SharedLoadPluginContext, args: &HookLoadArgs<'_>) -> HookLoadReturn {
        let code = match args.id {
            DRIVER => format!(
                "globalThis.process ??= {{ env: {{}}, cwd: () => \"/\", versions: {{}}, argv: [] }};\n{}",
                self.driver
            ),
            "node:path" => PATH.to_owned(),
            "node:assert" => ASSERT.to_owned(),
            "node:process" => PROCESS.to_owned(),
            name if name.starts_with("node:") => NOTHING.to_owned(),
            _ => return Ok(None),
        };
        Ok(Some(HookLoadOutput {
            code: code.into(),
            module_type: Some(ModuleType::Js),
            ..HookLoadOutput::default()
        }))
    }
}
