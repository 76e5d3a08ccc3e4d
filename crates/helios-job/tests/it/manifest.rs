//! Chunk manifests: what is read and refused, and which chunks fit together.

use helios_job::{
    CHUNK_SCHEMA, ChunkManifest, ChunkVersions, Expected, FailureKind, FrameHash, FrameRange, JobError, Link,
    ManifestHashes, Sha256Sum, Split, Trouble, VideoCodec, check_sequence, maker_differences, split,
};
use proptest::prelude::*;
use serde_json::json;
use std::path::Path;

pub fn manifest(chunk: u32, range: FrameRange) -> ChunkManifest {
    ChunkManifest {
        schema: CHUNK_SCHEMA.to_owned(),
        job_id: "5d0c".to_owned(),
        chunk,
        start_frame: range.start,
        frame_count: range.count,
        sha256: Sha256Sum([7; 32]),
        bytes: 1000,
        width: 64,
        height: 48,
        fps: "30000/1001".parse().unwrap(),
        video_codec: VideoCodec::H264,
        capture: "tap".to_owned(),
        attempt: 1,
        versions: ChunkVersions {
            helios: "0.1.0".to_owned(),
            chromium: "Chrome/1.2.3".to_owned(),
            ffmpeg: "5.1".to_owned(),
        },
        frame_hashes: ManifestHashes::new((0..range.count).map(|n| FrameHash(u128::from(n))).collect()),
        sound: helios_job::SoundTimeline::default(),
        beside: Vec::new(),
        inputs: Vec::new(),
    }
}

fn two() -> ChunkManifest {
    manifest(1, FrameRange { start: 2, count: 2 })
}

#[test]
fn survives_its_text() {
    let text = two().to_text();
    assert_eq!(ChunkManifest::parse(&text).unwrap(), two());
    assert!(ChunkManifest::is_meant(&text) && !ChunkManifest::is_meant("{\"schema\": \"helios.job/1\"}"));
    assert_eq!(ChunkManifest::path_of(Path::new("a/chunk_0.mov")), Path::new("a/chunk_0.json"));
    assert_eq!(two().hashes().range(), two().range());
    insta::assert_snapshot!(text);
}

/// Every refusal says where.
#[test]
fn what_is_refused_and_where() {
    let edit = |path: &str, value: serde_json::Value| {
        let mut whole: serde_json::Value = serde_json::from_str(&two().to_text()).unwrap();
        *whole.pointer_mut(path).unwrap() = value;
        whole.sort_all_objects();
        whole.to_string()
    };
    let mut unknown: serde_json::Value = serde_json::from_str(&two().to_text()).unwrap();
    unknown["speed"] = json!(1);
    unknown.sort_all_objects();
    let mut lacking = unknown.clone();
    lacking.as_object_mut().unwrap().retain(|key, _| key != "speed" && key != "sha256");
    let text = two().to_text();
    let cases = [
        edit("/schema", json!("helios.chunk/2")),
        edit("/schema", json!("helios.job/1")),
        edit("/jobId", json!("")),
        edit("/frameCount", json!(3)),
        edit("/frameCount", json!(-1)),
        edit("/startFrame", json!(u32::MAX)),
        edit("/sha256", json!("07")),
        edit("/sha256", json!("A".repeat(64))),
        edit("/bytes", json!(0)),
        edit("/fps", json!("fast")),
        edit("/attempt", json!(0)),
        edit("/frameHashes/values/1", json!("+0000000000000000000000000000001")),
        edit("/frameHashes/algorithm", json!("md5")),
        edit("/versions/ffmpeg", json!(null)),
        unknown.to_string(),
        lacking.to_string(),
        text[..text.len() / 2].to_owned(),
        format!("{text}{{}}"),
        String::new(),
        "[]".to_owned(),
    ];
    let errors: Vec<String> =
        cases.iter().map(|text| ChunkManifest::parse(text).unwrap_err().to_string()).collect();
    insta::assert_snapshot!(errors.join("\n"));
    assert!(matches!(ChunkManifest::parse(&cases[0]), Err(JobError::ManifestVersion { .. })));
}

/// Troubles of chunks with these frames, as `index word`; an empty range stands for a chunk that is not known.
fn troubles(ranges: &[(u32, u32)], job: Option<(u32, u32)>) -> Vec<String> {
    let range = |(start, count): (u32, u32)| FrameRange { start, count };
    let manifests: Vec<Option<ChunkManifest>> =
        (0..).zip(ranges).map(|(id, both)| (both.1 > 0).then(|| manifest(id, range(*both)))).collect();
    let links: Vec<Link> =
        manifests.iter().map(|manifest| Link { name: "chunk", manifest: manifest.as_ref() }).collect();
    let found = check_sequence(&links, Expected { job_id: None, range: job.map(range) });
    found.iter().map(|problem| format!("{} {}", problem.index, problem.trouble.word())).collect()
}

#[test]
fn frames_exactly_once_and_in_order() {
    let none: [&str; 0] = [];
    assert_eq!(troubles(&[(0, 10), (10, 10), (20, 1)], Some((0, 21))), none);
    assert_eq!(troubles(&[(10, 10), (0, 10)], None), ["1 out of order"]);
    assert_eq!(troubles(&[(0, 10), (20, 10)], None), ["1 gap"]);
    assert_eq!(troubles(&[(0, 10), (0, 10), (10, 5)], None), ["1 duplicate"]);
    assert_eq!(troubles(&[(0, 10), (5, 10), (15, 5)], None), ["1 overlapping"]);
    // Of what the job has, the beginning and the end.
    assert_eq!(troubles(&[(5, 5), (10, 5)], Some((0, 20))), ["0 gap", "1 gap"]);
    assert_eq!(troubles(&[(5, 5), (10, 5)], None), none);
    assert_eq!(troubles(&[(0, 10), (10, 20)], Some((0, 20))), ["1 outside of the job"]);
    // A chunk that is not known may have the frames between its neighbours, and no others.
    assert_eq!(troubles(&[(0, 10), (0, 0), (20, 10)], Some((0, 40))), ["2 gap"]);
    assert_eq!(troubles(&[(0, 10), (0, 0)], Some((0, 40))), none);
    assert_eq!(troubles(&[(10, 10), (0, 0), (0, 10)], None), ["2 out of order"]);
}

