//! What is said when a project cannot be built.

use crate::Place;

async fn fault(place: &Place, name: &str) -> String {
    let text = place.build(name).await.unwrap_err().to_string();
    text.replace(place.path().to_str().unwrap(), "HERE")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_has_its_place_and_its_fix() {
    let place = Place::new();
    place
        .write("package.json", r#"{"name": "here", "dependencies": {"wanted": "1"}}"#)
        .write(
            "node_modules/some/package.json",
            r#"{"name":"some","version":"1.2.3","exports":{"./a":"./a.js"}}"#,
        )
        .write("syntax.ts", "const a = 1;\nconst b = (;\nconst c = 2;\n")
        .write("missing.ts", "// one\n\nimport { nanoid } from \"nanoid/non-secure\";\nnanoid();\n")
        .write("wanted.ts", "import \"wanted\";\n")
        .write("file.ts", "import \"./nowhere\";\n")
        .write("node.ts", "import { readFileSync } from \"node:fs\";\nreadFileSync(\"x\");\n")
        .write("export.ts", "import \"some/b\";\n")
        .write("name.ts", "import { nothing } from \"./syntax-free\";\nnothing();\n")
        .write("syntax-free.ts", "export const something = 1;\n")
        .write("sass.ts", "import \"./a.scss\";\n")
        .write("a.scss", "")
        .write("css.ts", "import \"./a.css\";\n")
        .write("a.css", "p {\n  background: url(no.png);\n}\n")
        .write("json.ts", "import a from \"./a.json\";\nconsole.log(a);\n")
        .write("a.json", "{\n  \"a\": }\n")
        .write("vue.ts", "import \"./A.vue\";\n")
        .write("A.vue", "<template><p/></template>");
    let names =
        ["syntax", "missing", "wanted", "file", "node", "export", "name", "sass", "css", "json", "vue"];
    let mut all = String::new();
    for name in names {
        all.push_str(&fault(&place, &format!("{name}.ts")).await);
        all.push_str("\n\n");
    }
    insta::assert_snapshot!(all);
}
