//! Languages whose compilers are JavaScript: Svelte, Vue, Solid's JSX. The compiler is the one that the project has installed,
//! built for the browser by rolldown and run in a page; what it made is kept, under a name made of everything that it was made of.

mod browser;
mod shims;

use crate::assets::hex;
use crate::package::{Package, installed};
use crate::{Fault, store};
use browser::Machine;
use rolldown::{Bundler, BundlerOptions, InputItem, OutputFormat, Platform};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Svelte,
    Vue,
    Solid,
}

impl Language {
    /// The package to install for it, the one with its compiler, and the compiler's script in that.
    fn packages(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Language::Svelte => ("svelte", "svelte", "compiler/index.js"),
            Language::Vue => ("vue", "@vue/compiler-sfc", "dist/compiler-sfc.esm-browser.js"),
            Language::Solid => ("@babel/core babel-preset-solid", "@babel/core", "lib/index.js"),
        }
    }

    fn driver(self) -> &'static str {
        match self {
            Language::Svelte => include_str!("svelte.js"),
            Language::Vue => include_str!("vue.js"),
            Language::Solid => include_str!("solid.js"),
        }
    }
}

/// What a compiler made of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Compiled {
    pub(crate) code: String,
    pub(crate) map: Option<String>,
    pub(crate) styles: Vec<Style>,
    #[serde(default)]
    pub(crate) lang: String,
}

/// A style sheet of a component.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Style {
    pub(crate) code: String,
    /// The name by which the component knows its names, if they are its own.
    pub(crate) module: Option<String>,
}

/// The compilers of a project. Nothing is started before it is needed.
#[derive(Debug)]
pub(crate) struct Compilers {
    cache: PathBuf,
    browser: Option<PathBuf>,
    machine: tokio::sync::Mutex<Option<(Machine, PathBuf)>>,
}

/// A compiler that is installed.
struct Found {
    script: PathBuf,
    /// What it is, version included.
    identity: String,
}

impl Compilers {
    /// What is made is kept in `cache`.
    pub(crate) fn new(cache: &Path, browser: Option<PathBuf>) -> Compilers {
        Compilers { cache: cache.join("compiled"), browser, machine: Default::default() }
    }

    /// Compiles a file, which errors call `shown`.
    pub(crate) async fn compile(
        &self,
        language: Language,
        file: &Path,
        shown: &str,
        source: &str,
    ) -> Result<Compiled, Fault> {
        let found = find(language, file).map_err(|text| Fault::of_file(shown, text))?;
        let mut digest = Sha256::new();
        for part in [found.identity.as_str(), language.driver(), shown, source] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let digest = hex(&digest.finalize());
        let kept = self.cache.join(format!("{digest}.json"));
        let known = std::fs::read(&kept).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if let Some(known) = known {
            return Ok(known);
        }
        let made = self.made(language, &found, shown, source, &digest[..8]).await?;
        // A cache that cannot be written costs time only.
        let text = serde_json::to_vec(&made).unwrap_or_default();
        if let Err(error) = store::write(&kept, &text) {
            tracing::debug!(%error, file = %kept.display(), "not kept");
        }
        Ok(made)
    }

    async fn made(
        &self,
        language: Language,
        found: &Found,
        shown: &str,
        source: &str,
        id: &str,
    ) -> Result<Compiled, Fault> {
        let failed = |doing: &str, why: String| {
            Fault::of_file(shown, format!("failed to {doing} the compiler of {}: {why}", found.identity))
        };
        let mut machine = self.machine.lock().await;
        let (running, loaded) = match machine.take() {
            Some((running, loaded)) => (running, Some(loaded)),
            None => {
                let started = Machine::start(self.browser.as_deref()).await;
                (started.map_err(|error| failed("start a browser for", error.to_string()))?, None)
            }
        };
        if loaded.as_ref() != Some(&found.script) {
            let script = bundled(language, &found.script).await.map_err(|why| failed("build", why))?;
            running.load(&script).await.map_err(|error| failed("load", error.to_string()))?;
        }
        let answer = running.compile(shown, source, id).await;
        let answer = answer.map_err(|error| failed("run", error.to_string()))?;
        *machine = Some((running, found.script.clone()));
        if let Some(error) = answer["error"].as_str() {
            let text = error.lines().next().unwrap_or_default().to_owned();
            let number = |name: &str| answer[name].as_u64().and_then(|number| usize::try_from(number).ok());
            return Err(match (number("line"), number("column")) {
                (Some(line), column) => Fault::at(shown, source, line, column.unwrap_or(0) + 1, text),
                _ => Fault::of_file(shown, text),
            });
        }
        serde_json::from_value(answer).map_err(|error| failed("understand", error.to_string()))
    }
}

/// The compiler that is installed for `file`.
fn find(language: Language, file: &Path) -> Result<Found, String> {
    let (install, package, script) = language.packages();
    let missing =
        || format!("it is compiled by {install}, which is not installed: run `npm install {install}`");
    let folder = file.parent().unwrap_or(Path::new("/"));
    // What belongs to another package may lie beside that, or inside of it.
    let owner = install.split(' ').next().and_then(|name| installed(folder, name)?.canonicalize().ok());
    let home = installed(folder, package).or_else(|| installed(&owner?, package)).ok_or_else(missing)?;
    if language == Language::Solid && installed(folder, "babel-preset-solid").is_none() {
        return Err(missing());
    }
    let script = home.join(script).canonicalize().map_err(|_| missing())?;
    let version = Package::read(&home).map(|package| package.version).unwrap_or_default();
    let preset = installed(folder, "babel-preset-solid").filter(|_| language == Language::Solid);
    let preset =
        preset.and_then(|home| Package::read(&home)).map(|preset| format!(" and preset {}", preset.version));
    Ok(Found { script, identity: format!("{package} {version}{}", preset.unwrap_or_default()) })
}

/// A compiler as one script for a browser.
async fn bundled(language: Language, script: &Path) -> Result<String, String> {
    let plugin = Arc::new(shims::Shims { driver: language.driver(), compiler: script.to_owned() });
    let options = BundlerOptions {
        input: Some(vec![InputItem { name: Some("compiler".to_owned()), import: shims::DRIVER.to_owned() }]),
        cwd: script.parent().map(Path::to_owned),
        platform: Some(Platform::Browser),
        format: Some(OutputFormat::Iife),
        define: Some(
            [
                ("process.env.NODE_ENV".to_owned(), "\"production\"".to_owned()),
                ("process.env".to_owned(), "{}".to_owned()),
            ]
            .into_iter()
            .collect(),
        ),
        ..BundlerOptions::default()
    };
    let mut bundler = Bundler::with_plugins(options, vec![plugin]).map_err(|error| error.to_string())?;
    let made = bundler.generate().await.map_err(|error| error.to_string())?;
    let script = made.assets.first().map(|made| made.content_as_bytes().to_vec()).unwrap_or_default();
    String::from_utf8(script).map_err(|error| error.to_string())
}
