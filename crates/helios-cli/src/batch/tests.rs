//! Tables, props, names and the ledger, without a browser.

use super::names::Pattern;
use super::report::RowState;
use super::rows::{Cell, Row, read};
use super::{BatchReport, Ledger, RowReport, props};
use serde_json::{Map, Value, json};

fn rows(name: &str, text: &str) -> Result<Vec<Row>, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    read(file.to_str().unwrap()).map_err(|refused| refused.to_string())
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[test]
fn tables() {
    let csv = rows("a.csv", "\u{feff}name, age\n\"Ada, \"\"A\"\"\",36\nBob,\n").unwrap();
    assert_eq!(csv.len(), 2);
    assert_eq!(csv[0].cells, [("name".to_owned(), text("Ada, \"A\"")), ("age".to_owned(), text("36"))]);
    assert_eq!((csv[1].number, csv[1].line, csv[1].text("age")), (2, 3, Some(String::new())));
    assert_eq!(rows("a.tsv", "a\tb\n1\t2\n").unwrap()[0].text("b").as_deref(), Some("2"));
    let json = rows("a.jsonl", "{\"a\": 1}\n\n{\"a\": \"x\", \"b\": [1]}\n").unwrap();
    assert_eq!(
        (json[1].line, json[1].text("a"), json[1].text("b")),
        (3, Some("x".to_owned()), Some("[1]".to_owned()))
    );
    for (name, text, why) in [
        ("a.csv", "a,a\n1,2\n", "two columns"),
        ("a.csv", "a,\n1,2\n", "column 2 has no name"),
        ("a.csv", "a,b\n1,2\n1\n", "line: 3"),
        ("a.csv", "a,b\n", "no rows"),
        ("a.jsonl", "{}\n[1]\n", "line 2"),
        ("a.jsonl", "{\n", "line 1"),
        ("a.xlsx", "PK", ".csv"),
    ] {
        let refused = rows(name, text).unwrap_err();
        assert!(refused.contains(why), "{text:?}: {refused}");
    }
}

fn of(cells: &[(&str, Cell)], schema: Option<Value>) -> Result<Value, String> {
    let cells = cells.iter().map(|(name, cell)| ((*name).to_owned(), cell.clone())).collect();
    let base: Map<String, Value> = json!({ "base": 1, "over": 1 }).as_object().unwrap().clone();
    props::of_row(&Row { number: 1, line: 2, cells }, &base, schema.as_ref()).map(Value::Object)
}

#[test]
fn columns_become_props() {
    let cells = [
        ("n", text("36")),
        ("zip", text("01234")),
        ("list", text("[1, {\"a\": null}]")),
        ("said", text("\"36\"")),
        ("over", text("2")),
        ("none", text("")),
        ("yes", text("yes")),
    ];
    let json = json!({ "base": 1, "n": 36, "zip": "01234", "list": [1, {"a": null}], "said": "36", "over": 2, "yes": "yes" });
    assert_eq!(of(&cells, None).unwrap(), json);
    let schema = json!({
        "properties": {
            "n": { "type": "string" }, "zip": { "type": ["integer", "string"] }, "list": { "type": "array" },
            "over": { "type": "boolean" }, "yes": { "type": "boolean" }, "base": {},
        },
        "additionalProperties": false,
    });
    let typed =
        of(&[&cells[..4], &[("over", text("1")), ("yes", text("yes"))]].concat(), Some(schema)).unwrap();
    assert_eq!(
        typed,
        json!({ "base": 1, "n": "36", "zip": "01234", "list": [1, {"a": null}], "over": true, "yes": true })
    );
}

#[test]
fn what_does_not_fit_the_schema_is_refused() {
    let schema = json!({
        "properties": { "n": { "type": "integer" }, "c": { "enum": ["red", "blue"] }, "s": { "type": "string" } },
        "required": ["n"],
    });
    for (cell, why) in [
        (("n", text("1.5")), "\"1.5\" is no integer"),
        (("n", text("many")), "column \"n\""),
        (("n", Cell::Json(json!("1"))), "is no integer"),
        (("c", text("green")), "is none of \"red\", \"blue\""),
        (("s", text("x")), "requires \"n\""),
    ] {
        let refused = of(&[cell], Some(schema.clone())).unwrap_err();
        assert!(refused.contains(why), "{refused}");
    }
    assert_eq!(of(&[("n", text("2.0")), ("c", text("red"))], Some(schema)).unwrap()["n"], 2.0);
}

