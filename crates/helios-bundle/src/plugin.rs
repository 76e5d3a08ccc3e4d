//! What rolldown is told about a project's files that are no JavaScript, and about the script that a page begins with.

use crate::assets::Assets;
use crate::compile::{Compiled, Compilers, Language};
use crate::css::{Reader, STYLE, STYLE_SCRIPT};
use crate::entry::{Framework, quoted};
use crate::{BundleError, Fault};
use oxc_sourcemap::SourceMap;
use rolldown::ModuleType;
use rolldown::plugin::{
    HookLoadArgs, HookLoadOutput, HookLoadReturn, HookResolveIdArgs, HookResolveIdOutput,
    HookResolveIdReturn, HookUsage, Plugin, PluginContext, SharedLoadPluginContext,
};
use rolldown_common::side_effects::HookSideEffects;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The name of the script that a page begins with. It has no file.
pub(crate) const ENTRY: &str = "helios:page";
/// Between the name of a component and the number of its style sheet.
const STYLE_OF: &str = "?helios-style=";
/// What asks for a file in a certain way, behind its name.
const QUERIES: [&str; 4] = ["raw", "url", "inline", "no-inline"];
/// What rolldown itself understands.
const SCRIPTS: [&str; 9] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "json"];
/// Style sheets in languages that have compilers of their own.
const PREPROCESSED: [&str; 5] = ["scss", "sass", "less", "styl", "stylus"];

/// What the plugin and those who start rolldown share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) root: PathBuf,
    /// What `/` is in a page.
    pub(crate) base: PathBuf,
    /// Scripts without files, by the names under which they are known.
    pub(crate) scripts: BTreeMap<String, String>,
    pub(crate) assets: Assets,
    pub(crate) compilers: Compilers,
    /// What components written in JSX are for.
    pub(crate) framework: Framework,
    /// Style sheets of components, by the names under which those import them.
    pub(crate) styles: Mutex<BTreeMap<String, String>>,
    pub(crate) faults: Mutex<Vec<Fault>>,
}

impl Shared {
    /// The name by which rolldown knows a script without a file: it imports as if it was there.
    pub(crate) fn id(&self, name: &str) -> String {
        self.base.join(format!(".{}.js", name.replace(':', "-"))).to_string_lossy().into_owned()
    }

    /// Whether a name is that of a script without a file.
    fn is_ours(&self, id: &str) -> bool {
        self.scripts.keys().any(|name| self.id(name) == id)
    }

    /// Notes what is wrong; the error that is returned only ends the build.
    fn wrong(&self, fault: Fault) -> anyhow::Error {
        let error = anyhow::anyhow!("{fault}");
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
        error
    }

    fn shown(&self, file: &Path) -> String {
        file.strip_prefix(&self.root).unwrap_or(file).to_string_lossy().into_owned()
    }
}

impl Shared {
    fn reader<'a>(&'a self, context: &'a SharedLoadPluginContext) -> Reader<'a> {
        Reader { context: &context.inner, assets: &self.assets, root: &self.root, base: &self.base }
    }

    /// The script for a style sheet; `name` says whether it is a CSS module.
    async fn sheet(
        &self,
        context: &SharedLoadPluginContext,
        file: &Path,
        text: &str,
        name: &str,
    ) -> anyhow::Result<HookLoadOutput> {
        let sheet = self.reader(context).read(file, text, name.ends_with(".module.css")).await;
        let mut made = script(sheet.map_err(|fault| self.wrong(fault))?.script());
        made.side_effects = Some(HookSideEffects::True);
        Ok(made)
    }

    /// The language of a file, if it is one that has to be compiled.
    fn language(&self, file: &Path, extension: &str) -> Option<Language> {
        let stem = file.file_stem().map(Path::new).and_then(Path::extension);
        match extension {
            "svelte" => Some(Language::Svelte),
            "js" | "ts" if stem.is_some_and(|stem| stem == "svelte") => Some(Language::Svelte),
            "vue" => Some(Language::Vue),
            "jsx" | "tsx" if self.framework == Framework::Solid => Some(Language::Solid),
            _ => None,
        }
    }

    /// The script of a compiled file. What is added comes last: imports count from anywhere, and lines stay where they are.
    fn component(&self, file: &Path, made: Compiled) -> HookLoadOutput {
        let mut code = made.code + "\n";
        let mut known = self.styles.lock().unwrap_or_else(PoisonError::into_inner);
        for (index, style) in made.styles.into_iter().enumerate() {
            let kind = if style.module.is_some() { ".module" } else { "" };
            let name = format!("{}{STYLE_OF}{index}{kind}.css", file.display());
            code.push_str(&match style.module {
                Some(module) => format!(
                    "import names{index} from {};\n(heliosComponent.__cssModules ??= {{}})[{}] = names{index};\n",
                    quoted(&name),
                    quoted(&module)
                ),
                None => format!("import {};\n", quoted(&name)),
            });
            known.insert(name, style.code);
        }
        let module_type = match made.lang.as_str() {
            "ts" => ModuleType::Ts,
            "tsx" => ModuleType::Tsx,
            "jsx" => ModuleType::Jsx,
            _ => ModuleType::Js,
        };
        let map = made.map.and_then(|map| {
            let mut map: serde_json::Value = serde_json::from_str(&map).ok()?;
            map["sources"] = vec![file.to_string_lossy()].into();
            map["sourceRoot"] = "".into();
            SourceMap::from_json(serde_json::from_value(map).ok()?).ok()
        });
        HookLoadOutput { code: code.into(), map, module_type: Some(module_type), ..HookLoadOutput::default() }
    }
}

