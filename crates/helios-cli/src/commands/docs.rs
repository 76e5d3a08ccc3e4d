//! `helios docs`: the guide as text. It is in the binary.

use crate::args::DocsArgs;
use crate::config::nearest;
use crate::output;
use crate::settings::Refused;
use serde_json::{Value, json};

/// The pages, in the order of docs/SUMMARY.md.
macro_rules! pages {
    ($($topic:literal)*) => { &[$(($topic, include_str!(concat!("../../../../docs/", $topic, ".md")))),*] };
}
const PAGES: &[(&str, &str)] = pages! {
    "start" "page" "cookbook" "projects" "frameworks" "batch" "configuration" "deploying" "migrating" "agents"
    "studio" "encoding" "formats" "media" "check" "jobs" "engines" "planning" "exact"
    "capture" "clock" "conformance" "speed" "studio-api" "benchmarks" "benchmarks-peers"
    "benchmarks-memory" "benchmarks-replay" "adapters"
};

/// The list of pages in the form that language models look for.
const LLMS: &str = "llms.txt";

/// A page of the guide.
#[derive(Clone, Copy)]
struct Page {
    topic: &'static str,
    text: &'static str,
}

impl Page {
    fn title(self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
}

/// Prints a page, or the list of them.
pub fn docs(args: &DocsArgs) -> anyhow::Result<()> {
    let pages: Vec<Page> = PAGES.iter().map(|(topic, text)| Page { topic, text }).collect();
    let text = match &args.topic {
        None if args.json => format!("{}\n", list(&pages)),
        None => pages.iter().map(|page| format!("{:20} {}\n", page.topic, page.title())).collect(),
        Some(topic) if topic == LLMS => llms(&pages),
        Some(topic) => {
            let known = || pages.iter().map(|page| page.topic);
            let name = topic.strip_suffix(".md").unwrap_or(topic);
            let page = pages.iter().find(|page| page.topic == name).ok_or_else(|| {
                let topics = known().collect::<Vec<_>>().join(", ");
                Refused(format!(
                    "there is no page {topic:?}{}; there are {topics}",
                    nearest(name, known()).unwrap_or_default()
                ))
            })?;
            match args.json {
                true => {
                    format!("{}\n", json!({ "topic": page.topic, "title": page.title(), "text": page.text }))
                }
                false => page.text.to_owned(),
            }
        }
    };
    output::write_stdout("the page", text.as_bytes())
}

fn list(pages: &[Page]) -> Value {
    pages.iter().map(|page| json!({ "topic": page.topic, "title": page.title() })).collect()
}

/// As llmstxt.org has it: a title, what it is, links with a word about each.
fn llms(pages: &[Page]) -> String {
    let mut text = "# Helios\n\n> Helios turns web pages into video, frame by frame in a real Chromium, exactly and on all cores. \
                    One binary: `helios render page.html -o video.mp4`.\n\nEvery page is also printed by `helios docs TOPIC`.\n\n## Guide\n\n"
        .to_owned();
    for page in pages {
        let about = about(page.text);
        text += &format!("- [{}]({}.md): {about}\n", page.title(), page.topic);
    }
    text
}

/// The first sentence of a page that is no heading, table or code.
fn about(text: &str) -> String {
    let mut code = false;
    let prose = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        code ^= fence;
        !code && !fence && !line.starts_with(['#', '|'])
    });
    let paragraph =
        prose.skip_while(|line| line.trim().is_empty()).take_while(|line| !line.trim().is_empty());
    let paragraph = paragraph.collect::<Vec<_>>().join(" ");
    let end = paragraph.find(". ").map_or(paragraph.len(), |end| end + 1);
    paragraph[..end].to_owned()
}
