//! `--profile`: where the time of a render went. Pure: a report in, lines out.

use helios_job::Stage;
use helios_runner::RenderReport;

/// A line for each stage, and the bottleneck in words.
pub fn profile(report: &RenderReport) -> Vec<String> {
    let times = &report.profile.times;
    let whose = if report.concurrency == 1 {
        "1 worker".to_owned()
    } else {
        format!("{} workers", report.concurrency)
    };
    let mut lines = vec![format!(
        "Where the time went: {} frames, {whose}, {:.1} s; stages of a worker overlap",
        report.frames,
        report.elapsed.as_secs_f64()
    )];
    for stage in Stage::ALL {
        let millis = times.millis(stage);
        if millis == 0.0 {
            continue;
        }
        let per_frame = match stage.is_per_frame() {
            true => format!("{:>8.2} ms a frame", millis / f64::from(report.frames.max(1))),
            false => String::new(),
        };
        let line = format!("  {:<8} {:>8.2} s {per_frame}", stage.name(), millis / 1000.0);
        lines.push(line.trim_end().to_owned());
    }
    lines.push(times.bottleneck(report.frames));
    lines
}
