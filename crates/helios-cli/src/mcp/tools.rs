//! What an agent can call. Arguments are checked here; the work is that of the commands of the same names.

use super::renders::Renders;
use super::words;
use crate::args::Command;
use crate::commands::Binary;
use crate::config::{self, Environment};
use crate::settings::CheckSettings;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use helios_job::CheckAnswer;
use helios_runner::{RenderOptions, RenderOrchestrator};
use helios_studio::{Host as _, Planned, Project, compositions};
use serde_json::{Value, json};
use std::ffi::OsString;
use tokio_util::sync::CancellationToken;

/// A picture of more bytes is not put into a message.
const MOST_BYTES: u64 = 8 << 20;

/// What the tools work with.
pub struct Tools {
    /// The folder.
    pub project: Project,
    /// This program.
    pub binary: Binary,
    /// Videos.
    pub renders: Renders,
}

/// The tools as `tools/list` has them.
pub fn list() -> Value {
    let page = || json!({ "type": "string", "description": "Path of the page or component in the folder, as `list` names it" });
    let id = || json!({ "type": "integer", "description": "The id that `render` returned" });
    let tool = |name: &str, description: &str, properties: Value, required: Value, reads: bool| {
        json!({
            "name": name,
            "description": description,
            "inputSchema": { "type": "object", "properties": properties, "required": required, "additionalProperties": false },
            "annotations": { "readOnlyHint": reads, "destructiveHint": false, "openWorldHint": false },
        })
    };
    json!([
        tool(
            "list",
            "List the pages and components of the folder that can be rendered, with the size, rate and length that they declare",
            json!({}),
            json!([]),
            true
        ),
        tool(
            "check",
            "Run through a page and report what could make its frames fail or differ, each with its frame, its place and the fix",
            json!({ "page": page(), "settings": words::schema("check") }),
            json!(["page"]),
            true,
        ),
        tool(
            "still",
            "Draw one frame of a page exactly as a render would, and return it as a PNG image",
            json!({
                "page": page(),
                "frame": { "type": "integer", "minimum": 0, "description": "Which frame, from 0 [default: 0]" },
                "time": { "type": ["string", "number"], "description": "The frame shown at this time instead: seconds, or 5s, 500ms" },
                "settings": words::schema("still"),
            }),
            json!(["page"]),
            true,
        ),
        tool(
            "render",
            "Begin to render a page to a video, and return an id at once: ask `status` how far it is",
            json!({
                "page": page(),
                "output": { "type": "string", "description": "Path of the file to write in the folder; its extension picks the format: .mp4, .webm, .mov, .gif, ..." },
                "overwrite": { "type": "boolean", "description": "Replace the file when it exists [default: false]" },
                "settings": words::schema("render"),
            }),
            json!(["page", "output"]),
            false,
        ),
        tool("status", "Say how far a render is, or all of them", json!({ "id": id() }), json!([]), true),
        tool("cancel", "End a render; nothing is written", json!({ "id": id() }), json!(["id"]), false),
    ])
}

impl Tools {
    /// Calls a tool. `None`: there is none of this name.
    pub async fn call(&self, name: &str, arguments: &Value, cancel: CancellationToken) -> Option<Value> {
        let result = match name {
            "list" => Ok(self.list()),
            "check" => self.check(arguments, cancel).await,
            "still" => self.still(arguments, cancel).await,
            "render" => self.render(arguments).map(structured),
            "status" if arguments["id"].is_null() => {
                Ok(structured(json!({ "renders": self.renders.list() })))
            }
            "status" => id(arguments).and_then(|id| self.renders.status(id)).map(structured),
            "cancel" => id(arguments).and_then(|id| self.renders.cancel(id)).map(structured),
            _ => return None,
        };
        Some(result.unwrap_or_else(|why| json!({ "content": [text(&why)], "isError": true })))
    }

