//! [`RenderOrchestrator`] executes a render with N worker processes: `helios render`, Studio and `helios job run` are all
//! callers of it.
//!
//! A worker is any program that speaks the protocol of [`helios_job::Command`] and [`helios_job::Event`] over its standard
//! input and output. This crate therefore needs neither a browser nor FFmpeg, and prints nothing: callers listen to events
//! ([`RenderOptions::observer`]) and cancel through a token ([`RenderOptions::cancel`]).
//!
//! ```text
//! orchestrator   what can be asked for
//! plan           options and page become a job
//! execute, join  chunks are kept or rendered; they become one file
//! site, kept     where chunks are; which of an earlier run are whole
//! still          the same for a single frame
//! inspect        what a page declares
//! check          a page looked through, and nothing rendered
//! crew           workers that stay between renders
//! dispatcher     one select loop over signals, deadlines and cancellation; owns the workers
//! task, worker   one order and its attempts; one process and its pipes
//! chunks         chunks on disk against their manifests
//! ledger, record manifests are written; journal: what happened
//! output_record  which job the output is of
//! input, pages   what is opened: a page, or what is made of a project
//! inputs         the files that a page is given
//! fonts          those that it takes from the machine
//! scratch        the folder beside the output that a render owns
//! ```

mod bundle;
mod captions;
mod cgroup;
mod check;
mod chunks;
mod compositions;
mod crew;
mod digest;
mod dispatcher;
mod error;
mod execute;
mod fonts;
mod group;
mod input;
mod inputs;
mod inspect;
mod job_file;
mod join;
mod journal;
mod kept;
mod ledger;
mod machine;
mod options;
mod orchestrator;
mod output;
mod output_record;
mod pages;
mod path_map;
mod plan;
mod profile;
mod record;
mod reporter;
mod scratch;
mod settings;
mod site;
mod slot;
mod sound;
mod sources;
mod still;
mod task;
mod wire;
mod worker;

pub use bundle::{CANCELLED, clean_job, is_journal, work_of, write_bundle};
pub use chunks::ChunkFound;
pub use crew::Crew;
pub use digest::of_file as digest_of_file;
pub use digest::sha256_of;
pub use error::RunnerError;
pub use fonts::collect_fonts;
pub use job_file::JobFile;
pub use machine::Machine;
pub use options::{Concurrency, Observer, OnProgress, OnRecorded, RenderOptions, WorkerCommand};
pub use orchestrator::{ChunksReport, MergeReport, RenderOrchestrator, RenderReport};
pub use output::{output_files, pattern as output_pattern, write_whole};
pub use output_record::OutputRecord;
pub use pages::{Page, Pages, Tell};
pub use path_map::PathMap;
pub use profile::Profile;
pub use sources::{is_component, is_composition, is_page, is_source_name, walk_sources};
pub use still::StillResult;
