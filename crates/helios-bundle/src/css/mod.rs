//! Style sheets: what they import is put in, the files that they name become files of the page, and the names of CSS modules are
//! made their own (`names`). Nothing else of a sheet is touched.

mod names;

use crate::Fault;
use crate::assets::Assets;
use crate::entry::quoted;
use crate::html::replaced;
use crate::input::page_path;
use crate::package::{Package, installed, package_of};
use css_module_lexer::{Dependency, Mode, Range, UrlRangeKind, collect_dependencies};
use names::Own;
use rolldown::plugin::PluginContext;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::pin::Pin;

/// Sheets that import each other end here.
const DEEPEST: usize = 20;

/// A sheet as the page gets it.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// Imports from other hosts: they have to stand first.
    head: String,
    text: String,
    /// What a CSS module exports: names, and scripts that make their values.
    names: BTreeMap<String, String>,
    /// Modules that its names are composed of.
    imports: Vec<String>,
}

impl Sheet {
    /// All of the text.
    pub(crate) fn text(self) -> String {
        self.head + &self.text
    }

    /// The script that puts it into the page, and exports its names.
    pub(crate) fn script(&self) -> String {
        let imports: String = (self.imports.iter().enumerate())
            .map(|(index, request)| format!("import names{index} from {};\n", quoted(request)))
            .collect();
        let constants: String = (self.names.values().enumerate())
            .map(|(index, value)| format!("const name{index} = {value};\n"))
            .collect();
        let keys: Vec<_> = self.names.keys().enumerate().collect();
        let all: String = keys.iter().map(|(index, key)| format!("{}: name{index}, ", quoted(key))).collect();
        let each: String = (keys.iter().filter(|(_, key)| key.as_str() != "default"))
            .map(|(index, key)| format!("name{index} as {}, ", quoted(key)))
            .collect();
        let text = quoted(&format!("{}{}", self.head, self.text));
        format!(
            "{imports}import {{ style }} from \"{STYLE}\";\nstyle({text});\n{constants}export {{ {each} }};\nexport default {{ {all} }};\n"
        )
    }
}

/// The module that puts texts of style sheets into a page.
pub(crate) const STYLE: &str = "helios:style";
/// It.
pub(crate) const STYLE_SCRIPT: &str = "export const style = (text) => {
  const element = document.createElement(\"style\");
  element.textContent = text;
  document.head.append(element);
};
";

/// What a sheet is read with.
pub(crate) struct Reader<'a> {
    pub(crate) context: &'a PluginContext,
    pub(crate) assets: &'a Assets,
    pub(crate) root: &'a Path,
    /// What `/` is.
    pub(crate) base: &'a Path,
}

