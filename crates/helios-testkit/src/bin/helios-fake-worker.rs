//! A worker that obeys a script; see [`helios_testkit::Script`].

fn main() -> std::process::ExitCode {
    helios_testkit::run()
}
