//! What engines are given, as text: the same job for each of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use helios_engines::{EngineError, Format, Settings, Work};
use helios_job::JobSpec;

/// A job of five chunks, as `--emit-job` writes it.
const JOB: &str = include_str!("job.json");

fn export(format: Format, change: impl FnOnce(&mut Work)) -> Result<String, EngineError> {
    let job = JobSpec::parse(JOB).unwrap();
    let mut work = Work {
        job: &job,
        file: "/films/it's $5/job.json".to_owned(),
        dir: "/films/it's $5".to_owned(),
        chunks: vec![0, 1, 2, 3, 4],
        settings: Settings::default(),
    };
    change(&mut work);
    format.exporter().export(&work)
}

#[test]
fn the_same_job_for_every_engine() {
    for format in Format::ALL {
        assert_eq!(format.name().parse::<Format>().unwrap(), format);
        insta::assert_snapshot!(format.name(), export(format, |_| ()).unwrap());
    }
    assert!("kubernets".parse::<Format>().unwrap_err().to_string().contains("kubernetes"));
}

#[test]
fn settings_reach_the_engine() {
    let change = |work: &mut Work| {
        work.chunks = vec![1, 3, 4];
        work.settings = Settings {
            helios: "/opt/helios bin/helios".to_owned(),
            parallel: Some(2),
            retries: 5,
            image: "registry.example/helios:1".to_owned(),
            options: Vec::new(),
            helios_args: vec!["--path-map".to_owned(), "/films=/mnt/films".to_owned()],
        };
    };
    for (format, words) in [
        (Format::OpenJd, &["\"1,3-4\"", "/opt/helios bin/helios", "/films=/mnt/films"][..]),
        (Format::Kubernetes, &["parallelism: 2", "registry.example/helios:1", "--path-map"]),
        (Format::StepFunctions, &["\"MaxConcurrency\": 2", "$.words[6]", "/films=/mnt/films"]),
        (Format::Parallel, &["--jobs 2", "::: 1 3 4", "--path-map /films=/mnt/films"]),
        (Format::GithubActions, &["\"1,3\"", "\"4\"", "--retries 5"]),
        (Format::Make, &["'/opt/helios bin/helios' job run-chunk", "--retries 5"]),
        (Format::Ninja, &["'/opt/helios bin/helios' job run-chunk", "--retries 5"]),
    ] {
        let text = export(format, change).unwrap();
        for word in words {
            assert!(text.contains(word), "{format} lacks {word}:\n{text}");
        }
    }
}

/// On object storage, machines share no folder: nothing in a task names one.
#[test]
fn a_job_on_object_storage() {
    let change = |work: &mut Work| {
        work.file = "s3://films/one two/job.json".to_owned();
        work.dir = "s3://films/one two".to_owned();
    };
    for format in Format::ALL {
        match (format, export(format, change)) {
            (Format::Make | Format::Ninja, answer) => {
                assert!(answer.unwrap_err().to_string().contains("object storage"));
            }
            (_, answer) => {
                let text = answer.unwrap();
                assert!(text.contains("s3://films/one two/job.json"), "{format}: {text}");
                assert!(!text.contains("/job/") && !text.contains("artifact"), "{format}: {text}");
            }
        }
    }
    insta::assert_snapshot!("kubernetes-s3", export(Format::Kubernetes, change).unwrap());
    insta::assert_snapshot!("github-actions-s3", export(Format::GithubActions, change).unwrap());
}

#[test]
fn what_an_engine_would_misread_is_refused() {
    let refused = |format, file: &str| {
        let file = file.to_owned();
        export(format, |work| work.file = file).unwrap_err().to_string()
    };
    assert!(refused(Format::OpenJd, "/a/{{b}}/job.json").contains("{{"));
    assert!(refused(Format::Parallel, "/a/{}/job.json").contains("{}"));
}
