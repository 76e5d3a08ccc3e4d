//! Many videos of one page, one for each row of a table.
//!
//! ```text
//! rows     a table is read: CSV or JSON lines
//! props    columns become props, typed by the page's schema
//! names    the output of each row
//! plan     all of it before anything starts: what is wrong with any row is said then
//! lane     rows are rendered one after the other by workers that stay
//! board    what is happening, for people and programs
//! ledger   which rows are done, for --resume
//! report   what became of each row
//! ```

mod board;
mod lane;
mod ledger;
mod names;
mod plan;
mod props;
mod report;
mod rows;
#[cfg(test)]
mod tests;

pub use board::Board;
pub use lane::{Shared, run};
pub use ledger::Ledger;
pub use plan::{Job, plan};
pub use report::{BatchReport, RowReport};
pub use rows::{Row, read};
