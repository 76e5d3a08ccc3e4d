//! Projects: components and applications of npm packages are rendered as they are, built inside of the binary.

use crate::run::Place;
use std::path::Path;

const SHEET: &str =
    ".box { position: absolute; top: 8px; width: 12px; height: 12px; background: url(./mark.svg) }";
const GROUND: &str = "body { background: #123 }";
const MARK: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='12' height='12'><rect width='12' height='12' fill='#fc3'/></svg>";
const SAYS: &str =
    "export const composition = { width: 64, height: 48, fps: 30, duration: 0.2, props: { step: 2 } };";

const REACT: &str = r#"import { useEffect, useState, type CSSProperties } from "react";
import { flushSync } from "react-dom";
import "./ground.css";
import styles from "./box.module.css";
COMPOSITION
interface Props { step: number }
export default function Title({ step }: Props) {
  const [frame, setFrame] = useState<number>(0);
  useEffect(() => helios.onFrame((now: { frame: number }) => flushSync(() => setFrame(now.frame))), []);
  const style: CSSProperties = { left: frame * step };
  return <i className={styles.box} style={style} />;
}
"#;
const VUE: &str = r#"<script lang="ts">
import "./ground.css";
COMPOSITION
</script>
<script setup lang="ts">
import { ref } from "vue";
const { step } = defineProps<{ step: number }>();
const frame = ref<number>(0);
helios.onFrame((now: { frame: number }) => { frame.value = now.frame; });
</script>
<template><i class="box" :style="{ left: frame * step + 'px' }" /></template>
<style scoped>SHEET</style>
"#;
const SVELTE: &str = r#"<script module lang="ts">
  import "./ground.css";
  COMPOSITION
</script>
<script lang="ts">
  let { step }: { step: number } = $props();
  let frame: number = $state(0);
  helios.onFrame((now: { frame: number }) => { frame = now.frame; });
</script>
<i class="box" style:left="{frame * step}px"></i>
<style>SHEET</style>
"#;

/// Without a framework: built in no time.
const DRAW: &str = r#"import "./ground.css";
import mark from "./mark.svg";
COMPOSITION
export default function draw(element: HTMLElement, { step }: { step: number }) {
  const image = element.appendChild(new Image());
  image.src = mark;
  image.style.position = "absolute";
  helios.onFrame((now: { frame: number }) => { image.style.left = `${now.frame * step}px`; });
}
"#;

