//! Any text is a job or an error with a place; what was read is written and read again as it was.
#![no_main]

use helios_job::JobSpec;

libfuzzer_sys::fuzz_target!(|text: &str| {
    match JobSpec::parse(text) {
        Ok(job) => assert!(JobSpec::parse(&job.to_text()).is_ok_and(|again| again == job)),
        Err(error) => assert!(error.to_string().starts_with("invalid job file, line ")),
    }
});
