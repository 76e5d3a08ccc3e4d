//! Pages with several compositions, such as bundles of Remotion. Which they are takes a browser to say: it is asked when the page is listed,
//! once for each version of it.

use crate::Shared;
use crate::api::{CompositionView, StudioEvent};
use helios_job::ListedComposition;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What is known, by page.
#[derive(Default)]
pub struct Lists(Mutex<HashMap<String, List>>);

struct List {
    /// Of the page, when it was asked last.
    version: String,
    /// What was found the last time.
    found: Vec<ListedComposition>,
}

impl Lists {
    /// The compositions of a page that has a list of them; the page itself while they are not known. Everybody is told when they are.
    pub fn of(studio: &Arc<Shared>, page: CompositionView) -> Vec<CompositionView> {
        let mut lists = studio.lists.0.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists
            .entry(page.path.clone())
            .or_insert_with(|| List { version: String::new(), found: Vec::new() });
        if list.version != page.version {
            list.version.clone_from(&page.version);
            let (studio, page) = (Arc::clone(studio), page.path.clone());
            tokio::spawn(async move { find(&studio, &page).await });
        }
        let views: Vec<_> = list.found.iter().map(|found| view(&page, found)).collect();
        if views.is_empty() { vec![page] } else { views }
    }
}

async fn find(studio: &Shared, page: &str) {
    match studio.looker.list(page).await {
        Ok(found) => {
            let mut lists = studio.lists.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(list) = lists.get_mut(page) {
                list.found = found;
            }
            drop(lists);
            studio.hub.tell(&StudioEvent::Compositions);
        }
        // Whoever opens the page sees why.
        Err(error) => tracing::debug!(%error, page, "no list of compositions"),
    }
}

fn view(page: &CompositionView, found: &ListedComposition) -> CompositionView {
    // What cannot be a size is none.
    let pixels = |value: Option<f64>| value.filter(|value| *value >= 1.0).map(|value| value as u32);
    CompositionView {
        id: format!("{}#{}", page.path, found.id),
        title: found.id.clone(),
        width: pixels(found.width),
        height: pixels(found.height),
        fps: found.fps.map(|fps| fps.to_string()),
        duration: found.duration,
        ..page.clone()
    }
}
