//! Renders of the Studio. [`RenderManager`] is what the rest of the crate sees.
//!
//! ```text
//! manager   the jobs, the queue, who is told
//! requests  what can be asked: start, cancel, retry, move, delete
//! run       one render from start to end, on top of helios-runner
//! job       one job as it is now, and how it looks from outside
//! lanes     what each worker is doing: a fold over events
//! record    what of a job survives the Studio
//! journal   where that is written
//! log       what a job has to say
//! ```

mod job;
mod journal;
mod lanes;
mod log;
mod manager;
mod record;
mod requests;
mod run;

pub use manager::{MAX_RUNNING, RenderManager};
