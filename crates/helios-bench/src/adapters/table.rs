//! Other tools' projects, drawn by them and by Helios, as Markdown.

use super::frames::UNSEEN;
use super::{Adapted, Outcome, WAYS};
use crate::peer;
use helios_media::VideoComparison;
use std::fmt::Write as _;
use std::path::Path;

/// The whole page. `scenes` is the folder beside the tools'.
pub fn page(machine: &str, scenes: &Path, all: &[Adapted], rounds: u32) -> String {
    let versions: Vec<String> =
        all.iter().map(|one| peer::version(scenes, one.tool.name, one.tool.package)).collect();
    let mut text = format!(
        "# Other tools' projects in Helios\n\nWritten by `make adapters`, which installs the tools from npm. What works and what differs: \
         [migrating.md](migrating.md).\n\n{machine}; {}\n\n\
         For each tool a project is made in its own way (`bench/peers/adapters`), 90 frames of 1280 x 720 at 30 frames/s, and rendered by \
         the tool and by Helios, unchanged:\n\n",
        versions.join("; ")
    );
    for Adapted { tool, .. } in all {
        writeln!(text, "- **{}**: {}", tool.name, tool.project).ok();
    }
    frames(&mut text, all);
    if rounds > 0 {
        speed(&mut text, all, rounds);
    }
    text
}

fn frames(text: &mut String, all: &[Adapted]) {
    write!(
        text,
        "\n## Frames\n\nThe frames of both are stored without loss and compared channel by channel. \"Seen\" is a pixel of which a channel differs by \
         more than {UNSEEN} levels of 255. All tools use Debian's Chromium, in two ways: painted with the flags that Helios gives the browser (no hinting, \
         grey text, software compositing), where only the tools differ; and with the flags that the tool gives it. A mean or a share of seen pixels above its \
         limit, which stands behind it, ends `make adapters` with an error.\n\n\
         | tool | compared with its | of them | frames | mean difference | of | largest | seen pixels, % | of | worst frame, mean | |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    .ok();
    for Adapted { tool, compared, .. } in all {
        for (tolerance, compared) in compared {
            let (name, step, part) = (tool.name, tolerance.step.name(), tolerance.part.name());
            match compared {
                Ok(found) => {
                    let VideoComparison { compared, overall, beyond, worst, .. } = found;
                    let verdict = if tolerance.allows(found) { "holds" } else { "**too far**" };
                    let worst = worst.map_or("none is seen".to_owned(), |worst| {
                        format!("{}: {:.3}", worst.frame, worst.difference.mean)
                    });
                    writeln!(
                        text,
                        "| {name} | {step} | {part} | {compared} | {:.4} | {} | {} | {:.4} | {} | {worst} | {verdict} |",
                        overall.mean,
                        tolerance.mean,
                        overall.max,
                        100.0 * beyond,
                        tolerance.seen
                    )
                    .ok();
                }
                Err(why) => {
                    writeln!(
                        text,
                        "| {name} | {step} | {part} | | | {} | | | {} | | **failed**: {} |",
                        tolerance.mean,
                        tolerance.seen,
                        cell(why)
                    )
                    .ok();
                }
            }
        }
    }
    text.push_str("\nWhere the differences come from:\n\n");
    for Adapted { tool, .. } in all {
        writeln!(text, "- **{}.** {}", tool.name, tool.why).ok();
    }
}

fn speed(text: &mut String, all: &[Adapted], rounds: u32) {
    write!(
        text,
        "\n## Speed\n\nA whole video each, start-up and sound included, x264 with CRF 18 and the preset that the tool has; seconds, medians of {rounds} runs, all \
         interleaved. The tools with their own flags for the browser.\n\n\
         | tool | {} | faster, N = 1 | N = 2 |\n|---|---|---|---|---|---|---|\n",
        WAYS.join(" | ")
    )
    .ok();
    for Adapted { tool, wall, .. } in all {
        let seconds: Vec<String> = wall
            .iter()
            .map(|wall| match wall {
                Ok(wall) => format!("{wall:.2}"),
                Err(why) => format!("**failed**: {}", cell(why)),
            })
            .collect();
        let times = |theirs: &Outcome<f64>, ours: &Outcome<f64>| match (theirs, ours) {
            (Ok(theirs), Ok(ours)) => format!("{:.2}", theirs / ours),
            _ => String::new(),
        };
        let [one, two, ours, ours_two] = wall;
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            tool.name,
            seconds.join(" | "),
            times(one, ours),
            times(two, ours_two)
        )
        .ok();
    }
}

/// In a line, so that it fits into a table, and not too long for it.
fn cell(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    match line.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
