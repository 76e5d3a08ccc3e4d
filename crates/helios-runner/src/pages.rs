//! What an input is opened as. A project has to be built first; whoever can do that is the caller's to say.

use helios_job::{Failure, Level};
use std::pin::Pin;

/// Where words for people go while a page is made.
pub type Tell<'a> = &'a mut (dyn FnMut(Level, String) + Send);

/// The answer of [`Pages::page`].
pub type Page<'a> = Pin<Box<dyn Future<Output = Result<String, Failure>> + Send + 'a>>;

/// Turns inputs into pages: [`crate::RenderOptions::pages`].
pub trait Pages: Send + Sync {
    /// What a browser opens for `input`: itself, or the page that it is built into. Dropping the future ends the work.
    ///
    /// # Errors
    /// Why there is no page, complete in itself.
    fn page<'a>(&'a self, input: &'a str, tell: Tell<'a>) -> Page<'a>;
}
