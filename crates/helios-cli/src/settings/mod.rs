//! What the command line means: validated values in the types of helios-job. No file of the render is touched here, and
//! nothing is printed; what is wrong with a value comes back as one [`Refused`].

mod check;
mod job;
mod merge;
mod page;
mod props;
mod render;
mod still;
mod studio;
mod talk;
#[cfg(test)]
mod tests;
mod values;
mod verify;

pub use check::CheckSettings;
pub use job::{chunks, concurrency, index_from_env, job_file, path_maps, work_options};
pub use merge::MergeSettings;
pub use page::{check_input, page_options};
pub use props::props;
pub use render::RenderSettings;
pub use still::StillSettings;
pub use studio::StudioSettings;
pub use talk::{Loudness, Talk};
pub use values::{optional, retries, workers};
pub use verify::VerifySettings;

use crate::args::ReplaceArgs;
use helios_job::JobError;

/// A value or a combination of values that cannot mean anything. Exit code 64.
///
/// The message says what was given, what is allowed and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl From<JobError> for Refused {
    fn from(error: JobError) -> Refused {
        Refused(error.to_string())
    }
}

/// Whether an existing output may be replaced. `--overwrite` and `--no-overwrite` override each other,
/// and replacing is the default: the second one alone decides.
fn overwrite(args: &ReplaceArgs) -> bool {
    !args.no_overwrite
}
