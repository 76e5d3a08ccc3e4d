//! The arguments of those sub-commands of `helios job` that are about batch engines.

use super::job::{JobFileArgs, JobPlaceArgs};
use clap::Args;
use std::path::PathBuf;

/// The arguments of `helios job cancel`.
#[derive(Debug, Args)]
pub struct JobCancelArgs {
    /// Which job.
    #[command(flatten)]
    pub file: JobFileArgs,
    /// Take the tasks back from this engine too: slurm.
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
}

/// What engines are told.
#[derive(Debug, Args)]
pub struct EngineArgs {
    /// The program helios on the machines that work [default: helios; for Slurm, this one].
    #[arg(long, value_name = "PATH")]
    pub helios: Option<String>,
    /// How many chunks may be rendered at a time [default: as the engine will].
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub parallel: Option<String>,
    /// How often a chunk is tried again within its task [default: 2].
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub retries: Option<String>,
}

/// The arguments of `helios job export`.
#[derive(Debug, Args)]
pub struct JobExportArgs {
    /// Which job.
    #[command(flatten)]
    pub place: JobPlaceArgs,
    /// openjd, kubernetes, stepfunctions, parallel, github-actions, make or ninja.
    #[arg(long, value_name = "FORMAT")]
    pub format: String,
    /// File to write (- for standard output) [default: the engine's usual name, beside the job file].
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The container image, where there is one [default: helios:latest].
    #[arg(long, value_name = "IMAGE")]
    pub image: Option<String>,
    /// Path of the job file on the machines that work [default: as it is here].
    #[arg(long, value_name = "PATH")]
    pub job_path: Option<String>,
    /// How.
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Write the answer as a JSON object.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `helios job submit`.
#[derive(Debug, Args)]
pub struct JobSubmitArgs {
    /// Which job.
    #[command(flatten)]
    pub file: JobFileArgs,
    /// slurm.
    #[arg(long, value_name = "ENGINE")]
    pub engine: String,
    /// A further argument of sbatch, such as --option=--mem=4G; may be given several times.
    #[arg(long, value_name = "ARGUMENT", allow_hyphen_values = true)]
    pub option: Vec<String>,
    /// How.
    #[command(flatten)]
    pub how: EngineArgs,
}

/// The arguments of `helios job logs`.
#[derive(Debug, Args)]
pub struct JobLogsArgs {
    /// Which job.
    #[command(flatten)]
    pub file: JobFileArgs,
    /// slurm.
    #[arg(long, value_name = "ENGINE")]
    pub engine: String,
    /// The chunk; without it, the merge.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub chunk: Option<String>,
}

/// The arguments of `helios job simulate`. Times are in seconds.
#[derive(Debug, Args)]
pub struct JobSimulateArgs {
    /// The job file; its frames and chunks are taken. Without it, --frames and --chunk-frames.
    pub job: Option<PathBuf>,
    /// Frames of the job.
    #[arg(long, value_name = "N")]
    pub frames: Option<u32>,
    /// Frames of a chunk, also several as 30,120,480.
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub chunk_frames: Vec<u32>,
    /// Workers, also several as 1,10,100.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1,10,100,1000,10000")]
    pub workers: Vec<u32>,
    /// The engine begins a task.
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    pub dispatch: f64,
    /// A browser starts and the page loads.
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    pub startup: f64,
    /// Workers keep their browsers from chunk to chunk, as those of one machine do.
    #[arg(long)]
    pub warm: bool,
    /// A frame before the chunk is passed; 0 for pages that say helios.seekable.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.002)]
    pub replay: f64,
    /// A frame is drawn and encoded.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.03)]
    pub frame: f64,
    /// A chunk's encoder ends, and its file is written.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.1)]
    pub finish: f64,
    /// The join begins.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.5)]
    pub stitch: f64,
    /// A chunk is verified and joined.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.01)]
    pub stitch_chunk: f64,
    /// A frame is joined.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0001)]
    pub stitch_frame: f64,
    /// One in N workers is slow; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub straggler_every: u32,
    /// How many times slower.
    #[arg(long, value_name = "TIMES", default_value_t = 3.0)]
    pub straggler_factor: f64,
    /// Cores that the workers share, when they are on one machine.
    #[arg(long, value_name = "N")]
    pub cores: Option<f64>,
    /// Price of a worker for an hour.
    #[arg(long, value_name = "PRICE", default_value_t = 0.0)]
    pub price: f64,
    /// Write the answer as JSON lines.
    #[arg(long)]
    pub json: bool,
}
