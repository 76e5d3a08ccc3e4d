//! The script that a built page begins with: what the page asked for, or what mounts a component.

use crate::package::{Package, installed};
use crate::{Project, scan};
use rolldown::JsxOptions;
use std::path::Path;

/// What a component is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framework {
    React,
    Preact,
    Solid,
    Vue,
    Svelte,
    /// Svelte before version 5, whose components are classes.
    OldSvelte,
}

impl Framework {
    /// What the components of `file` are written for.
    pub(crate) fn of(file: &Path, root: &Path) -> Framework {
        let folder = file.parent().unwrap_or(root);
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("vue") => return Framework::Vue,
            Some("svelte") => {
                let package = installed(folder, "svelte").and_then(|folder| Package::read(&folder));
                let is_old = package.is_some_and(|package| package.version.starts_with(['3', '4']));
                return if is_old { Framework::OldSvelte } else { Framework::Svelte };
            }
            _ => {}
        }
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let said = after(&text, "@jsxImportSource ").or_else(|| configured(folder, "jsxImportSource"));
        let package = Package::read(root).unwrap_or_default();
        match said.as_deref() {
            Some("solid-js") => Framework::Solid,
            Some("preact") => Framework::Preact,
            Some(_) => Framework::React,
            None if package.wants("react") => Framework::React,
            None if package.wants("solid-js") => Framework::Solid,
            None if package.wants("preact") => Framework::Preact,
            None => Framework::React,
        }
    }
}

/// How JSX is compiled, where that is not left to the project's settings: those count in files of TypeScript alone.
pub(crate) fn jsx(project: &Project, framework: Framework) -> JsxOptions {
    let folder = project.entry.parent().unwrap_or(&project.root);
    let is_preserved = configured(folder, "jsx").is_some_and(|jsx| jsx == "preserve");
    JsxOptions {
        // Preserved is for another compiler to come, and there is none.
        runtime: is_preserved.then(|| "automatic".to_owned()),
        import_source: (framework == Framework::Preact).then(|| "preact".to_owned()),
        ..JsxOptions::default()
    }
}

/// What the nearest TypeScript settings say of `name`.
fn configured(folder: &Path, name: &str) -> Option<String> {
    let name = quoted(name);
    let read = |folder: &Path| {
        let found = ["tsconfig.json", "jsconfig.json", "tsconfig.app.json"].map(|name| folder.join(name));
        found.iter().find_map(|file| {
            let text = std::fs::read_to_string(file).ok()?;
            let rest = text.split(&name).nth(1)?.trim_start().strip_prefix(':')?;
            rest.split('"').nth(1).map(str::to_owned)
        })
    };
    folder.ancestors().find_map(read)
}

/// The word behind `mark`.
fn after(text: &str, mark: &str) -> Option<String> {
    let rest = text.split(mark).nth(1)?;
    rest.split(|c: char| c.is_whitespace() || c == '*').find(|word| !word.is_empty()).map(str::to_owned)
}

/// The script that mounts the default export of the project's entry; one without a default export draws by itself.
pub(crate) fn mounting(project: &Project) -> String {
    let entry = quoted(&project.entry.to_string_lossy());
    let is_component = matches!(extension(&project.entry), Some("vue" | "svelte"))
        || scan::has_default_export(&project.entry);
    if !is_component {
        return format!("import * as own from {entry};\n{DECLARE}");
    }
    let is_markup = matches!(extension(&project.entry), Some("vue" | "svelte" | "tsx" | "jsx"));
    if !is_markup {
        return format!("import * as own from {entry};\n{DECLARE}own.default(element, props);\n");
    }
    let (imports, mount) = match Framework::of(&project.entry, &project.root) {
        Framework::React => (
            "import { createElement } from \"react\";\nimport { flushSync } from \"react-dom\";\nimport { createRoot } from \"react-dom/client\";",
            "const root = createRoot(element);\nflushSync(() => root.render(createElement(own.default, props)));",
        ),
        Framework::Preact => {
            ("import { h, render } from \"preact\";", "render(h(own.default, props), element);")
        }
        Framework::Solid => (
            "import { createComponent, render } from \"solid-js/web\";",
            "render(() => createComponent(own.default, props), element);",
        ),
        Framework::Vue => {
            ("import { createApp } from \"vue\";", "createApp(own.default, props).mount(element);")
        }
        Framework::Svelte => (
            "import { flushSync, mount } from \"svelte\";",
            "mount(own.default, { target: element, props });\nflushSync();",
        ),
        Framework::OldSvelte => ("", "new own.default({ target: element, props });"),
    };
    format!("{imports}\nimport * as own from {entry};\n{DECLARE}{mount}\n")
}

/// What a component declares is what a page declares. The names are looked up when it runs: they need not be there.
const DECLARE: &str = r##"const { composition, helios } = { ...own };
const declared = composition ?? helios;
if (declared && typeof declared === "object") window.helios = { ...declared };
const element = document.querySelector("#root");
const props = { ...window.helios?.props };
"##;

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

/// A text as JavaScript has it.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