fn outputs(pattern: &str, values: &[&str]) -> Result<Vec<String>, String> {
    let rows: Vec<Row> = (1..)
        .zip(values)
        .map(|(number, value)| Row {
            number,
            line: number as u64 + 1,
            cells: vec![("name".to_owned(), text(value))],
        })
        .collect();
    let pattern = Pattern::of(pattern, &["name"]).map_err(|refused| refused.to_string())?;
    let outputs = pattern.outputs(&rows).map_err(|wrong| wrong.join("\n"))?;
    Ok(outputs.iter().map(|path| path.display().to_string()).collect())
}

#[test]
fn names_stay_in_their_folder() {
    assert_eq!(
        outputs("out/{name}-{index:3}.mp4", &["Ada", "Ü: b?"]).unwrap(),
        ["out/Ada-001.mp4", "out/Ü- b--002.mp4"]
    );
    assert_eq!(outputs("{index}.mp4", &["a", "a"]).unwrap(), ["1.mp4", "2.mp4"]);
    assert_eq!(outputs("{name}.mp4", &["...hidden", &"x".repeat(300)]).unwrap()[1].len(), 104);
    for (pattern, values, why) in [
        ("a.mp4", &["a"][..], "{index}"),
        ("{nme}.mp4", &["a"], "no column \"nme\""),
        ("{name.mp4", &["a"], "no }"),
        ("{index:x}.mp4", &["a"], "no column"),
        ("{name}.mp4", &["a", "A"], "rows 1 and 2 both write A.mp4"),
        ("./{name}.mp4", &["a?", "a*"], "both write"),
        ("{name}.mp4", &["../a"], "slash"),
        ("{name}.mp4", &["a\\b"], "slash"),
        ("{name}.mp4", &[".."], "nothing of it"),
        ("{name}.mp4", &[""], "nothing of it"),
        ("{name}.mp4", &["\u{7f}"], "nothing of it"),
    ] {
        let refused = outputs(pattern, values).unwrap_err();
        assert!(refused.contains(why), "{pattern} {values:?}: {refused}");
    }
    let folder = |text| Pattern::of(text, &["name"]).unwrap().folder();
    assert_eq!((folder("out/a/{name}/x.mp4"), folder("{name}.mp4")), ("out/a/".into(), "".into()));
}

#[test]
fn a_ledger_that_was_cut_off_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let line = r#"{"output":"a.mp4","request":"r","frames":3,"bytes":9,"files":{}}"#;
    std::fs::write(folder.path().join(".helios-batch.jsonl"), format!("{line}\n{}", &line[..20])).unwrap();
    let (mut ledger, known) = Ledger::open(folder.path()).unwrap();
    assert_eq!(known.len(), 1);
    ledger.add(&known[std::path::Path::new("a.mp4")]).unwrap();
    let text = std::fs::read_to_string(folder.path().join(".helios-batch.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert_eq!(text.lines().last(), Some(line));
}

fn row(row: usize, state: RowState, error: Option<&str>) -> RowReport {
    RowReport {
        row,
        output: format!("out/{row}.mp4").into(),
        state,
        frames: 30,
        bytes: 1000,
        seconds: 1.25,
        error: error.map(str::to_owned),
        retryable: error.map(|_| false),
    }
}

#[test]
fn reports() {
    let rows = vec![
        row(1, RowState::Rendered, None),
        row(2, RowState::Kept, None),
        row(3, RowState::Failed, Some("the page threw\nat line 1")),
        row(4, RowState::Waiting, None),
    ];
    let report = BatchReport::of("page.html", 2, 9.0, rows);
    assert!(!report.complete && report.may_succeed_later());
    insta::assert_snapshot!(report.lines().join("\n"));
    let wrong = BatchReport::of("page.html", 2, 9.0, vec![row(1, RowState::Failed, Some("x"))]);
    assert!(!wrong.may_succeed_later());
    let many =
        BatchReport::of("page.html", 2, 9.0, (1..100).map(|n| row(n, RowState::Rendered, None)).collect());
    assert_eq!(many.lines(), ["99 rows: 99 rendered, in 9.0 s"]);
}

#[test]
fn the_schema_is_committed() {
    helios_testkit::assert_schema("batch", super::report::SCHEMA, schemars::schema_for!(BatchReport));
}