impl Reader<'_> {
    /// Reads `source`, which is or would be in `file`.
    pub(crate) async fn read(&self, file: &Path, source: &str, is_module: bool) -> Result<Sheet, Fault> {
        self.nested(file, source, is_module, 0).await
    }

    /// Boxed, because sheets import sheets.
    fn nested<'b>(
        &'b self,
        file: &'b Path,
        source: &'b str,
        is_module: bool,
        depth: usize,
    ) -> Pin<Box<dyn Future<Output = Result<Sheet, Fault>> + Send + 'b>> {
        Box::pin(self.one(file, source, is_module, depth))
    }

    async fn one(&self, file: &Path, source: &str, is_module: bool, depth: usize) -> Result<Sheet, Fault> {
        let mode = if is_module { Mode::Local } else { Mode::Css };
        let fault = |range: &Range, text: String| {
            let (line, column) = place(source, range.start as usize);
            Fault::at(&self.shown(file), source, line, column, text)
        };
        if let Some(at) = source.find("@tailwind ").or_else(|| source.find("@import \"tailwindcss")) {
            let (line, column) = place(source, at);
            let text = "Tailwind is a compiler of its own: build the project with it, and render its dist/";
            return Err(Fault::at(&self.shown(file), source, line, column, text.to_owned()));
        }
        let mut sheet = Sheet::default();
        let mut places: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        let imports = {
            let (found, _) = collect_dependencies(source, mode);
            let mut own =
                Own { file: self.shown(file), found: &found, sheet: &mut sheet, places: &mut places };
            if is_module {
                own.rename();
            }
            let mut imports = Vec::new();
            for dependency in found.iter() {
                match dependency {
                    Dependency::Url { request, range, kind, .. } => {
                        let Some(address) = self.asset(file, request).map_err(|text| fault(range, text))?
                        else {
                            continue;
                        };
                        let address = quoted(&address);
                        let words = match kind {
                            UrlRangeKind::Function => format!("url({address})"),
                            UrlRangeKind::String => address,
                        };
                        places.push((span(range), words));
                    }
                    Dependency::Import { request, range, attributes, .. } => {
                        let attributes = found.import_attributes(*attributes);
                        let words = [attributes.layer(), attributes.supports(), attributes.media()];
                        imports.push((
                            (*request).to_owned(),
                            *range,
                            words.map(|word| word.map(str::to_owned)),
                        ));
                    }
                    Dependency::Charset { range, .. } => places.push((span(range), String::new())),
                    _ => {}
                }
            }
            imports
        };
        for (request, range, [layer, supports, media]) in imports {
            if request.contains("://") || request.starts_with("//") {
                sheet.head.push_str(source.get(span(&range)).unwrap_or_default());
                sheet.head.push('\n');
                places.push((span(&range), String::new()));
                continue;
            }
            let found = self.imported(file, &request).await;
            let found =
                found.ok_or_else(|| fault(&range, format!("there is no style sheet \"{request}\"")))?;
            if depth >= DEEPEST {
                return Err(fault(&range, "the style sheets import each other without end".to_owned()));
            }
            let text = std::fs::read_to_string(&found).map_err(|error| fault(&range, error.to_string()))?;
            self.context.add_watch_file(&found.to_string_lossy());
            let inner = self.nested(&found, &text, false, depth + 1).await?;
            sheet.head.push_str(&inner.head);
            let mut words = inner.text;
            for (rule, what) in [("media", media), ("supports", supports), ("layer", layer)] {
                if let Some(what) = what {
                    let what = if rule == "supports" { format!("({what})") } else { what };
                    words = format!("@{rule} {} {{\n{words}\n}}", what.trim());
                }
            }
            places.push((span(&range), words));
        }
        sheet.text = replaced(source, places);
        Ok(sheet)
    }

    /// The address of a file that a sheet names; `None` for what stays as it is.
    fn asset(&self, file: &Path, request: &str) -> Result<Option<String>, String> {
        let path = request.split(['?', '#']).next().unwrap_or_default();
        if path.is_empty() || request.contains(':') || request.starts_with("//") {
            return Ok(None);
        }
        let folder = file.parent().unwrap_or(self.root);
        let packaged = || {
            let path = path.trim_start_matches('~');
            let package = package_of(path)?;
            Some(installed(folder, package)?.join(path.get(package.len() + 1..)?))
        };
        let rest = request.get(path.len()..).unwrap_or_default();
        let found = if path.starts_with('/') {
            // Of `public/`, which the page has under this name, or of the project.
            page_path(self.base, path)
        } else {
            page_path(folder, path).filter(|file| file.is_file()).or_else(packaged)
        };
        match found.filter(|file| file.is_file()) {
            Some(found) => {
                let address = self.assets.address(&found).map_err(|error| error.to_string())?;
                Ok(Some(address + rest))
            }
            None if path.starts_with('/') => Ok(None),
            None => Err(format!("there is no file \"{path}\"")),
        }
    }

    /// The sheet that an import means: a file beside it first, then one of a package.
    async fn imported(&self, file: &Path, request: &str) -> Option<PathBuf> {
        let folder = file.parent()?;
        let path = request.trim_start_matches('~');
        let beside = if path.starts_with('/') { page_path(self.base, path) } else { Some(folder.join(path)) };
        if let Some(found) = beside.filter(|found| found.is_file()) {
            return Some(found);
        }
        let package = package_of(path)?;
        let is_sheet = |found: &PathBuf| found.extension().is_some_and(|extension| extension == "css");
        let resolved = self.context.resolve(path, file.to_str(), None).await;
        let resolved = resolved.ok().and_then(Result::ok).map(|found| PathBuf::from(found.id.as_str()));
        if let Some(found) = resolved.filter(is_sheet) {
            return Some(found);
        }
        let home = installed(folder, package)?;
        let text = std::fs::read_to_string(home.join("package.json")).ok()?;
        let json: serde_json::Value = serde_json::from_str(&text).ok()?;
        let named = json["style"].as_str().unwrap_or("index.css");
        let found =
            if path == package { home.join(named) } else { home.join(path.get(package.len() + 1..)?) };
        Some(found).filter(|found| found.is_file() && Package::read(&home).is_some())
    }

    fn shown(&self, file: &Path) -> String {
        file.strip_prefix(self.root).unwrap_or(file).to_string_lossy().into_owned()
    }
}

fn span(range: &Range) -> std::ops::Range<usize> {
    range.start as usize..range.end as usize
}

/// Line and column, from 1 on, of a byte.
fn place(source: &str, at: usize) -> (usize, usize) {
    let before = source.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}
