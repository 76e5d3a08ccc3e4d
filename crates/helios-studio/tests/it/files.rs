//! Pages and files of the project, as they are listed, served and edited.

use crate::studio::Place;
use axum::body::Body;
use helios_testkit::Script;
use serde_json::json;
use std::os::unix::fs::symlink;

#[tokio::test]
async fn pages_and_assets_are_listed_and_served() {
    let place = Place::new(Script::default());
    let root = place.folder.path();
    for folder in ["intro", "node_modules/x", ".git"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
    }
    let page = r#"<meta name="helios" content="width=640,height=360,fps=24,duration=2s">"#;
    for (name, text) in [
        ("intro/index.html", page),
        ("node_modules/x/index.html", page),
        (".git/index.html", page),
        ("sound.mp3", "0123456789"),
        ("evil.svg", "<svg onload='alert(1)'/>"),
    ] {
        std::fs::write(root.join(name), text).unwrap();
    }
    symlink("/etc/hostname", root.join("hostname.txt")).unwrap();
    let client = place.open().await;
    let pages = client.ok(client.get("/api/compositions").await);
    let ids: Vec<_> = pages.as_array().unwrap().iter().map(|page| page["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["intro/index.html", "page.html"]);
    let intro = &pages[0];
    assert_eq!(
        (&intro["title"], &intro["width"], &intro["duration"]),
        (&json!("intro"), &json!(640), &json!(2.0))
    );
    assert_eq!(pages[1]["title"], "A page");
    // A file beside the page is another version of it; one elsewhere is not.
    std::fs::write(root.join("intro/style.css"), "p {}").unwrap();
    let again = client.ok(client.get("/api/compositions").await);
    assert_ne!(again[0]["version"], pages[0]["version"]);

    // A project without a page is one composition, by its folder.
    for folder in ["app/src", "library", "site/src"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
        std::fs::write(root.join(folder.trim_end_matches("/src")).join("package.json"), "{}").unwrap();
    }
    std::fs::write(root.join("app/src/main.tsx"), "").unwrap();
    std::fs::write(root.join("site/src/main.tsx"), "").unwrap();
    std::fs::write(root.join("site/index.html"), page).unwrap();
    let pages = client.ok(client.get("/api/compositions").await);
    let ids: Vec<_> = pages.as_array().unwrap().iter().map(|page| page["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["app", "intro/index.html", "page.html", "site/index.html"]);
    let command = client.post("/api/command", r#"{"composition":"app"}"#).await;
    let input = root.canonicalize().unwrap().join("app");
    assert_eq!((&command["argv"][2], pages[0]["title"].as_str()), (&json!(input), Some("app")));
    assert!(command["argv"][4].as_str().unwrap().ends_with("renders/app.mp4"), "{command}");
    for folder in ["app", "library", "site"] {
        std::fs::remove_dir_all(root.join(folder)).unwrap();
    }

    let assets = client.ok(client.get("/api/assets").await);
    let paths: Vec<_> =
        assets["assets"].as_array().unwrap().iter().map(|asset| asset["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["evil.svg", "intro/index.html", "intro/style.css", "page.html", "sound.mp3"]);
    let range = client.request("GET", "/api/assets/file?path=sound.mp3").header("range", "bytes=2-4");
    let answer = client.send(range.body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (206, &b"234"[..]));
    // Nothing of the project runs on the Studio's origin.
    for name in ["evil.svg", "page.html"] {
        let answer = client.get(&format!("/api/assets/file?path={name}")).await;
        assert!(answer.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox;"));
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn captions_are_edited() {
    let place = Place::new(Script::default());
    let client = place.open().await;
    let file = json!({ "cues": [{ "startMs": 0, "endMs": 900, "text": "Hello", "settings": "" }] });
    let written = client.ok(client.with("PUT", "/api/captions?path=talks/a.srt", &file.to_string()).await);
    assert_eq!(written, file);
    assert_eq!(client.ok(client.get("/api/captions?path=talks/a.srt").await), file);
    let text = std::fs::read_to_string(place.folder.path().join("talks/a.srt")).unwrap();
    assert_eq!(text, "1\n00:00:00,000 --> 00:00:00,900\nHello\n\n");

    // What the editor does not know stays in the file.
    let path = place.folder.path().join("talks/b.vtt");
    let text = "WEBVTT\n\nNOTE by Ada\n\nfirst\n00:01.000 --> 00:02.000 size:35%\n<v Ada>Helo\n\n00:03.000 --> 00:04.000\nBye\n";
    std::fs::write(&path, text).unwrap();
    let mut file = client.ok(client.get("/api/captions?path=talks/b.vtt").await);
    file["cues"][0]["text"] = json!("<v Ada>Hello");
    let written = client.ok(client.with("PUT", "/api/captions?path=talks/b.vtt", &file.to_string()).await);
    assert_eq!(written, file);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text.replace("Helo", "Hello"));
}

#[tokio::test]
async fn a_preview_has_an_origin_of_its_own() {
    let place = Place::new(Script::default());
    let client = place.open().await;
    let preview = client.ok(client.get("/api/preview?path=page.html").await);
    let (url, origin) = (preview["url"].as_str().unwrap(), preview["origin"].as_str().unwrap());
    assert_eq!(url, format!("{origin}/page.html"));
    assert_ne!(origin, format!("http://{}", client.own));
    let again = client.ok(client.get("/api/preview?path=page.html").await);
    assert_eq!(again, preview, "a folder has one origin");
}