/// The same composition for three frameworks, with the packages of the conformance pages.
pub fn place() -> Place {
    let place = Place::new();
    let fill = |text: &str| text.replace("COMPOSITION", SAYS).replace("SHEET", SHEET);
    place.write("app/box.module.css", SHEET);
    place.write("app/ground.css", GROUND);
    place.write("app/mark.svg", MARK);
    place.write("app/src/main.tsx", "import Title, { composition } from \"../Title\";\nimport { createRoot } from \"react-dom/client\";\nObject.assign(helios, composition);\ncreateRoot(document.querySelector(\"main\")!).render(<Title {...helios.props} />);\n");
    place.write("app/index.html", "<!doctype html><title>App</title><style>body { margin: 0 }</style><main></main><script type=module src=/src/main.tsx></script>");
    place.write("app/Title.tsx", &fill(REACT));
    place.write("app/draw.ts", &fill(DRAW));
    place.write("app/Title.vue", &fill(VUE));
    place.write("app/Title.svelte", &fill(SVELTE));
    place.write("app/package.json", r#"{ "name": "app", "private": true }"#);
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/libraries/node_modules");
    assert!(modules.is_dir(), "{} is missing: `make modules` installs it", modules.display());
    std::os::unix::fs::symlink(modules.canonicalize().unwrap(), place.path().join("app/node_modules"))
        .unwrap();
    place
}

#[test]
fn a_component_is_a_composition_whatever_it_is_written_for() {
    let place = place();
    let alone = place.hashes("app/Title.tsx", "alone.mp4", &[]);
    assert_eq!(alone.hashes.len(), 6);
    // Built once more, from the cache, on two workers.
    assert_eq!(place.hashes("app/Title.tsx", "two.mp4", &["--concurrency", "2"]), alone);
    // The box moves: no frame is like another.
    assert_eq!(alone.hashes.iter().collect::<std::collections::HashSet<_>>().len(), 6);
    for other in ["app/Title.vue", "app/Title.svelte", "app"] {
        assert_eq!(place.hashes(other, "other.mp4", &[]).hashes, alone.hashes, "{other}");
    }
    let faster = place.hashes("app/Title.tsx", "faster.mp4", &["--props", r#"{"step": 4}"#]);
    assert_eq!(faster.hashes[0], alone.hashes[0]);
    assert_eq!(faster.hashes[2], alone.hashes[4]);
}

#[test]
fn every_command_takes_projects() {
    let place = place();
    for other in ["app/Title.vue", "app/Title.svelte"] {
        std::fs::remove_file(place.path().join(other)).unwrap();
    }
    let answer = place.helios(&["compositions", "app", "--json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let listed: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    let pages: Vec<_> = listed["pages"].as_array().unwrap().iter().collect();
    let names: Vec<_> = pages.iter().map(|page| page["page"].as_str().unwrap()).collect();
    assert_eq!(names, ["app/index.html", "app/Title.tsx"]);
    for page in pages {
        let found = &page["compositions"][0];
        assert_eq!((&found["width"], &found["duration"]), (&64.0.into(), &0.2.into()), "{page}");
    }
    // A folder without a page is one project.
    place.write("bare/main.ts", "Object.assign(helios, { width: 32, height: 32, fps: 10, duration: 0.3 })");
    let bare = place.helios(&["compositions", "bare"]);
    assert!(bare.stdout.contains("32x32") && bare.stderr.contains("Building bare"), "{bare:?}");

    place.write("rows.csv", "step\n2\n4\n");
    let batch = ["batch", "rows.csv", "app/draw.ts", "-o", "out/{step}.mp4", "--resume"];
    let told = place.helios(&batch);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert_eq!(told.stderr.matches("Building app/draw.ts").count(), 1, "for all rows: {}", told.stderr);
    place.render(&["app/draw.ts", "-o", "4.mp4", "--props", "{\"step\": 4}"]);
    assert_eq!(place.film("out/4.mp4").decoded(), place.film("4.mp4").decoded());
    // What another process has built is the same page, until a source changes.
    assert!(place.helios(&batch).stderr.contains("2 rows: 2 kept"));
    place.write("app/ground.css", "body { background: #321 }");
    let again = place.helios(&batch);
    assert!(again.stderr.contains("2 rows: 2 rendered"), "{}", again.stderr);
}

#[test]
fn a_job_of_a_project_needs_no_project() {
    let place = place();
    let direct = place.hashes("app/Title.tsx", "direct.mp4", &["--concurrency", "2"]);
    let job = ["app/Title.tsx", "-o", "out.mp4", "--concurrency", "2", "--emit-job"];
    place.render(&[job.as_slice(), &["beside/job.json"]].concat());
    place.render(&[job.as_slice(), &["film", "--bundle"]].concat());
    let refused = place.refused(&[["render"].as_slice(), job.as_slice(), &["-"]].concat());
    assert!(refused.contains("give --emit-job the name of a file instead of -"), "{refused}");
    std::fs::rename(place.path().join("app"), place.path().join("gone")).unwrap();
    place.forget();
    for folder in ["beside", "film"] {
        let job = format!("{folder}/job.json");
        let answer = place.helios(&["job", "run", &job]);
        assert_eq!(answer.code, Some(0), "{folder}: {}", answer.stderr);
        let film = place.film(&format!("{folder}/out.mp4"));
        assert_eq!(film.decoded(), place.film("direct.mp4").decoded(), "{folder}");
    }
    assert_eq!(direct.hashes.len(), 6);
}

#[test]
fn errors_name_the_file_that_was_written() {
    let place = place();
    let broken = "export const composition = { width: 32, height: 32, fps: 10, duration: 0.3 };\n\
                  interface Frame { frame: number }\nexport default () => {\n  \
                  helios.onFrame(({ frame }: Frame) => {\n    if (frame === 1) throw new Error(\"boom\");\n  });\n  return <p />;\n};\n";
    place.write("app/Broken.tsx", broken);
    let answer = place.helios(&["render", "app/Broken.tsx", "-o", "a.mp4", "--strict"]);
    assert_eq!(answer.code, Some(64), "{}", answer.stderr);
    assert!(
        answer.stderr.contains("Error: boom") && answer.stderr.contains("Broken.tsx:5:"),
        "{}",
        answer.stderr
    );
    // What a development server pushes changes over is not opened, so nothing comes of its being closed.
    let socket = "const s = new WebSocket('ws://localhost:1/', 'vite-hmr'); s.addEventListener('close', () => { throw new Error('closed') });";
    let meta = "<!doctype html><meta name=helios content='width=32,height=32,fps=10,duration=0.5'>";
    place.write("served.html", &format!("{meta}<script>{socket}</script>"));
    let told = place.render(&["served.html", "-o", "served.mp4", "--strict"]);
    assert!(!told.contains("WebSocket"), "{told}");
    place.write(
        "app/Missing.tsx",
        "import { nanoid } from \"nanoid-that-is-not\";\nexport default () => nanoid();\n",
    );
    let refused = place.helios(&["still", "app/Missing.tsx", "-o", "a.png"]);
    assert_eq!(refused.code, Some(64));
    let told = refused.stderr.replace(&place.path().canonicalize().unwrap().display().to_string(), "HERE");
    insta::assert_snapshot!(told);
}
