//! What an input is.

use crate::Place;
use helios_bundle::Source;

fn is_project(place: &Place, name: &str) -> bool {
    matches!(place.find(name), Source::Project(_))
}

#[test]
fn a_page_that_a_browser_can_run_is_left_as_it_is() {
    let place = Place::new();
    place
        .write("plain/index.html", "<p>hello<script type=module src=a.js></script>")
        .write("plain/a.js", "import { b } from './b.js'; import './node_modules/c/c.js'; b()")
        .write("plain/b.js", "export const b = () => fetch('x.json')")
        .write("plain/node_modules/c/c.js", "import './nowhere.css'")
        .write("map/index.html", r#"<script type="importmap">{"imports":{"c":"./c.js"}}</script><script type=module>import "c"</script>"#)
        .write("data/index.html", "<script type=module>import a from './a.json' with { type: 'json' }</script>")
        .write("data/a.json", "{}")
        .write("none/readme.txt", "");
    for page in ["plain", "plain/index.html", "map", "data", "none", "nowhere", "nowhere.tsx"] {
        assert!(!is_project(&place, page), "{page}");
    }
    assert!(!matches!(helios_bundle::find("http://localhost:5173/"), Source::Project(_)));
}

#[test]
fn what_a_browser_cannot_run_is_a_project() {
    let place = Place::new();
    for (name, script) in [
        ("bare", "import 'three'"),
        ("css", "import './a.css'"),
        ("jsx", "const a = <p/>"),
        ("typescript", "let a: number = 1"),
        ("deep", "import './deep.js'"),
        ("no-extension", "import './deep'"),
    ] {
        place.write(&format!("{name}/index.html"), format!("<script type=module>{script}</script>"));
        place.write(&format!("{name}/deep.js"), "import 'react'");
        assert!(is_project(&place, name), "{name}");
    }
    place
        .write("a/index.html", "<script type=module src=/src/main.tsx></script>")
        .write("a/src/main.tsx", "");
    place
        .write("b/src/main.ts", "")
        .write("c/Title.vue", "")
        .write("d/package.json", r#"{"main": "x/start.js"}"#);
    place.write("d/x/start.js", "");
    for name in ["a", "a/index.html", "b", "c/Title.vue", "d", "a/src/main.tsx"] {
        assert!(is_project(&place, name), "{name}");
    }
}

#[test]
fn what_the_project_has_built_itself_is_taken_while_it_is_new() {
    let place = Place::new();
    place
        .write("index.html", "<script type=module src=/src/main.ts></script>")
        .write("package.json", r#"{"scripts": {"build": "vite build"}}"#)
        .write("src/main.ts", "import 'x'")
        .write("dist/index.html", "<p>built");
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    for source in ["index.html", "package.json", "src/main.ts"] {
        std::fs::File::open(place.path().join(source)).unwrap().set_modified(past).unwrap();
    }
    let Source::Page { input, note } = place.find("") else { panic!("dist/ is not taken") };
    assert!(input.ends_with("dist/index.html"), "{input}");
    assert!(note.unwrap().contains("which the project's own build has made"));
    place.write("src/main.ts", "import 'y'");
    std::fs::File::open(place.path().join("dist/index.html")).unwrap().set_modified(past).unwrap();
    let Source::Project(project) = place.find("") else { panic!("an old dist/ is taken") };
    assert_eq!(project.note.as_deref(), Some("dist/ is older than src/main.ts: building anew"));
}
