//! The integration tests of helios-studio.

mod typescript;
