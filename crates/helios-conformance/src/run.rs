//! All pages by all checks: a few pages at a time, then each once more on a busy machine. Judges nothing but what was seen.

use crate::ConformanceError;
use crate::busy::Busy;
use crate::check::Check;
use crate::corpus::Page;
use crate::outcome::Outcome;
use crate::render::{RETRIED, Rendered, Renderer};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// What to do.
#[derive(Debug)]
pub struct Run {
    /// How to render.
    pub renderer: Renderer,
    /// The pages, with the ways of rendering each.
    pub pages: Vec<(Page, Vec<Check>)>,
    /// How many pages are rendered at a time.
    pub jobs: usize,
    /// The program that keeps cores busy, for [`Check::Load`].
    pub busy: PathBuf,
    /// Whether the videos stay.
    pub keep: bool,
}

/// What was seen of one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The page.
    pub page: Page,
    /// The reference: frames and how many of them are different, or why there is none.
    pub reference: Result<(u32, u32), String>,
    /// Warnings about the page.
    pub complaints: Vec<String>,
    /// One for each check.
    pub outcomes: Vec<(Check, Outcome)>,
}

/// A page while its checks run.
struct Open {
    seen: Seen,
    reference: Option<Rendered>,
}

impl Run {
    /// Runs everything, and tells each outcome as it comes. What is known of a page is handed on when all but the busy machine is,
    /// and once more with that: a run of an hour may be ended by anything.
    ///
    /// # Errors
    /// When the binary cannot be run at all, and of `known`.
    pub fn all(
        &self,
        tell: &(dyn Fn(&str) + Sync),
        known: &(dyn Fn(&Seen) -> Result<(), ConformanceError> + Sync),
    ) -> Result<(), ConformanceError> {
        let waiting = Mutex::new(self.pages.iter().enumerate());
        let done = Mutex::new(Vec::new());
        let work = || -> Result<(), ConformanceError> {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((index, (page, checks))) = next else { return Ok(()) };
                let calm: Vec<Check> = checks.iter().copied().filter(|check| *check != Check::Load).collect();
                let open = self.page(page, &calm, tell)?;
                known(&open.seen)?;
                done.lock().unwrap_or_else(PoisonError::into_inner).push((index, open));
            }
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..self.jobs.max(1)).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| match worker.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })?;
        let mut pages = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        pages.sort_by_key(|(index, _)| *index);
        let mut busy = None;
        for (index, open) in &mut pages {
            if self.pages[*index].1.contains(&Check::Load) {
                if busy.is_none() {
                    busy = Some(Busy::start(&self.busy)?);
                }
                self.check(open, Check::Load, tell)?;
                known(&open.seen)?;
            }
            if let Some(reference) = open.reference.as_ref().filter(|_| !self.keep) {
                remove(reference);
            }
        }
        Ok(())
    }

    fn page(
        &self,
        page: &Page,
        checks: &[Check],
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<Open, ConformanceError> {
        let args = ["--capture".to_owned(), "tap".to_owned()];
        let rendered = self.renderer.render(&page.path, &format!("{}.reference", page.name), &args)?;
        let counts = rendered.as_ref().map(|rendered| {
            let frames = &rendered.hashes.hashes;
            let distinct: HashSet<_> = frames.iter().collect();
            let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            (count(frames.len()), count(distinct.len()))
        });
        match &counts {
            Ok((frames, distinct)) => tell(&format!("{}: {frames} frames, {distinct} pictures", page.name)),
            Err(why) => tell(&format!("{}: FAILED: {why}", page.name)),
        }
        let complaints = rendered.as_ref().map(|rendered| rendered.complaints.clone()).unwrap_or_default();
        let seen = Seen {
            page: page.clone(),
            reference: counts.map_err(Clone::clone),
            complaints,
            outcomes: Vec::new(),
        };
        let mut open = Open { seen, reference: rendered.ok() };
        for check in checks {
            self.check(&mut open, *check, tell)?;
        }
        Ok(open)
    }

    /// Renders the page once more and compares. Without a reference there is nothing to do.
    fn check(
        &self,
        open: &mut Open,
        check: Check,
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<(), ConformanceError> {
        let (Some(reference), Ok((frames, _))) = (&open.reference, &open.seen.reference) else {
            return Ok(());
        };
        let page = &open.seen.page;
        let args = check.args(&page.name, *frames);
        let label = format!("{}.{check}", page.name);
        let own = match check.own_reference() {
            Some(args) => Some(self.renderer.render(&page.path, &format!("{label}.reference"), &args)?),
            None => None,
        };
        let outcome = match (self.renderer.render(&page.path, &label, &args)?, own.transpose()) {
            (Err(why), _) | (_, Err(why)) => Outcome::Failed(why),
            (Ok(rendered), Ok(own)) => {
                let outcome = Outcome::of(&self.renderer, own.as_ref().unwrap_or(reference), &rendered)?;
                if !self.keep {
                    [Some(&rendered), own.as_ref()].into_iter().flatten().for_each(remove);
                }
                // The page itself was heard with the reference.
                let retries =
                    rendered.complaints.into_iter().filter(|complaint| complaint.starts_with(RETRIED));
                open.seen.complaints.extend(retries.map(|complaint| format!("{check}: {complaint}")));
                outcome
            }
        };
        tell(&format!("{} {check}: {outcome}", page.name));
        open.seen.outcomes.push((check, outcome));
        Ok(())
    }
}

/// Videos without loss are large.
fn remove(rendered: &Rendered) {
    std::fs::remove_file(&rendered.video).ok();
}
