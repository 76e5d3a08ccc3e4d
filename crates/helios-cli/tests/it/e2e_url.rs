//! Addresses and files: what a composition may be called, where it may lead, and what its server may say.

use crate::run::Place;
use crate::web::{Web, html};
use std::sync::OnceLock;

const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=10,duration=0.3">
<body style="background:#0a0">"#;

/// The frames of [`PAGE`] as a local file.
#[track_caller]
fn looks_right(place: &Place, input: &str) -> String {
    static EXPECTED: OnceLock<Vec<String>> = OnceLock::new();
    let expected = EXPECTED.get_or_init(|| {
        let place = Place::new();
        std::fs::write(place.path().join("page.html"), PAGE).unwrap();
        place.succeeds(&["page.html"]).1
    });
    let (stderr, hashes) = place.succeeds(&[input]);
    assert_eq!(hashes, *expected, "{input}: {stderr}");
    stderr
}

#[track_caller]
fn fails(code: i32, input: &str, words: &[&str]) {
    let stderr = Place::new().fails(code, &["render", input, "--timeout", "4", "--retries", "0"]);
    let error = stderr.split("error: ").nth(1).unwrap();
    for word in words {
        assert!(error.contains(word), "{input}: {word:?} is not in: {stderr}");
    }
}

#[test]
fn names_that_mean_something_elsewhere() {
    for name in ["a b.html", "a#b.html", "a?b.html", "a%20b.html", "ünï😀.html", "q'\"&<.html", "./-o.html"]
    {
        let place = Place::new();
        std::fs::write(place.path().join(name), PAGE).unwrap();
        looks_right(&place, name);
    }
    let place = Place::new();
    std::fs::create_dir(place.path().join("a #folder")).unwrap();
    std::fs::write(place.path().join("a #folder/index.html"), PAGE).unwrap();
    looks_right(&place, "a #folder");
}

#[test]
fn a_page_finds_its_own_name() {
    let place = Place::new();
    let check = "<script>if (location.href !== 'http://helios.localhost/my-page_1.html') throw location.href</script>";
    std::fs::write(place.path().join("my-page_1.html"), format!("{PAGE}{check}")).unwrap();
    looks_right(&place, "my-page_1.html");
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let place = Place::new();
    let inside = place.path().join("site");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(place.path().join("secret.js"), "throw 'read'").unwrap();
    std::os::unix::fs::symlink("../secret.js", inside.join("link.js")).unwrap();
    std::fs::write(
        inside.join("index.html"),
        format!("{PAGE}<script src=link.js></script><script src=../secret.js></script>"),
    )
    .unwrap();
    let stderr = looks_right(&place, "site");
    assert!(stderr.contains("link.js: HTTP 404") && stderr.contains("secret.js: HTTP 404"), "{stderr}");
}

#[test]
fn inputs_that_are_no_page() {
    fails(64, "no-such.html", &["no-such.html", "there is no"]);
    fails(64, "file:///etc/passwd", &["file:///etc/passwd", "http(s) URL"]);
    fails(64, "ftp://example.com/page.html", &["ftp://", "http(s) URL"]);
    let place = Place::new();
    std::fs::create_dir(place.path().join("empty")).unwrap();
    assert!(place.fails(64, &["render", "empty"]).contains("no index.html"));
}

#[test]
fn servers_that_do_not_have_the_page() {
    let web = Web::start(|path| match path {
        "/download" => Some((200, "Content-Type: application/octet-stream\r\n".to_owned(), "x".into())),
        "/turning" => Some((302, "Location: /turning\r\n".to_owned(), Vec::new())),
        "/silent" => None,
        status => Some((status[1..].parse().unwrap_or(404), String::new(), Vec::new())),
    });
    // The same address may be fine later, or it will never be.
    for (code, path, word) in [
        (64, "/404", "HTTP 404"),
        (64, "/410", "HTTP 410"),
        (64, "/204", "HTTP 204"),
        (75, "/429", "HTTP 429"),
        (75, "/500", "HTTP 500"),
        (75, "/503", "HTTP 503"),
        (64, "/turning", "TOO_MANY_REDIRECTS"),
        (64, "/download", "download"),
        (75, "/silent", "no complete answer from"),
    ] {
        fails(code, &web.url(path), &[&web.url(path), word]);
    }
}

#[test]
fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/page", listener.local_addr().unwrap());
    drop(listener);
    fails(75, &url, &[&url, "CONNECTION_REFUSED"]);
}

#[test]
fn redirects_are_followed() {
    let other = Web::start(|_| html(PAGE));
    let elsewhere = other.url("/there");
    let here = format!("<script>location.replace('{elsewhere}')</script>");
    let web = Web::start(move |path| match path {
        "/same" => Some((302, "Location: /page\r\n".to_owned(), Vec::new())),
        "/other" => Some((302, format!("Location: {elsewhere}\r\n"), Vec::new())),
        "/script" => html(&here),
        _ => html(PAGE),
    });
    for path in ["/same", "/other", "/script"] {
        looks_right(&Place::new(), &web.url(path));
    }
    // Captions are drawn by the host page, which is of the first origin.
    let place = Place::new();
    std::fs::write(place.path().join("page.html"), PAGE).unwrap();
    std::fs::write(place.path().join("c.srt"), "1\n00:00:00,100 --> 00:00:00,200\nHello\n").unwrap();
    let plain = place.succeeds(&["page.html"]).1;
    let here = place.succeeds(&["page.html", "--captions", "c.srt"]).1;
    let said = place.succeeds(&[&web.url("/other"), "--captions", "c.srt"]).1;
    assert!(said[0] == plain[0] && said[1] != plain[1] && said[2] == plain[2], "{said:?}, not {plain:?}");
    assert_eq!(said, here);
}

#[test]
fn pages_that_refuse_to_be_framed_or_are_strict() {
    let web = Web::start(|path| {
        let header = match path {
            "/deny" => "X-Frame-Options: DENY",
            "/ancestors" => "Content-Security-Policy: default-src * 'unsafe-inline'; frame-ancestors 'none'",
            "/strict" => {
                "Content-Security-Policy: default-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
            }
            "/trusted" => "Content-Security-Policy: require-trusted-types-for 'script'",
            _ => "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Embedder-Policy: require-corp",
        };
        Some((200, format!("Content-Type: text/html\r\n{header}\r\n"), PAGE.into()))
    });
    for path in ["/deny", "/ancestors", "/strict", "/trusted", "/isolated"] {
        looks_right(&Place::new(), &web.url(path));
    }
}

#[test]
fn what_a_policy_forbids_stays_forbidden() {
    let web = Web::start(|_| {
        let headers = "Content-Type: text/html\r\nX-Frame-Options: DENY\r\nContent-Security-Policy: default-src 'self'; style-src 'unsafe-inline'\r\n";
        Some((200, headers.to_owned(), format!("{PAGE}<script>throw 'forbidden'</script>").into()))
    });
    looks_right(&Place::new(), &web.url("/"));
}
