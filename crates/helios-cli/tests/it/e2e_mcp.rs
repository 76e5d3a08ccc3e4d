//! A conversation with `helios mcp`, as an agent has it.

use crate::run::Place;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

const PAGE: &str = r#"<!doctype html><title>A title</title><meta name="helios" content="width=64,height=48,fps=30,duration=0.2">
<body style="background:#336699">"#;

struct Agent {
    child: Child,
    stdin: ChildStdin,
    answers: BufReader<ChildStdout>,
    last: u64,
}

impl Agent {
    fn start(place: &Place) -> Agent {
        let mut child = place
            .command(&["mcp", "."])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Agent { child, stdin, answers: BufReader::new(stdout), last: 0 }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        let answer = self.answer();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// What a tool answers that works.
    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert_ne!(answer["result"]["isError"], true, "{answer}");
        answer["result"].clone()
    }

    /// The status of a render that is over, once it is.
    fn over(&mut self, id: &Value) -> Value {
        loop {
            let status = self.call("status", json!({ "id": id }))["structuredContent"].clone();
            if !["waiting", "rendering"].contains(&status["state"].as_str().unwrap()) {
                return status;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Why a tool does not.
    fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
    }
}

#[test]
fn an_agent_lists_checks_looks_and_renders() {
    let place = Place::new();
    place.write("pages/page.html", PAGE);
    let mut agent = Agent::start(&place);
    let hello = agent.ask("initialize", json!({ "protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } }));
    assert_eq!(hello["result"]["protocolVersion"], "2025-03-26");
    assert_eq!(hello["result"]["serverInfo"]["name"], "helios");
    agent.say(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    let tools = agent.ask("tools/list", json!({}));
    let tools = tools["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["list", "check", "still", "render", "status", "cancel"]);
    assert!(tools.iter().all(|tool| tool["inputSchema"]["type"] == "object"));
    assert!(
        tools[3]["inputSchema"]["properties"]["settings"]["properties"]["video-codec"]["description"]
            .is_string()
    );

    let pages = agent.call("list", json!({}))["structuredContent"]["pages"].clone();
    let page = pages.as_array().unwrap().iter().find(|page| page["page"] == "pages/page.html").unwrap();
    assert_eq!(
        (&page["title"], &page["width"], &page["duration"]),
        (&json!("A title"), &json!(64), &json!(0.2))
    );

    let still =
        agent.call("still", json!({ "page": "pages/page.html", "time": "0.1", "settings": { "scale": 2 } }));
    assert_eq!(still["content"][0]["mimeType"], "image/png");
    assert_eq!(still["content"][1]["text"], "frame 3 at 0.100 s, 128x96");
    // The base64 of PNG's first bytes.
    assert!(still["content"][0]["data"].as_str().unwrap().starts_with("iVBORw0KGgo"));

    let found = agent.call("check", json!({ "page": "pages/page.html" }));
    assert_eq!(found["structuredContent"]["passed"], true, "{found}");

    let begun = agent.call("render", json!({ "page": "pages/page.html", "output": "out/a.mp4", "settings": { "width": 32, "height": 32 } }));
    let id = begun["structuredContent"]["id"].clone();
    let slow = agent.call(
        "render",
        json!({ "page": "pages/page.html", "output": "out/b.mp4", "settings": { "duration": "600" } }),
    );
    let slow = slow["structuredContent"]["id"].clone();
    let done = agent.over(&id);
    assert_eq!(
        (&done["state"], &done["progress"], &done["totalFrames"]),
        (&json!("done"), &json!(1.0), &json!(6)),
        "{done}"
    );
    assert_eq!(place.film("out/a.mp4").size(), (32, 32));

    agent.call("cancel", json!({ "id": slow }));
    let state = loop {
        let all = agent.call("status", json!({}))["structuredContent"]["renders"].clone();
        if !["waiting", "rendering"].contains(&all[1]["state"].as_str().unwrap()) {
            break all[1]["state"].clone();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    assert_eq!(state, "cancelled");

    for (tool, arguments, why) in [
        ("still", json!({ "page": "../secret.html" }), "leaves the project"),
        ("still", json!({ "page": "https://example.com" }), ""),
        ("still", json!({ "page": "pages/page.html", "settings": { "browser": "/bin/sh" } }), "browser"),
        ("still", json!({ "page": "pages/page.html", "frame": 600 }), "frame"),
        ("render", json!({ "page": "pages/page.html", "output": "/tmp/x.mp4" }), "leaves the project"),
        ("render", json!({ "page": "pages/page.html", "output": "out/a.mp4" }), "exists"),
        ("status", json!({ "id": 77 }), "no render 77"),
    ] {
        let said = agent.refused(tool, arguments.clone());
        assert!(said.contains(why), "{tool} {arguments}: {said}");
    }
    assert_eq!(agent.ask("tools/call", json!({ "name": "sing" }))["error"]["code"], -32602);
    assert_eq!(agent.ask("resources/list", json!({}))["error"]["code"], -32601);
    agent.say("no json");
    assert_eq!(agent.answer()["error"]["code"], -32700);

    let Agent { mut child, stdin, .. } = agent;
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!place.path().join("out/b.mp4").exists());
}

#[test]
fn components_are_pages() {
    let place = crate::e2e_project::place();
    place.write("whole/package.json", "{}");
    place.write("whole/src/main.ts", "helios.width = 32; helios.height = 32; helios.duration = 1;");
    let mut agent = Agent::start(&place);
    let pages = agent.call("list", json!({}))["structuredContent"]["pages"].clone();
    let page = "app/Title.tsx";
    for page in [page, "whole"] {
        assert!(pages.as_array().unwrap().iter().any(|listed| listed["page"] == page), "{pages}");
    }
    let still = agent.call("still", json!({ "page": "whole", "frame": 2 }));
    assert_eq!(still["content"][1]["text"], "frame 2 at 0.067 s, 32x32");
    let still = agent.call("still", json!({ "page": page, "frame": 2 }));
    assert_eq!(still["content"][1]["text"], "frame 2 at 0.067 s, 64x48");
    assert_eq!(agent.call("check", json!({ "page": page }))["structuredContent"]["passed"], true);
    let begun = agent.call("render", json!({ "page": page, "output": "a.mp4" }));
    let id = begun["structuredContent"]["id"].clone();
    let done = agent.over(&id);
    assert_eq!((&done["state"], &done["totalFrames"]), (&json!("done"), &json!(6)), "{done}");
    place.write("app/Title.tsx", "export const composition = {;");
    let refused = agent.refused("still", json!({ "page": page }));
    assert!(refused.contains("Title.tsx:1:29"), "{refused}");
    drop(agent.stdin);
    assert_eq!(agent.child.wait().unwrap().code(), Some(0));
}
