//! `helios worker`: renders chunks for an orchestrator. The work itself is helios-renderer's; this is its standard input
//! and output, and the signals that end it.

use crate::args::WorkerArgs;
use crate::signals::Signals;
use crate::trace;
use helios_renderer::RenderError;
use helios_renderer::worker::{WorkerOptions, serve};

/// Serves orders until the end of standard input. The end in the middle of an order means that nobody waits for the
/// answer any more: that is no failure either.
pub async fn worker(args: WorkerArgs, signals: &Signals) -> anyhow::Result<()> {
    trace::start_worker(args.verbose);
    adopt_orphans();
    let options = WorkerOptions {
        index: args.index,
        profile: args.profile.unwrap_or_else(|| args.scratch.clone()),
        scratch: args.scratch,
        browser: args.browser,
        ffmpeg: args.ffmpeg,
        headless: !args.no_headless,
    };
    let work = serve(options, tokio::io::stdin(), tokio::io::stdout(), signals.stop.clone());
    tokio::select! {
        result = work => match result {
            Err(RenderError::Cancelled) if signals.code().is_none() => Ok(()),
            other => Ok(other?),
        },
        // Dropping the work kills what it has started.
        () = signals.kill.cancelled() => Err(RenderError::Cancelled.into()),
    }
}

/// What processes of ours leave behind becomes our child, so that a closed browser can be reaped whole: in a container
/// without an init nobody would, and the helpers of each browser would stay listed for as long as the container runs.
fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_child_subreaper(Some(rustix::process::getpid())) {
        tracing::debug!(%error, "cannot become the reaper of orphans");
    }
}
