//! What the templates hold, and how they get into a folder. That they render is shown in helios-cli.

use helios_templates::{TEMPLATES, Template, TemplateError, write};
use serde_json::Value;
use std::fs;

#[test]
fn each_is_a_whole_project() {
    for template in TEMPLATES {
        let files = template.files();
        let page = files.get("index.html").unwrap_or_else(|| panic!("{} has no page", template.name));
        assert!(page.contains(r#"<meta name="helios" content="width="#), "{}", template.name);
        assert!(files["README.md"].contains("helios render ."), "{}", template.name);
        assert_eq!(files["README.md"].contains("npm install"), template.needs_npm(), "{}", template.name);
        assert!(files.keys().all(|name| !name.contains("node_modules") && !name.contains("package-lock")));
        assert!(files.values().all(|text| !text.contains("../../web")), "{}", template.name);
    }
}

#[test]
fn packages_come_along_with_what_they_name() {
    let files = Template::find("react").unwrap().files();
    let json = |name: &str| serde_json::from_str::<Value>(&files[name]).unwrap();
    let wanted = json("package.json")["dependencies"].clone();
    assert_eq!(wanted["@helios/core"], "file:vendor/@helios/core");
    assert_eq!(wanted["@helios/react"], "file:vendor/@helios/react");
    for package in ["core", "react"] {
        let entry = json(&format!("vendor/@helios/{package}/package.json"))["exports"]["."].clone();
        for kind in ["types", "default"] {
            let file = entry[kind].as_str().unwrap().replacen("./", &format!("vendor/@helios/{package}/"), 1);
            assert!(files.contains_key(&file), "{file}");
        }
    }
    assert!(!files.keys().any(|name| name.contains("vue")));
}

#[test]
fn nothing_is_replaced_unasked() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("new/project");
    let css = Template::find("css").unwrap();
    let written = write(css, &folder, false).unwrap();
    assert_eq!(written, [".gitignore", "README.md", "index.html"]);
    let names = |folder| fs::read_dir(folder).unwrap().count();
    assert_eq!(names(&folder), 3, "nothing else is left");

    fs::write(folder.join("index.html"), "mine").unwrap();
    fs::write(folder.join(".gitignore"), "mine").unwrap();
    let error = write(css, &folder, false).unwrap_err();
    assert!(matches!(&error, TemplateError::Exists { files, .. } if files == &["README.md", "index.html"]));
    assert!(error.to_string().contains("has README.md, index.html already"), "{error}");
    assert_eq!(fs::read_to_string(folder.join("index.html")).unwrap(), "mine");

    assert_eq!(write(css, &folder, true).unwrap(), ["README.md", "index.html"]);
    assert_ne!(fs::read_to_string(folder.join("index.html")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "mine");
    assert_eq!(names(&folder), 3);

    // A file where the folder should be.
    let error = write(css, &folder.join("index.html"), false).unwrap_err();
    assert!(error.to_string().contains("index.html"), "{error}");
}