#[test]
fn foreign_chunks_and_other_versions() {
    let mut manifests: Vec<ChunkManifest> =
        (0..3).map(|n| manifest(n, FrameRange { start: n * 10, count: 10 })).collect();
    manifests[0].job_id = "beef".to_owned();
    manifests[2].versions.chromium = "Chrome/9".to_owned();
    manifests[1].capture = "screenshot".to_owned();
    let names = ["a", "b", "c"];
    let links: Vec<Link> =
        names.iter().zip(&manifests).map(|(name, m)| Link { name, manifest: Some(m) }).collect();
    let foreign = |job_id| -> Vec<usize> {
        let found = check_sequence(&links, Expected { job_id, range: None });
        assert!(found.iter().all(|problem| problem.trouble == Trouble::Foreign), "{found:?}");
        found.iter().map(|problem| problem.index).collect()
    };
    // Most of them decide, unless the job is known.
    assert_eq!(foreign(None), [0]);
    assert_eq!(foreign(Some("beef")), [1, 2]);
    assert_eq!(foreign(Some("cafe")), [0, 1, 2]);
    let said = maker_differences(&links);
    assert_eq!(said.len(), 2);
    assert!(said[1].contains("frame sources: tap (a and 1 more), screenshot (b)"), "{said:?}");
    assert!(said[0].contains("Chromium: Chrome/1.2.3 (a and 1 more), Chrome/9 (c)"), "{said:?}");
}

#[test]
fn what_rendering_again_cures() {
    use Trouble::{BadManifest, Corrupt, Duplicate, Foreign, Gap, Missing, Truncated, Unfinished, Version};
    for trouble in [Missing, Unfinished, Truncated, Corrupt, BadManifest] {
        assert_eq!(trouble.kind(), FailureKind::Transient, "{trouble:?}");
    }
    for trouble in [Foreign, Duplicate, Gap, Version] {
        assert_eq!(trouble.kind(), FailureKind::Invalid, "{trouble:?}");
    }
}

proptest! {
    /// A plan's chunks fit, and any one that is left out, doubled or moved is noticed.
    #[test]
    fn every_plan_fits_and_no_other_list(start in 0u32..50, count in 2u32..200, n in 2u32..20, at in 0usize..20, to in 0usize..20) {
        let job = FrameRange { start, count };
        let plan: Vec<(u32, u32)> =
            split(job, Split::Count(n)).iter().map(|range| (range.start, range.count)).collect();
        let whole = Some((start, count));
        prop_assert_eq!(troubles(&plan, whole), Vec::<String>::new());
        let (at, to) = (at % plan.len(), to % plan.len());
        let mut without = plan.clone();
        let gone = without.remove(at);
        prop_assert!(without.is_empty() || troubles(&without, whole).iter().all(|found| found.ends_with("gap")));
        prop_assert!(without.is_empty() || !troubles(&without, whole).is_empty());
        let mut twice = plan.clone();
        twice.insert(to, gone);
        prop_assert!(troubles(&twice, whole).iter().any(|found| found.ends_with("duplicate")));
        if at != to {
            let mut swapped = plan.clone();
            swapped.swap(at, to);
            prop_assert!(troubles(&swapped, whole).iter().any(|found| found.ends_with("out of order")));
        }
    }

    /// No text makes the parser fail otherwise than with an error.
    #[test]
    fn any_damage_is_an_error_or_another_manifest(at in 0usize..900, byte in 32u8..127) {
        let mut text = two().to_text().into_bytes();
        let at = at % text.len();
        text[at] = byte;
        let text = String::from_utf8(text).unwrap();
        if let Ok(read) = ChunkManifest::parse(&text) {
            prop_assert_eq!(ChunkManifest::parse(&read.to_text()).unwrap(), read);
        }
    }
}

/// The bytes of a file that sound is in are known, and it lies beside the chunk.
#[test]
fn sound_beside_a_chunk_is_vouched_for() {
    let stretch = json!({"source": 0, "element": 0, "from": 0, "to": 9, "anchor": 0, "position": 0, "rate": 1, "keepPitch": true, "volume": 1});
    let text = |beside: &str, name: &str| {
        let mut value = serde_json::to_value(two()).unwrap();
        value["sound"] = json!({"sources": [{"beside": name}], "stretches": [stretch]});
        value["beside"] = json!([{"path": beside, "sha256": Sha256Sum([7; 32])}]);
        value.to_string()
    };
    assert!(ChunkManifest::parse(&text("chunk_1.sound_0", "chunk_1.sound_0")).is_ok());
    for (beside, name) in [
        ("chunk_1.sound_0", "chunk_1.sound_1"),
        ("../x", "../x"),
        ("/etc/passwd", "/etc/passwd"),
        ("..", ".."),
    ] {
        let error = ChunkManifest::parse(&text(beside, name)).unwrap_err().to_string();
        assert!(error.contains("beside"), "{error}");
    }
}
