//! What a job leaves for those who ask about it: manifests, each told of when it is written, and the record of its output.

use crate::bench::Bench;
use helios_job::{Event, Trouble};
use helios_runner::{JobFile, OutputRecord, RenderOptions, RenderOrchestrator};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn a_chunk_is_told_of_when_its_manifest_is_written() {
    let bench = Bench::new().with(|options| options.chunk_frames = Some(10));
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    let dir = bench.dir.path().join("job");
    let told = Arc::new(Mutex::new(Vec::new()));
    let (sink, folder, events) = (Arc::clone(&told), dir.clone(), Arc::clone(&bench.events));
    let on_recorded = move |chunk: u32| {
        let is_there = folder.join(format!("chunk_{chunk}.json")).exists();
        let is_over = events.lock().unwrap().iter().any(|event| matches!(event, Event::Finished { .. }));
        sink.lock().unwrap().push((chunk, is_there, is_over));
    };
    let options = RenderOptions { on_recorded: Some(Arc::new(on_recorded)), ..bench.options() };
    RenderOrchestrator::run_chunks(&job, &[1, 2, 4], &dir, &options).await.unwrap();
    // Those that were there before are not told of.
    RenderOrchestrator::run_chunks(&job, &[1, 2, 4], &dir, &options).await.unwrap();
    let mut told = told.lock().unwrap().clone();
    told.sort_unstable();
    assert_eq!(told, [1, 2, 4].map(|chunk| (chunk, true, false)));
}

#[tokio::test]
async fn an_output_is_the_jobs_when_its_record_says_so() {
    let bench = Bench::new().with(|options| options.overwrite = true);
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    let dir = bench.dir.path().join("job");
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("job.json"), job.to_text()).unwrap();
    let file = JobFile::read(&dir.join("job.json"), None, &[]).unwrap();
    let trouble = || file.output_trouble().map(|(trouble, _)| trouble);
    assert_eq!(trouble(), Some(Trouble::Missing));
    // A render to the same place is not the job's, whatever it has rendered.
    bench.render().await.unwrap();
    assert_eq!(trouble(), Some(Trouble::Unfinished));

    let options = RenderOptions { keep_chunks: true, ..bench.options() };
    RenderOrchestrator::run(&file.job, &dir, &options).await.unwrap();
    assert_eq!(trouble(), None);
    let (output, record) = (bench.output(), OutputRecord::path_of(&bench.output()));
    // Chunks that are joined again, by somebody who knows the job and by somebody who does not.
    std::fs::remove_file(&record).unwrap();
    let inputs: Vec<PathBuf> = file.job.merge.inputs.iter().map(|name| dir.join(name)).collect();
    RenderOrchestrator::merge(&inputs, &output, &bench.options()).await.unwrap();
    assert_eq!(trouble(), Some(Trouble::Unfinished));
    RenderOrchestrator::merge_job(&file.job, &dir, &bench.options()).await.unwrap();
    assert_eq!(trouble(), None);

    let text = std::fs::read_to_string(&record).unwrap();
    for (from, to, meant) in [
        (job.job_id.as_str(), "0123456789abcdef", Trouble::Foreign),
        ("\"frames\": 60", "\"frames\": 30", Trouble::Truncated),
        ("helios.output/1", "helios.output/2", Trouble::Unfinished),
        ("}", "", Trouble::Unfinished),
    ] {
        assert!(text.contains(from), "{text}");
        std::fs::write(&record, text.replace(from, to)).unwrap();
        assert_eq!(trouble(), Some(meant), "{to}");
    }
    std::fs::write(&record, text).unwrap();
    let whole = std::fs::read(&output).unwrap();
    for (bytes, meant) in [
        (&whole[1..], Some(Trouble::Truncated)),
        (&[&whole[..], b"more"].concat()[..], Some(Trouble::Corrupt)),
        (&whole[..], None),
    ] {
        std::fs::write(&output, bytes).unwrap();
        assert_eq!(trouble(), meant);
    }
}
