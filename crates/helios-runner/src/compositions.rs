//! [`RenderOrchestrator::compositions`]: what there is to render in a page, or in all pages and components of a folder. Nothing is written.

use crate::dispatcher::Dispatcher;
use crate::orchestrator::finish;
use crate::sources::{is_composition, walk_sources};
use crate::task::{Answer, Work};
use crate::{RenderOptions, RenderOrchestrator, RunnerError, input, settings};
use helios_job::{COMPOSITIONS_SCHEMA, Composition, CompositionList, ListedComposition, ListedPage, Phase};
use std::path::Path;

/// The most pages of a folder that are looked at: each takes a moment in the browser.
const MOST: usize = 200;
/// Folders within folders that are looked through.
const DEPTH: usize = 8;

impl RenderOrchestrator {
    /// The compositions of `input`: one of a page, all of a page that has a list of them (a Remotion bundle), those of all pages
    /// and components of a folder. One of them that cannot be read is listed with the reason.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn compositions(input: &str, options: &RenderOptions) -> Result<CompositionList, RunnerError> {
        let pages = pages(input);
        let mut dispatcher = Dispatcher::new(options)?;
        let result = look(input, &pages, options, &mut dispatcher).await;
        let pages = finish(dispatcher, result).await?;
        Ok(CompositionList { schema: COMPOSITIONS_SCHEMA.to_owned(), input: input.to_owned(), pages })
    }
}

async fn look(
    given: &str,
    pages: &[String],
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<Vec<ListedPage>, RunnerError> {
    dispatcher.reporter.phase(Phase::Preparing);
    let mut listed = Vec::new();
    for page in pages {
        let found = read(page, options, dispatcher).await;
        let composition = match found {
            Ok(composition) => composition,
            // Of several, the others can still be told.
            Err(error) if pages.len() > 1 && !options.cancel.is_cancelled() => {
                let error = Some(error.to_string());
                listed.push(ListedPage { page: page.clone(), error, ..ListedPage::default() });
                continue;
            }
            Err(error) => return Err(error),
        };
        let own_list = composition.compositions.is_some();
        listed.push(listed_page(page, composition));
        // The pages in a bundle's folder are its material.
        if own_list && Path::new(given).join("index.html") == Path::new(page) {
            break;
        }
    }
    Ok(listed)
}

async fn read(
    page: &str,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<Composition, RunnerError> {
    let input = input::resolve(page, options, &mut dispatcher.reporter).await?;
    let mut order = settings::inspect_order(&input, options)?;
    order.list = true;
    match dispatcher.run(vec![Work::Inspect(order)], 1).await?.into_iter().next() {
        Some(Answer::Inspected(composition)) if !options.cancel.is_cancelled() => Ok(composition),
        _ => Err(RunnerError::Cancelled),
    }
}

fn listed_page(page: &str, composition: Composition) -> ListedPage {
    let contract =
        composition.contract.as_ref().map_or_else(|| "helios".to_owned(), |spoken| spoken.name.clone());
    let one = || vec![ListedComposition::of(&composition)];
    ListedPage {
        page: page.to_owned(),
        contract,
        error: None,
        compositions: composition.compositions.clone().unwrap_or_else(one),
    }
}

/// The pages that `given` means: itself, or those of the folder, its `index.html` first. A folder without any may be a project as a whole.
fn pages(given: &str) -> Vec<String> {
    let folder = Path::new(given);
    if given.contains("://") || !folder.is_dir() {
        return vec![given.to_owned()];
    }
    let mut found = Vec::new();
    walk_sources(folder, DEPTH, &mut |path, _| {
        if is_composition(path) {
            found.push(path.to_owned());
        }
        found.len() < MOST
    });
    let index = folder.join("index.html");
    found.sort_by_key(|path| (*path != index, path.clone()));
    if found.is_empty() {
        return vec![given.to_owned()];
    }
    // A name that is not UTF-8 cannot be given to a worker.
    found.into_iter().filter_map(|path| path.into_os_string().into_string().ok()).collect()
}
