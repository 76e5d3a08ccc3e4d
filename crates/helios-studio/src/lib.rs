//! The server of Helios Studio: the compositions of one folder, exact previews of them, and their renders.
//!
//! What it answers is in docs/studio-api.md and, as types, in [`api`], from which the user interface has its own
//! (`web/studio/src/api/`).

pub mod api;