    fn list(&self) -> Value {
        let pages = compositions(&self.project, &self.binary);
        let one = |page: &helios_studio::api::CompositionView| {
            json!({
                "page": page.path, "title": page.title,
                "width": page.width, "height": page.height, "fps": page.fps, "duration": page.duration,
            })
        };
        structured(json!({ "pages": pages.iter().map(one).collect::<Vec<_>>() }))
    }

    async fn check(&self, arguments: &Value, cancel: CancellationToken) -> Result<Value, String> {
        let mut words = vec!["helios".to_owned(), "check".to_owned(), words::page(&self.project, arguments)?];
        words.extend(words::settings("check", &arguments["settings"])?);
        let words = words.into_iter().map(OsString::from).collect();
        let read = config::read(words, &Environment::of_process()).map_err(|unread| unread.in_a_line())?;
        let Command::Check(args) = read.command else { return Err("this is no check".to_owned()) };
        let settings = CheckSettings::try_from(*args).map_err(|refused| refused.to_string())?;
        let options = self.binary.with_worker(settings.options, true)?;
        let options = RenderOptions { cancel, ..options };
        let found =
            RenderOrchestrator::check(&settings.input, &options).await.map_err(|error| error.to_string())?;
        let page = words::string(arguments, "page")?;
        Ok(structured(json!(CheckAnswer::of(&page, &found, settings.strict))))
    }

    async fn still(&self, arguments: &Value, cancel: CancellationToken) -> Result<Value, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let file = folder.path().join("still.png");
        let mut words = vec!["helios".to_owned(), "still".to_owned(), words::page(&self.project, arguments)?];
        words.push(format!("--output={}", file.display()));
        for name in ["frame", "time"] {
            match &arguments[name] {
                Value::Null => {}
                Value::String(text) => words.push(format!("--{name}={text}")),
                Value::Number(number) => words.push(format!("--{name}={number}")),
                other => return Err(format!("{name}: {other} is neither text nor a number")),
            }
        }
        words.extend(words::settings("still", &arguments["settings"])?);
        let (Planned { input, output, options }, at) = self.binary.still(&words)?;
        let options = RenderOptions { cancel, ..options };
        let drawn = RenderOrchestrator::still(&input, &output, at, &options)
            .await
            .map_err(|error| error.to_string())?;
        let still = drawn.report;
        if still.bytes > MOST_BYTES {
            return Err(format!(
                "the picture has {} bytes, and {MOST_BYTES} fit into an answer: make scale smaller",
                still.bytes
            ));
        }
        let png =
            std::fs::read(&file).map_err(|error| format!("failed to read the picture back: {error}"))?;
        let seconds = drawn.fps.frame_time_ms(still.frame) / 1000.0;
        let words = format!("frame {} at {seconds:.3} s, {}x{}", still.frame, still.width, still.height);
        Ok(json!({ "content": [
            { "type": "image", "data": STANDARD.encode(png), "mimeType": "image/png" },
            text(&words),
        ] }))
    }

    fn render(&self, arguments: &Value) -> Result<Value, String> {
        let (page, output) = (words::string(arguments, "page")?, words::string(arguments, "output")?);
        let mut words =
            vec!["helios".to_owned(), "render".to_owned(), words::page(&self.project, arguments)?];
        words.push(format!("--output={}", words::output(&self.project, &output)?));
        words.push(if arguments["overwrite"] == true { "--overwrite" } else { "--no-overwrite" }.to_owned());
        words.extend(words::settings("render", &arguments["settings"])?);
        let planned = self.binary.render(&words)?;
        if !planned.options.overwrite && planned.output.exists() {
            return Err(format!("{output} exists: choose another output, or set overwrite"));
        }
        self.renders.start(&page, &output, planned)
    }
}

fn id(arguments: &Value) -> Result<u64, String> {
    arguments["id"].as_u64().ok_or_else(|| format!("id: {} is none that `render` returned", arguments["id"]))
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

/// For programs, and the same as text for those who read no other.
fn structured(value: Value) -> Value {
    json!({ "content": [text(&value.to_string())], "structuredContent": value })
}
