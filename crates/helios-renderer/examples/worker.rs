//! tmp
#![allow(missing_docs, clippy::unwrap_used)]
use helios_renderer::worker::{WorkerOptions, serve};
#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let scratch = tempfile::tempdir().unwrap();
    let options = WorkerOptions { index: 0, scratch: scratch.path().to_owned(), browser: None, ffmpeg: None, headless: true };
    let r = serve(options, tokio::io::stdin(), tokio::io::stdout(), Default::default()).await;
    eprintln!("{r:?}");
}
