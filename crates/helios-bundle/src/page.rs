//! The page around the scripts: the project's own, with its modules replaced by what is built of them, or one for a component.

use crate::entry::{mounting, quoted};
use crate::html::{Code, Html, replaced};
use crate::input::page_path;
use crate::plugin::ENTRY;
use crate::store::{Content, Files};
use crate::{BundleError, Project};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The folder whose files a page has as they are.
const PUBLIC: &str = "public";
/// The most files that are taken from there.
const MOST: usize = 20_000;

/// A page to be built.
pub(crate) struct Page {
    text: String,
    /// Where the built script comes.
    place: usize,
    /// What is taken out.
    out: Vec<Range<usize>>,
    /// Scripts without files.
    pub(crate) scripts: BTreeMap<String, String>,
    /// Files that it has as they are.
    pub(crate) files: Files,
    /// Folders of which it has all files, and those that would be one.
    pub(crate) folders: Vec<PathBuf>,
}

impl Page {
    /// That of a project. Reads files.
    pub(crate) fn of(project: &Project) -> Result<Page, BundleError> {
        let is_page = project.entry.extension().is_some_and(|name| name == "html" || name == "htm");
        let folder = project.entry.parent().unwrap_or(&project.root);
        let mut page = if is_page { own(project, folder)? } else { around(project) };
        for public in [folder, &project.root] {
            let public = public.join(PUBLIC);
            page.folders.push(public.clone());
            if public.is_dir() {
                page.public(project, &public)?;
                break;
            }
        }
        Ok(page)
    }

    /// The text with the built script in it.
    pub(crate) fn with_script(&self, name: &str) -> String {
        let tag = format!("<script type=\"module\" src=\"./{name}\"></script>");
        let mut places: Vec<_> = self.out.iter().map(|range| (range.clone(), String::new())).collect();
        places.push((self.place..self.place, tag));
        replaced(&self.text, places)
    }

    fn public(&mut self, project: &Project, public: &Path) -> Result<(), BundleError> {
        let mut folders = vec![PathBuf::new()];
        while let Some(relative) = folders.pop() {
            let folder = public.join(&relative);
            let entries = std::fs::read_dir(&folder).map_err(BundleError::io("read", &folder))?;
            for entry in entries.flatten() {
                let name = relative.join(entry.file_name());
                let path = entry.path();
                if path.is_dir() && !path.is_symlink() {
                    folders.push(name);
                    self.folders.push(path);
                } else if let (true, Some(name)) = (path.is_file(), name.to_str()) {
                    self.files.insert(name.to_owned(), Content::File(path));
                }
                if self.files.len() > MOST {
                    let why = format!("{} has more than {MOST} files", public.display());
                    return Err(BundleError::Project { project: project.given.clone(), why });
                }
            }
        }
        Ok(())
    }
}

/// The project's own page.
fn own(project: &Project, folder: &Path) -> Result<Page, BundleError> {
    let text = std::fs::read_to_string(&project.entry).map_err(BundleError::io("read", &project.entry))?;
    let html = Html::read(&text);
    let (mut out, mut scripts, mut files) = (Vec::new(), BTreeMap::new(), Files::new());
    let mut entry = String::new();
    let at = |address: &str| page_path(folder, address).filter(|file| file.is_file());
    let mut import = |name: &str| entry.push_str(&format!("import {};\n", quoted(name)));
    for (span, address) in html.sheets {
        // Those in `public` stay as they are.
        if let Some(file) = at(&address) {
            import(&file.to_string_lossy());
            out.push(span);
        }
    }
    let mut place = None;
    for (index, script) in html.scripts.into_iter().enumerate() {
        match script.code {
            Code::File(address) => match page_path(folder, &address) {
                Some(file) => import(&file.to_string_lossy()),
                // From another host: it is none of ours.
                None => continue,
            },
            Code::Inline(text) => {
                let name = format!("helios:inline-{index}");
                import(&name);
                scripts.insert(name, text);
            }
        }
        place.get_or_insert(script.span.start);
        out.push(script.span);
    }
    for address in html.files {
        let Some(file) = at(&address) else { continue };
        let real = file.canonicalize().map_err(BundleError::io("find", &file))?;
        let name = file.strip_prefix(folder).ok().and_then(Path::to_str);
        if let (true, Some(name)) = (real.starts_with(folder), name) {
            files.insert(name.to_owned(), Content::File(real));
        }
    }
    scripts.insert(ENTRY.to_owned(), entry);
    Ok(Page { place: place.unwrap_or(html.end), text, out, scripts, files, folders: Vec::new() })
}

/// A page for a component.
fn around(project: &Project) -> Page {
    let title = project.name().replace('&', "&amp;").replace('<', "&lt;");
    let text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>html, body, #root {{ margin: 0; width: 100%; height: 100%; }}</style>\n</head>\n<body>\n<div id=\"root\"></div>\n</body>\n</html>\n"
    );
    let scripts = BTreeMap::from([(ENTRY.to_owned(), mounting(project))]);
    Page {
        place: Html::read(&text).end,
        text,
        out: Vec::new(),
        scripts,
        files: Files::new(),
        folders: Vec::new(),
    }
}
