//! The scripted worker of helios-testkit, as an example so that cargo builds it together with the tests of this crate.

fn main() -> std::process::ExitCode {
    helios_testkit::run()
}
