//! What engines are given, as text: the same job for each of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use helios_engines::{EngineError, Format, Settings, Work};
use helios_job::{CaptionConfig, CaptionMode, JobSpec};

/// A job of five chunks, as `--emit-job` writes it.
const JOB: &str = include_str!("job.json");

fn export(format: Format, change: impl FnOnce(&mut Work)) -> Result<String, EngineError> {
    export_job(&JobSpec::parse(JOB).unwrap(), format, change)
}

fn export_job(job: &JobSpec, format: Format, change: impl FnOnce(&mut Work)) -> Result<String, EngineError> {
    // A workflow knows paths in the repository alone.
    let dir = if format == Format::GithubActions { "films/it's $5" } else { "/films/it's $5" };
    let mut work = Work {
        job,
        file: format!("{dir}/job.json"),
        dir: dir.to_owned(),
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

/// A checkout has no path of the machine that exports, and steps of a workflow take paths for patterns.
#[test]
fn a_workflow_sees_the_repository_alone() {
    type Change = fn(&mut Work);
    let cases: [(Change, &str); 6] = [
        (|work| work.file = "/home/me/repo/film/job.json".to_owned(), "--job-path film/job.json"),
        (|work| work.file = "../film/job.json".to_owned(), "--job-path film/job.json"),
        (|work| work.file = "${{ x }}/job.json".to_owned(), "expression"),
        (|work| work.dir = "/scratch/film".to_owned(), "leave out --dir"),
        (|work| work.dir = "film*".to_owned(), "pattern"),
        (|work| work.dir = "!film".to_owned(), "pattern"),
    ];
    for (change, words) in cases {
        let error = export(Format::GithubActions, change).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let root = |work: &mut Work| {
        work.file = "job.json".to_owned();
        work.dir = ".".to_owned();
    };
    let text = export(Format::GithubActions, root).unwrap();
    for words in ["path: \"chunk_*\\njournal*.jsonl\"\n", "path: film.mp4\n", "path: \".\"\n"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// Whatever the merge makes can be downloaded: captions beside it, pictures in a folder.
#[test]
fn a_workflow_uploads_all_that_the_merge_makes() {
    let workflow = |change: fn(&mut JobSpec)| {
        let mut job = JobSpec::parse(JOB).unwrap();
        change(&mut job);
        export_job(&job, Format::GithubActions, |_| ())
    };
    let pictures = workflow(|job| job.merge.output = "frames/%05d.png".to_owned()).unwrap();
    assert!(pictures.contains("path: \"films/it's $5/frames\"\n") && !pictures.contains('%'), "{pictures}");
    let captions = workflow(|job| {
        job.config.captions = Some(CaptionConfig {
            file: "captions.vtt".to_owned(),
            mode: CaptionMode::Sidecar,
            digest: String::new(),
            language: None,
        });
    })
    .unwrap();
    let both = "path: \"films/it's $5/film.mp4\\nfilms/it's $5/film.vtt\"\n";
    assert!(captions.contains(both), "{captions}");
    // Chunks and output: without files, the step fails and not the one that needs them.
    assert_eq!(captions.matches("if-no-files-found: error\n").count(), 2, "{captions}");
    let elsewhere = workflow(|job| job.merge.output = "/home/me/film.mp4".to_owned());
    assert!(elsewhere.unwrap_err().to_string().contains("--bundle"));
}

/// The merge waits where the chunks are made, leaves them room, and gives up when they do not come.
#[test]
fn a_merge_on_kubernetes_waits_within_limits() {
    let apart = |work: &mut Work| {
        work.settings.helios_args = ["--dir", "/job/chunks"].map(str::to_owned).into();
    };
    let text = export(Format::Kubernetes, apart).unwrap();
    let (chunks, merge) = text.split_once("\n---\n").unwrap();
    let script = "timeout 1800 helios job status /job/job.json --watch --dir /job/chunks && \
                  exec helios job merge /job/job.json --dir /job/chunks";
    assert!(merge.contains(script), "{merge}");
    assert!(merge.contains("activeDeadlineSeconds: 86400\n"), "{merge}");
    assert!(!chunks.contains("activeDeadlineSeconds: ") && !chunks.contains("Ignore"), "{chunks}");
    for (job, requests) in [(chunks, ["\"2\"", "\"2Gi\""]), (merge, ["\"250m\"", "\"512Mi\""])] {
        let [cpu, memory] = requests;
        let words = format!("requests:\n              cpu: {cpu}\n              memory: {memory}\n");
        assert!(job.contains(&words), "{job}");
    }
    // Half an hour of waiting ends the pod and not the Job.
    let ignored = merge.split("- action: ").nth(2).unwrap();
    assert!(ignored.starts_with("Ignore\n") && ignored.contains("- 124\n"), "{merge}");
}

/// A relative path is one from where the script is started.
#[test]
fn a_script_goes_to_no_relative_folder() {
    let relative = |work: &mut Work| {
        work.file = "film/job.json".to_owned();
        work.dir = "film".to_owned();
    };
    let text = export(Format::Parallel, relative).unwrap();
    assert!(text.contains("helios job merge film/job.json") && !text.contains("cd -- "), "{text}");
}
