//! A project is built: page, scripts, style sheets and files into a folder of the cache.

use crate::assets::{FOLDER, plain};
use crate::compile::Compilers;
use crate::entry::Framework;
use crate::fault::fault;
use crate::page::Page;
use crate::plugin::{ENTRY, ProjectPlugin, Shared, path_of};
use crate::store::{Content, Files, keep, sweep};
use crate::{BundleError, Fault, Project, entry, env, package};
use rolldown::{
    AttachDebugInfo, Bundler, BundlerOptions, BundlerTransformOptions, Either, ExperimentalOptions,
    InputItem, Platform, ResolveOptions, SourceMapType, TreeshakeOptions,
};
use rolldown_common::Output;
use rolldown_error::{BuildDiagnostic, EventKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

/// How projects are built.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The folder for what is kept from one time to the next.
    pub cache: PathBuf,
    /// The folder that the page is put into, under a name made of its content; one of the cache when there is none.
    pub place: Option<PathBuf>,
    /// The browser that compilers run in, where another than the usual one is named.
    pub browser: Option<PathBuf>,
    /// Variables of the environment; those that are meant for pages get there.
    pub env: Vec<(String, String)>,
}

/// A built project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The folder, with an `index.html`.
    pub folder: PathBuf,
    /// What it was made of: files, those of packages included, and folders of which all files were taken. Some need not be there: their
    /// absence counted.
    pub sources: Vec<PathBuf>,
    /// What the user should know.
    pub warnings: Vec<Fault>,
}

