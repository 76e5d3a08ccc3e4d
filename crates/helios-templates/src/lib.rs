//! The projects that `helios init` writes. Each is one of the repository's examples, so what is tested there is what people start from. The npm
//! packages that an example takes from `web/packages` go into the project, under `vendor/`: it needs no registry for them, and can change them.
//!
//! It neither asks nor prints, and knows nothing of rendering.

mod catalogue;
mod write;

pub use catalogue::{TEMPLATES, Template};
pub use write::{TemplateError, write};

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The texts under `prefix`, without it.
fn under(prefix: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter_map(move |(name, text)| Some((name.strip_prefix(prefix)?.strip_prefix('/')?, *text)))
}
