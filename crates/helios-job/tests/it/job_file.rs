//! Job files from elsewhere: what is wrong with them is said with its place, and no text does harm.

use crate::job::{config, job};
use helios_job::{Encoding, EncodingWish, JobConfig, JobSpec, Split, VideoCodec};
use proptest::prelude::*;
use serde_json::{Value, json};

fn text() -> String {
    job(JobConfig { props: json!({"title": "A \"b\"\n€", "at": [1.5, -2]}), ..config() }, Split::Count(3))
        .to_text()
}

#[test]
fn what_is_written_is_read() {
    assert_eq!(JobSpec::parse(&text()).unwrap().to_text(), text());
}

/// The text with one value changed.
fn edit(pointer: &str, value: Value) -> String {
    let mut job: Value = serde_json::from_str(&text()).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match job.pointer_mut(parent).unwrap() {
        Value::Object(object) => drop(object.insert(key.to_owned(), value)),
        Value::Array(array) => array[key.parse::<usize>().unwrap()] = value,
        _ => unreachable!("{pointer}"),
    }
    job.sort_all_objects();
    serde_json::to_string_pretty(&job).unwrap()
}

#[test]
fn what_is_refused_and_where() {
    let mut without: Value = serde_json::from_str(&text()).unwrap();
    without["partitions"][1].as_object_mut().unwrap().remove("argv");
    let cases = [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        text().replacen(',', "", 1),
        text()[..text().len() / 2].to_owned(),
        text() + "x",
        edit("/schema", json!("helios.job/2")),
        edit("/schema", json!("helios.chunk/1")),
        edit("/extra", json!(1)),
        edit("/config/extra", json!(1)),
        edit("/config/fps", json!("0")),
        edit("/config/fps", json!(30)),
        edit("/config/width", json!(1281)),
        edit("/config/width", json!(-1)),
        edit("/config/height", json!(100_000)),
        edit("/config/quality", json!(99)),
        edit("/config/startFrame", json!(60)),
        edit("/config/totalFrames", json!(61)),
        edit("/config/input", json!("")),
        edit("/config/seed", json!(1)),
        edit("/jobId", json!("../x")),
        edit("/inputs/0/sha256", json!("abc")),
        edit("/partitions", json!([])),
        edit("/partitions/1/id", json!(7)),
        edit("/partitions/1/startFrame", json!(19)),
        edit("/partitions/1/frameCount", json!(0)),
        edit("/partitions/2/frameCount", json!(19)),
        edit("/partitions/0/outputFile", json!("../../etc/x.mov")),
        edit("/partitions/2/outputFile", json!("chunk_0.mov")),
        edit("/partitions/2/command", json!("rm -rf /")),
        {
            without.sort_all_objects();
            serde_json::to_string_pretty(&without).unwrap()
        },
        edit("/merge/inputs", json!(["chunk_0.mov"])),
        edit("/merge/argv", json!([])),
        edit("/merge/output", json!("")),
    ];
    let errors: Vec<String> =
        cases.iter().map(|case| JobSpec::parse(case).unwrap_err().to_string()).collect();
    assert!(errors.iter().all(|error| error.starts_with("invalid job file, line ")));
    insta::assert_snapshot!(errors.join("\n"));
}

/// What a plan comes to is a wish that comes to the same: so a config can be checked.
#[test]
fn every_encoding_resolves_to_itself() {
    for codec in VideoCodec::ALL {
        for format in codec.pixel_formats() {
            let wish = EncodingWish { pixel_format: Some(*format), ..EncodingWish::default() };
            let encoding = Encoding::resolve(codec, &wish).unwrap();
            let again = EncodingWish {
                quality: encoding.quality,
                preset: Some(encoding.preset.clone()).filter(|preset| !preset.is_empty()),
                pixel_format: Some(encoding.pixel_format),
                color_space: Some(encoding.color_space),
                ..EncodingWish::default()
            };
            assert_eq!(Encoding::resolve(codec, &again), Ok(encoding), "{codec} {format}");
        }
    }
}

/// A way to damage a text.
#[derive(Debug, Clone)]
enum Damage {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, String),
    Delete(prop::sample::Index, usize),
    Truncate(prop::sample::Index),
    Double(prop::sample::Index, usize),
    Value(prop::sample::Index, Value),
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<prop::sample::Index>;
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!(u64::MAX)),
        Just(json!("")),
        Just(json!([])),
        Just(json!({})),
        "\\PC{0,9}".prop_map(Value::String),
    ];
    prop_oneof![
        (index(), 32u8..127).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (index(), "[{}\\[\\],:\"0-9a-z\\\\\u{e9}]{1,4}").prop_map(|(at, text)| Damage::Insert(at, text)),
        (index(), 1usize..40).prop_map(|(at, count)| Damage::Delete(at, count)),
        index().prop_map(Damage::Truncate),
        (index(), 1usize..200).prop_map(|(at, count)| Damage::Double(at, count)),
        (index(), value).prop_map(|(at, value)| Damage::Value(at, value)),
    ]
}

/// Every place in a value, as a JSON pointer.
fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| pointers(value, &format!("{here}/{key}"), all));
        }
        Value::Array(array) => {
            array.iter().enumerate().for_each(|(at, value)| pointers(value, &format!("{here}/{at}"), all));
        }
        _ => {}
    }
}

fn damaged(text: &str, damage: &Damage) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let count = chars.len();
    match damage {
        Damage::Replace(at, byte) => chars[at.index(count)] = char::from(*byte),
        Damage::Insert(at, more) => {
            chars.splice(at.index(count)..at.index(count), more.chars()).for_each(drop)
        }
        Damage::Delete(at, length) => {
            let at = at.index(count);
            chars.drain(at..(at + length).min(count)).for_each(drop);
        }
        Damage::Truncate(at) => chars.truncate(at.index(count)),
        Damage::Double(at, length) => {
            let at = at.index(count);
            let twin = chars[at..(at + length).min(count)].to_vec();
            chars.splice(at..at, twin).for_each(drop);
        }
        Damage::Value(at, value) => {
            let mut job: Value = serde_json::from_str(text).unwrap();
            let mut all = Vec::new();
            pointers(&job, "", &mut all);
            *job.pointer_mut(&all[at.index(all.len())]).unwrap() = value.clone();
            return serde_json::to_string_pretty(&job).unwrap();
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn damaged_files_get_an_error_with_a_place(damage in damage()) {
        let text = text();
        let bad = damaged(&text, &damage);
        match JobSpec::parse(&bad) {
            // Damage between the words, or in a version or a command's neighbour that says the same.
            Ok(job) => prop_assert_eq!(job.check(), Ok(())),
            Err(error) => {
                let message = error.to_string();
                let place = message.strip_prefix("invalid job file, line ").unwrap_or_default();
                let numbers: Vec<usize> = place.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).take(2).collect();
                prop_assert!(numbers.len() == 2 && numbers[0] <= bad.lines().count() + 1, "{}", message);
                prop_assert!(place.contains(", column "), "{}", message);
            }
        }
    }
}