/// Builds a project. The same sources give the same folder.
///
/// # Errors
/// [`BundleError`] says what is wrong, and in which file and line.
pub async fn build(project: &Project, options: &BuildOptions) -> Result<Built, BundleError> {
    let (mine, options) = (project.clone(), options.clone());
    // Of its own, so that whatever goes wrong inside of rolldown ends there.
    let work = tokio::spawn(async move { bundle(&mine, &options).await });
    let guard = AbortOnDrop(work.abort_handle());
    let done = work.await;
    drop(guard);
    done.unwrap_or_else(|error| {
        Err(BundleError::Crashed { project: project.given.clone(), why: error.to_string() })
    })
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn bundle(project: &Project, options: &BuildOptions) -> Result<Built, BundleError> {
    let page = Page::of(project)?;
    let base = project.entry.parent().unwrap_or(&project.root).to_owned();
    let framework = Framework::of(&project.entry, &project.root);
    let shared = Arc::new(Shared {
        root: project.root.clone(),
        base,
        scripts: page.scripts.clone(),
        assets: Default::default(),
        compilers: Compilers::new(&options.cache, options.browser.clone()),
        framework,
        styles: Default::default(),
        faults: Default::default(),
    });
    let variables = env::variables(&project.root, &options.env)?;
    let settings = settings(project, framework, env::defines(&variables));
    let plugin = Arc::new(ProjectPlugin(Arc::clone(&shared)));
    let refused = |found: Vec<BuildDiagnostic>| refused(project, &shared, &found);
    let mut bundler =
        Bundler::with_plugins(settings, vec![plugin]).map_err(|found| refused(found.into_vec()))?;
    let output = bundler.generate().await.map_err(|found| refused(found.into_vec()))?;
    let (missing, warnings): (Vec<&BuildDiagnostic>, _) =
        output.warnings.iter().partition(|found| is_missed(found, &output.assets));
    if !missing.is_empty() {
        let faults = missing.into_iter().map(|found| fault(found, &project.root)).collect();
        return Err(BundleError::Faults { project: project.given.clone(), faults });
    }
    let warnings = warnings.into_iter().filter(|found| !is_packaged(found) && !is_settled(found));
    let warnings: Vec<Fault> = warnings.map(|found| fault(found, &project.root)).collect();
    let mut files = page.files.clone();
    let mut entry = None;
    for made in &output.assets {
        let name = made.filename().to_owned();
        if let Output::Chunk(chunk) = made
            && chunk.is_entry
        {
            entry = Some(name.clone());
        }
        files.insert(name, Content::Bytes(made.content_as_bytes().to_vec()));
    }
    for (name, file) in shared.assets.take() {
        files.insert(name, Content::File(file));
    }
    let modules = bundler.watch_files().iter().map(|file| path_of(file.as_str()).to_owned()).collect();
    let sources = sources(project, modules, &page, &files);
    let why = || "it has no entry".to_owned();
    let entry = entry.ok_or_else(|| BundleError::Crashed { project: project.given.clone(), why: why() })?;
    files.insert("index.html".to_owned(), Content::Bytes(page.with_script(&entry).into_bytes()));
    let (name, place) = (project.name(), options.place.clone());
    let cache = options.cache.join("pages");
    let kept = tokio::task::spawn_blocking(move || match place {
        Some(place) => keep(&files, &name, &place),
        None => keep(&files, &name, &cache).inspect(|_| sweep(&cache)),
    });
    let kept = kept.await;
    let folder = kept.map_err(|error| BundleError::io("write", &options.cache)(error.into()))??;
    Ok(Built { folder, sources, warnings })
}

/// All that a page was made of.
fn sources(project: &Project, modules: Vec<PathBuf>, page: &Page, files: &Files) -> Vec<PathBuf> {
    let mut all = modules;
    all.extend(page.folders.iter().cloned());
    all.extend(files.values().filter_map(Content::file).map(Path::to_owned));
    all.extend(env::FILES.map(|name| project.root.join(name)));
    let folders = project.entry.ancestors().skip(1);
    for folder in folders.take_while(|folder| folder.starts_with(&project.root)) {
        all.extend(package::SETTINGS.map(|name| folder.join(name)));
    }
    all.push(project.entry.clone());
    // Some modules have no file.
    all.retain(|path| path.parent().is_some_and(Path::is_dir));
    all.sort();
    all.dedup();
    all
}

fn settings(
    project: &Project,
    framework: Framework,
    defines: impl IntoIterator<Item = (String, String)>,
) -> BundlerOptions {
    let name = plain(&project.name());
    let mut conditions = ["browser", "module", "svelte", "production"].map(str::to_owned).to_vec();
    // Only its own compiler understands what packages have for Solid.
    conditions.extend((framework == Framework::Solid).then(|| "solid".to_owned()));
    BundlerOptions {
        input: Some(vec![InputItem { name: Some(name), import: ENTRY.to_owned() }]),
        cwd: Some(project.root.clone()),
        platform: Some(Platform::Browser),
        dir: Some("dist".to_owned()),
        entry_filenames: Some(format!("{FOLDER}/[name]-[hash].js").into()),
        chunk_filenames: Some(format!("{FOLDER}/[name]-[hash].js").into()),
        asset_filenames: Some(format!("{FOLDER}/[name]-[hash][extname]").into()),
        sourcemap: Some(SourceMapType::File),
        // Where something is, is told; what it looks like is in the project.
        sourcemap_exclude_sources: Some(true),
        define: Some(defines.into_iter().collect()),
        resolve: Some(ResolveOptions {
            condition_names: Some(conditions),
            extensions: Some([".tsx", ".ts", ".jsx", ".mjs", ".js", ".json"].map(str::to_owned).to_vec()),
            ..ResolveOptions::default()
        }),
        transform: Some(BundlerTransformOptions {
            jsx: Some(Either::Right(entry::jsx(project, framework))),
            ..BundlerTransformOptions::default()
        }),
        treeshake: TreeshakeOptions::default(),
        experimental: Some(ExperimentalOptions {
            resolve_new_url_to_asset: Some(true),
            // Names of modules as comments: they would differ with the place of a package.
            attach_debug_info: Some(AttachDebugInfo::None),
            ..ExperimentalOptions::default()
        }),
        ..BundlerOptions::default()
    }
}

/// What was wrong. What was noted on the way says more than what the bundler makes of it.
fn refused(project: &Project, shared: &Shared, found: &[BuildDiagnostic]) -> BundleError {
    let mut faults = std::mem::take(&mut *shared.faults.lock().unwrap_or_else(PoisonError::into_inner));
    if faults.is_empty() {
        faults = found.iter().map(|found| fault(found, &project.root)).collect();
    }
    faults.sort_by(|a, b| a.place.cmp(&b.place));
    faults.dedup();
    BundleError::Faults { project: project.given.clone(), faults }
}

/// Whether something is said of a package, which is not the user's to correct.
fn is_packaged(found: &BuildDiagnostic) -> bool {
    found.id().is_some_and(|id| id.contains("node_modules"))
}

/// Whether this says that JSX is compiled by our settings, not by the project's: they mean the same.
fn is_settled(found: &BuildDiagnostic) -> bool {
    matches!(found.kind(), EventKind::ConfigurationFieldConflict)
}

/// Whether this is an import that leads nowhere, which rolldown leaves to the browser. A package may ask for what it needs elsewhere
/// only; then nothing is asked for here.
fn is_missed(found: &BuildDiagnostic, made: &[Output]) -> bool {
    let Some(specifier) = found.exporter().filter(|_| matches!(found.kind(), EventKind::UnresolvedImport))
    else {
        return false;
    };
    let asks = |made: &Output| match made {
        Output::Chunk(chunk) => chunk.imports.iter().any(|import| *import == *specifier),
        Output::Asset(_) => false,
    };
    !is_packaged(found) || made.iter().any(asks)
}
