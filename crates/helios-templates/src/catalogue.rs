//! The templates, and the files of each.

use crate::under;
use std::collections::BTreeMap;

/// Where an example finds the npm packages of Helios, and where a project does.
const IN_REPOSITORY: &str = "file:../../web/packages/";
const IN_PROJECT: &str = "file:vendor/@helios/";

const IGNORED: &str = "node_modules/\n*.mp4\n*.webm\n.helios/\n";

/// A project to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub description: &'static str,
    /// Its folder in `examples/`.
    example: &'static str,
    /// What to change first, as a sentence of its README.
    start: &'static str,
}

/// All templates, the simplest first.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "css",
        description: "a title, from CSS keyframes alone",
        example: "css-title",
        start: "Everything is in `index.html`: the words, the colours (`:root`), the keyframes.",
    },
    Template {
        name: "canvas",
        description: "a 2D canvas drawn from requestAnimationFrame",
        example: "simple-canvas-animation",
        start: "Everything is in `index.html`: the function that draws takes the time in seconds.",
    },
    Template {
        name: "three",
        description: "a 3D scene with three.js",
        example: "three-scene",
        start: "The scene is in `index.html`; three.js comes from npm.",
    },
    Template {
        name: "react",
        description: "React components: sequences and springs",
        example: "react-hello-world",
        start: "The video is in `src/Video.jsx`. `useFrame()` is the frame, `<Sequence>` a part of the video.",
    },
    Template {
        name: "vue",
        description: "Vue single-file components",
        example: "vue-hello-world",
        start: "The video is in `src/Video.vue`. `useFrame()` is the frame, `<Sequence>` a part of the video.",
    },
    Template {
        name: "svelte",
        description: "Svelte components with runes",
        example: "svelte-hello-world",
        start: "The video is in `src/Video.svelte`. `useFrame().current` is the frame, `<Sequence>` a part of the video.",
    },
    Template {
        name: "solid",
        description: "Solid components and signals",
        example: "solid-hello-world",
        start: "The video is in `src/Video.jsx`. `useFrame()` is a signal of the frame, `<Sequence>` a part of the video.",
    },
    Template {
        name: "captions",
        description: "spoken words as captions, word by word",
        example: "captions",
        start: "The words and their times are at the top of the script in `index.html`, or in a file for `--props`; a voice goes along with `--audio voice.wav`.",
    },
    Template {
        name: "data-chart",
        description: "a chart that races through data",
        example: "data-chart",
        start: "The data is at the top of the script in `index.html`. Other data: `helios render . --props data.json`, one video for each file.",
    },
];

impl Template {
    /// The template of this name.
    pub fn find(name: &str) -> Option<&'static Template> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// Whether `npm install` comes before the first render.
    pub fn needs_npm(&self) -> bool {
        under(&self.folder()).any(|(name, _)| name == "package.json")
    }

    /// Every file of the project by its path, with its text.
    pub fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for (name, text) in under(&self.folder()) {
            for package in packages(text).filter(|_| name == "package.json") {
                let folder = format!("web/packages/{package}");
                files.extend(
                    under(&folder)
                        .map(|(file, text)| (format!("vendor/@helios/{package}/{file}"), text.to_owned())),
                );
            }
            files.insert(name.to_owned(), text.replace(IN_REPOSITORY, IN_PROJECT));
        }
        files.insert(".gitignore".to_owned(), IGNORED.to_owned());
        files.insert("README.md".to_owned(), self.readme());
        files
    }

    fn folder(&self) -> String {
        format!("examples/{}", self.example)
    }

    fn readme(&self) -> String {
        let Template { name, description, start, .. } = self;
        let install = if self.needs_npm() { "npm install                          # once\n" } else { "" };
        format!(
            "# A video\n\nFrom the template `{name}` of [Helios](https://github.com/helios-render/helios): {description}.\n\n\
            ```sh\n{install}\
            helios studio                        # look at it, change it, render it\n\
            helios render . -o video.mp4         # render it\n\
            helios still . --time 2s -o still.png\n```\n\n\
            {start} Size, rate and length are in the `<meta name=\"helios\">` of `index.html`.\n"
        )
    }
}

/// The packages of Helios that a package.json names.
fn packages(json: &str) -> impl Iterator<Item = &str> {
    json.split(IN_REPOSITORY).skip(1).filter_map(|rest| rest.split('"').next())
}