/// The plugin.
#[derive(Debug)]
pub(crate) struct ProjectPlugin(pub(crate) Arc<Shared>);

impl Plugin for ProjectPlugin {
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("helios")
    }

    fn register_hook_usage(&self) -> HookUsage {
        HookUsage::ResolveId | HookUsage::Load
    }

    async fn resolve_id(&self, context: &PluginContext, args: &HookResolveIdArgs<'_>) -> HookResolveIdReturn {
        let shared = &self.0;
        if args.specifier == STYLE {
            return Ok(Some(HookResolveIdOutput::from_id(STYLE)));
        }
        if shared.scripts.contains_key(args.specifier) {
            return Ok(Some(HookResolveIdOutput::from_id(shared.id(args.specifier))));
        }
        if args.specifier.contains(STYLE_OF) {
            return Ok(Some(HookResolveIdOutput::from_id(args.specifier.to_owned())));
        }
        // As pages have it: what begins with a slash is in the folder of the page.
        let at_base = args.specifier.strip_prefix('/').filter(|_| !path_of(args.specifier).exists());
        let at_base = at_base.map(|path| shared.base.join(path).to_string_lossy().into_owned());
        let specifier = at_base.as_deref().unwrap_or(args.specifier);
        let (path, query) = asked(specifier).map_or((specifier, None), |(path, query)| (path, Some(query)));
        let is_ours = args.importer.is_some_and(|importer| shared.is_ours(importer));
        if at_base.is_none() && query.is_none() && !is_ours {
            return Ok(None);
        }
        let Ok(found) = context.resolve(path, args.importer, None).await? else { return Ok(None) };
        let mut output = match query {
            Some(query) => HookResolveIdOutput::from_id(format!("{}?{query}", found.id.as_str())),
            None => HookResolveIdOutput::from_resolved_id(found),
        };
        // What a page begins with is there for what it does, whatever `package.json` says of the others.
        if is_ours && Path::new(path).is_absolute() {
            output.side_effects = Some(HookSideEffects::True);
        }
        Ok(Some(output))
    }

    async fn load(&self, context: SharedLoadPluginContext, args: &HookLoadArgs<'_>) -> HookLoadReturn {
        let shared = &self.0;
        if args.id == STYLE {
            return Ok(Some(script(STYLE_SCRIPT.to_owned())));
        }
        if let Some(text) =
            shared.scripts.iter().find_map(|(name, text)| (shared.id(name) == args.id).then_some(text))
        {
            return Ok(Some(script(text.clone())));
        }
        if args.asserted_module_type.is_some() {
            return Ok(None);
        }
        if args.id.contains(STYLE_OF) {
            let text = shared.styles.lock().unwrap_or_else(PoisonError::into_inner).get(args.id).cloned();
            return shared
                .sheet(&context, path_of(args.id), &text.unwrap_or_default(), args.id)
                .await
                .map(Some);
        }
        let (path, query) = asked(args.id).unwrap_or((args.id, ""));
        let file = path_of(path);
        context.inner.add_watch_file(&file.to_string_lossy());
        let extension =
            file.extension().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
        let io = |error: BundleError| shared.wrong(Fault::of_file(&shared.shown(file), error.to_string()));
        let read = || std::fs::read_to_string(file).map_err(BundleError::io("read", file)).map_err(io);
        let asset = || {
            let address = shared.assets.address(file).map_err(io)?;
            Ok(Some(script(format!("export default {};\n", quoted(&address)))))
        };
        let text = |text: &str| script(format!("export default {};\n", quoted(text)));
        match (query, extension.as_str()) {
            ("raw", _) => Ok(Some(text(&read()?))),
            ("url" | "no-inline", _) => asset(),
            ("inline", "css") => {
                let sheet = shared.reader(&context).read(file, &read()?, false).await;
                Ok(Some(text(&sheet.map_err(|fault| shared.wrong(fault))?.text())))
            }
            (_, "css") => shared.sheet(&context, file, &read()?, path).await.map(Some),
            (_, extension) if PREPROCESSED.contains(&extension) => {
                let why = format!(
                    "style sheets in .{extension} have a compiler of their own: import the .css that it writes, or build \
                     the project with its own tools and render its dist/"
                );
                Err(shared.wrong(Fault::of_file(&shared.shown(file), why)))
            }
            (_, extension) if shared.language(file, extension).is_some() => {
                let Some(language) = shared.language(file, extension) else { return Ok(None) };
                let made = shared.compilers.compile(language, file, &shared.shown(file), &read()?).await;
                Ok(Some(shared.component(file, made.map_err(|fault| shared.wrong(fault))?)))
            }
            (_, extension) if SCRIPTS.contains(&extension) || extension.is_empty() => Ok(None),
            // What no script is, is a file of the page.
            _ if file.is_file() => asset(),
            _ => Ok(None),
        }
    }
}

fn script(code: String) -> HookLoadOutput {
    HookLoadOutput { code: code.into(), module_type: Some(ModuleType::Js), ..HookLoadOutput::default() }
}

/// A name, and how its file is asked for.
fn asked(specifier: &str) -> Option<(&str, &str)> {
    let (path, query) = specifier.rsplit_once('?')?;
    QUERIES.contains(&query).then_some((path, query))
}

/// The file of a name.
pub(crate) fn path_of(id: &str) -> &Path {
    Path::new(id.split('?').next().unwrap_or(id))
}
