//! Messages and arguments, without a browser. A whole conversation is in tests/it/e2e_mcp.rs.

use super::protocol::{Message, read};
use super::words;
use crate::args::{Kind, flags};
use helios_studio::Project;
use serde_json::{Value, json};

#[test]
fn messages() {
    let request = read(r#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#).unwrap();
    assert_eq!(
        request,
        Some(Message::Request { id: json!("a"), method: "ping".to_owned(), params: json!({}) })
    );
    assert!(matches!(read(r#"{"jsonrpc":"2.0","method":"x"}"#), Ok(Some(Message::Notice { .. }))));
    assert_eq!(read(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#), Ok(None));
    for (line, code, id) in [
        ("{", -32700, Value::Null),
        ("[]", -32600, Value::Null),
        ("7", -32600, Value::Null),
        (r#"{"id":3,"method":"ping"}"#, -32600, json!(3)),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":4,"method":5}"#, -32600, json!(4)),
    ] {
        let answer = read(line).unwrap_err();
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), &id), "{line}: {answer}");
    }
}

#[test]
fn no_flag_that_an_agent_has_names_a_file() {
    for command in ["render", "still", "check"] {
        let allowed = words::allowed(command);
        assert!(allowed.len() >= 8, "{command}");
        for flag in allowed {
            assert!(
                !flag.is_path && !["PATH", "FILE", "TRACK"].contains(&flag.value_name.as_str()),
                "{}",
                flag.name
            );
        }
        // Every flag is either allowed or was thought about.
        assert!(flags(command).iter().any(|flag| flag.kind == Kind::Switch));
    }
}

#[test]
fn settings_become_words() {
    let settings = json!({ "width": 640, "fps": "29.97", "alpha": true, "strict": false, "props": { "a": "b" }, "metadata": ["title=x"] });
    let mut found = words::settings("render", &settings).unwrap();
    found.sort();
    assert_eq!(
        found,
        ["--alpha", "--fps=29.97", "--metadata=title=x", "--props={\"a\":\"b\"}", "--width=640"]
    );
    assert_eq!(words::settings("render", &Value::Null).unwrap(), [""; 0]);
    for (settings, why) in [
        (json!({ "output": "/etc/x" }), "no \"output\""),
        (json!({ "browser": "/bin/sh" }), "no \"browser\""),
        (json!({ "props": "/etc/passwd" }), "is no object"),
        (json!({ "width": [1] }), "neither text nor a number"),
        (json!({ "alpha": "yes" }), "neither true nor false"),
        (json!([]), "no object"),
    ] {
        let refused = words::settings("render", &settings).unwrap_err();
        assert!(refused.contains(why), "{settings}: {refused}");
    }
}

#[test]
fn paths_stay_in_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("page.html"), "").unwrap();
    let inside = outside.path().join("project");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("page.html"), "").unwrap();
    std::os::unix::fs::symlink(outside.path(), inside.join("link")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("page.html"), inside.join("sly.html")).unwrap();
    let project = Project::at(&inside).unwrap();
    let page = |page: &str| words::page(&project, &json!({ "page": page }));
    assert!(page("page.html").unwrap().ends_with("project/page.html"));
    for bad in
        ["../page.html", "/etc/passwd", "link/page.html", "sly.html", "", "https://example.com", "none.html"]
    {
        assert!(page(bad).is_err(), "{bad}");
    }
    assert!(words::output(&project, "new/a.mp4").unwrap().ends_with("project/new/a.mp4"));
    for bad in ["../a.mp4", "/tmp/a.mp4", "link/a.mp4", ".git/hooks/a.mp4", "page.html/a.mp4"] {
        assert!(words::output(&project, bad).is_err(), "{bad}");
    }
}
