//! Development only: stand-ins for what lies beyond a process boundary, for the tests of the Helios crates.
//!
//! [`Script`] says how a fake worker behaves; [`fake_worker`] finds its program; [`run`] is that program. A fake worker
//! speaks the real protocol over real pipes, so that whoever starts it is tested as it will run. It renders text instead
//! of video (one line a frame), which makes results easy to compare. It knows no browser and no FFmpeg.

mod fake_worker;
mod program;
mod schema_file;
mod script;

pub use fake_worker::run;
pub use program::{fake_worker, frames_of};
pub use schema_file::assert_schema;
pub use script::{Act, At, Fault, Op, Script};
