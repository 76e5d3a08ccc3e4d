//! What comes out of a project.

use crate::{Place, names, script};

/// A project with everything in it that pages are made of.
fn everything() -> Place {
    let place = Place::new();
    place
        .write(
            "index.html",
            "<!doctype html><title>All</title><link rel=stylesheet href=/page.css><img src=static/a.svg>\
             <script type=module src=/src/main.ts></script><script type=module>import '/src/second'</script>",
        )
        .write("page.css", "@import './base.css' screen; body { background: url(./paper.png#x) }")
        .write("base.css", "@import url('https://example.com/font.css');\np { color: teal }")
        .write("paper.png", b"\x89PNG paper")
        .write("static/a.svg", "<svg/>")
        .write("public/data/x.json", "[1]")
        .write("tsconfig.json", r#"{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }"#)
        .write(".env", "VITE_TITLE=\"from a file\"\nSECRET=hidden\nHELIOS_RATE=7\nVITE_FROM=a-file\n")
        .write(
            "src/main.ts",
            r#"import esm, { named } from "esm";
import cjs from "cjs";
import { part } from "mapped/part";
import { inner } from "@lib/inner";
import data from "./data.json";
import styles, { title } from "./title.module.css";
import text from "./words.txt?raw";
import sheet from "./plain.css?inline";
import picture from "./picture.png";
import again from "./picture.png?url";
enum Kind { A = "kind-a" }
const where = new URL("./other.bin", import.meta.url).href;
console.log(esm, named, cjs.value, part, inner, data.answer, styles.title, title, text, sheet, picture, again, where, Kind.A,
  import.meta.env.VITE_TITLE, import.meta.env.VITE_FROM, import.meta.env.SECRET, process.env.NODE_ENV, import.meta.env.MODE, process.env.HELIOS_RATE);
import("./late").then(({ late }) => late());
"#,
        )
        .write("src/second.tsx", "console.log('second script')")
        .write("src/late.ts", "export const late = (): void => console.log('late script')")
        .write("src/data.json", r#"{ "answer": 42 }"#)
        .write("src/words.txt", "raw words")
        .write("src/plain.css", "b { color: navy }")
        .write("src/picture.png", b"\x89PNG picture")
        .write("src/other.bin", "other bytes")
        .write(
            "src/title.module.css",
            ".title { composes: base from './shared.module.css'; animation: grow 1s } @keyframes grow { to { top: 0 } } :global(.free) { top: 1px }",
        )
        .write("src/shared.module.css", ".base { color: plum }")
        .write("lib/inner.ts", "export const inner = 'inner of lib'")
        .write("node_modules/esm/package.json", r#"{"name":"esm","type":"module","exports":"./index.js"}"#)
        .write("node_modules/esm/index.js", "export default 'esm default'; export const named = 'esm named'")
        .write("node_modules/cjs/package.json", r#"{"name":"cjs","main":"lib.js"}"#)
        .write(
            "node_modules/cjs/lib.js",
            "if (process.env.NODE_ENV === 'production') exports.value = require('./good'); else exports.value = require('./debug')",
        )
        .write("node_modules/cjs/good.js", "module.exports = 'cjs for production'")
        .write("node_modules/cjs/debug.js", "module.exports = 'cjs for debugging'")
        .write(
            "node_modules/mapped/package.json",
            r#"{"name":"mapped","exports":{"./part":{"node":"./node.js","browser":"./browser.js","default":"./default.js"}}}"#,
        )
        .write("node_modules/mapped/browser.js", "export const part = 'part for browsers'");
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn typescript_styles_files_and_packages_become_a_page() {
    let place = everything();
    let built = place.build("").await.unwrap();
    let script = script(&built.folder);
    for word in [
        "esm default",
        "esm named",
        "cjs for production",
        "part for browsers",
        "inner of lib",
        "42",
        "raw words",
        "b { color: navy }",
        "kind-a",
        "from a file",
        "the environment",
        "second script",
        "p { color: teal }",
        "@media screen {",
        "https://example.com/font.css",
        "color: plum",
        ".free { top: 1px }",
        "sourceMappingURL=",
    ] {
        assert!(script.contains(word), "{word:?} is not in\n{script}");
    }
    for word in ["cjs for debugging", "hidden", "secret", "late script", "composes", ":global"] {
        assert!(!script.contains(word), "{word:?} is in\n{script}");
    }
    let page = std::fs::read_to_string(built.folder.join("index.html")).unwrap();
    assert!(!page.contains("main.ts") && !page.contains("page.css"), "{page}");
    let files: Vec<String> = names(&built.folder).iter().map(|name| without_hash(name)).collect();
    let all = [
        "assets/late-#.js",
        "assets/late-#.js.map",
        "assets/other-#.bin",
        "assets/paper-#.png",
        "assets/picture-#.png",
        "data/x.json",
        "index.html",
        "static/a.svg",
    ];
    for name in all {
        assert!(files.iter().any(|file| file == name), "{name} is not in {files:?}");
    }
    for source in [
        "lib/inner.ts",
        "src/data.json",
        "src/words.txt",
        "src/plain.css",
        "src/picture.png",
        "src/other.bin",
        "src/shared.module.css",
        "index.html",
        "page.css",
        "base.css",
        "paper.png",
        "static/a.svg",
        "public/data",
        "public/data/x.json",
        "node_modules/cjs/good.js",
        "package.json",
        "tsconfig.json",
        ".env",
        ".env.local",
    ] {
        assert!(built.sources.contains(&place.path().join(source)), "{source} of {:?}", built.sources);
    }
    assert_eq!(built.warnings, []);
    // The names of a CSS module are its own, everywhere the same.
    let own = script.split("title_").nth(1).unwrap().get(..6).unwrap();
    assert!(script.matches(&format!("title_{own}")).count() >= 2, "{script}");
    assert_eq!(script.matches("grow_").count(), 3, "used, declared, exported:\n{script}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_sources_are_the_same_page_wherever_they_lie() {
    let (one, two) = (everything(), everything());
    let (one, two) = (one.build("").await.unwrap().folder, two.build("").await.unwrap().folder);
    assert_ne!(one, two);
    // It is made of what is in the folder.
    assert_eq!(one.file_name(), two.file_name());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_built_page_is_kept_and_repaired() {
    let place = Place::new();
    place.write("a.ts", "document.title = 'one'");
    let first = place.build("a.ts").await.unwrap().folder;
    std::fs::remove_file(first.join("index.html")).unwrap();
    let second = place.build("a.ts").await.unwrap().folder;
    assert_eq!(first, second);
    assert!(second.join("index.html").is_file());
    place.write("a.ts", "document.title = 'two'");
    assert_ne!(place.build("a.ts").await.unwrap().folder, first);
}

/// A component of a framework that is no framework: what it is mounted with is in the script.
#[tokio::test(flavor = "multi_thread")]
async fn a_component_gets_a_page_that_mounts_it() {
    let place = Place::new();
    place
        .write("node_modules/react/package.json", r#"{"name":"react","main":"index.js"}"#)
        .write("node_modules/react/index.js", "exports.createElement = () => 'the element'")
        .write("node_modules/react/jsx-runtime.js", "exports.jsx = () => 'the jsx'")
        .write("node_modules/react-dom/package.json", r#"{"name":"react-dom","main":"index.js"}"#)
        .write("node_modules/react-dom/index.js", "exports.flushSync = (f) => f()")
        .write("node_modules/react-dom/client.js", "exports.createRoot = () => ({ render() { return 'the root' } })")
        .write(
            "Title & Co.tsx",
            "export const composition = { width: 640 };\nexport default function Title({ name }: { name: string }) { return <h1>{name}</h1> }",
        )
        .write("draw.js", "export default (element, props) => element.append(props.name)")
        .write("entry.ts", "document.body.append('by itself')");
    let built = place.build("Title & Co.tsx").await.unwrap();
    let page = std::fs::read_to_string(built.folder.join("index.html")).unwrap();
    assert!(page.contains("<title>Title &amp; Co</title>"), "{page}");
    let text = script(&built.folder);
    for word in ["the element", "the jsx", "the root", "window.helios = {", "width: 640", "flushSync"] {
        assert!(text.contains(word), "{word}:\n{text}");
    }
    let text = script(&place.build("draw.js").await.unwrap().folder);
    assert!(text.contains("(element, props)") && !text.contains("createRoot"), "{text}");
    let text = script(&place.build("entry.ts").await.unwrap().folder);
    assert!(text.contains("by itself") && !text.contains("createRoot"), "{text}");
}

/// JSX is Preact's when a comment in the file says so, or `tsconfig.json`, or `package.json` has nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn jsx_can_be_that_of_preact() {
    let place = Place::new();
    place
        .write("node_modules/preact/package.json", r#"{"name":"preact","main":"index.js"}"#)
        .write(
            "node_modules/preact/index.js",
            "exports.h = () => 'an h'; exports.render = () => 'rendered by preact'",
        )
        .write("node_modules/preact/jsx-runtime.js", "exports.jsx = () => 'the jsx of preact'");
    let component = "export default ({ name }) => <h1>{name}</h1>;";
    place.write("said/Title.jsx", format!("/** @jsxImportSource preact */\n{component}"));
    place.write("said/package.json", r#"{ "dependencies": { "react": "1" } }"#);
    let settings = r#"{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "preact" } }"#;
    place
        .write("set/tsconfig.json", settings)
        .write("set/src/Title.tsx", component.replace("name }", "name }: { name: string }"));
    place.write("set/package.json", "{}");
    place
        .write("only/package.json", r#"{ "dependencies": { "preact": "1" } }"#)
        .write("only/Title.jsx", component);
    // As many projects have it whose bundler compiles JSX.
    let preserved = settings.replace("react-jsx", "preserve");
    place
        .write("kept/tsconfig.json", preserved)
        .write("kept/package.json", "{}")
        .write("kept/Title.jsx", component);
    for name in ["said/Title.jsx", "set/src/Title.tsx", "only/Title.jsx", "kept/Title.jsx"] {
        let built = place.build(name).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let text = script(&built.folder);
        assert_eq!(built.warnings, [], "{name}");
        assert!(text.contains("the jsx of preact") && text.contains("rendered by preact"), "{name}:\n{text}");
    }
}

/// `assets/a-1a2b3c4d.png` as `assets/a-#.png`, and the temporary name of a project's folder left out.
fn without_hash(name: &str) -> String {
    let Some((stem, rest)) = name.strip_prefix("assets/").and_then(|name| name.split_once('.')) else {
        return name.to_owned();
    };
    let stem = stem.get(..stem.len().saturating_sub(9)).unwrap_or(stem);
    format!("assets/{stem}-#.{rest}")
}
