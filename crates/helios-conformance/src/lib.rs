//! Renders the pages in `conformance/` in every way that must not matter, and compares the frames.
//!
//! Runs the program `helios` as a user does and knows nothing of its inside: what it proves is what a user gets. Does not
//! say what a page should look like; its pages show their state, and the tests of the runtime know the right times.

pub mod broken;
pub mod busy;
pub mod check;
pub mod corpus;
mod error;
pub mod exceptions;
pub mod outcome;
pub mod render;
pub mod results;
pub mod run;
pub mod table;
pub mod verdict;

pub use error::ConformanceError;
