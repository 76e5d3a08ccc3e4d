//! [`RenderOrchestrator`] executes a render with N worker processes: `helios render`, Studio and `helios job run` are all
//! callers of it.
//!
//! A worker is any program that speaks the protocol of [`helios_job::Command`] and [`helios_job::Event`] over its standard
//! input and output. This crate therefore needs neither a browser nor FFmpeg, and prints nothing: callers listen to events
//! ([`RenderOptions::observer`]) and cancel through a token ([`RenderOptions::cancel`]).
//!
//! ```text
//! orchestrator   the steps: check, plan, render, join, install
//! still          the same for a single frame
//! check          a page looked through, and nothing rendered
//! dispatcher     one select loop over signals, deadlines and cancellation; owns the workers
//! task, worker   one order and its attempts; one process and its pipes
//! chunks, record chunks on disk against their manifests; writing those
//! scratch        the folder beside the output that a render owns
//! ```

mod captions;
mod cgroup;
mod check;
mod chunks;
mod digest;
mod dispatcher;
mod error;
mod group;
mod input;
mod machine;
mod options;
mod orchestrator;
mod output;
mod profile;
mod record;
mod reporter;
mod scratch;
mod settings;
mod sound;
mod still;
mod task;
mod wire;
mod worker;

pub use chunks::ChunkFound;
pub use error::RunnerError;
pub use machine::Machine;
pub use options::{Concurrency, Observer, OnProgress, RenderOptions, WorkerCommand};
pub use orchestrator::{MergeReport, RenderOrchestrator, RenderReport};
pub use profile::Profile;
pub use still::StillResult;
