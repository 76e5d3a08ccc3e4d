//! The binary `helios` as its users call it. Modules with a real browser belong here too, one per promise.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod bad_input;
mod cluster;
mod e2e_alpha;
mod e2e_bad_pages;
mod e2e_beginframe;
mod e2e_canvas;
mod e2e_captions;
mod e2e_check;
mod e2e_chunks;
mod e2e_counts;
mod e2e_disk;
mod e2e_formats;
mod e2e_hashes;
mod e2e_job;
mod e2e_job_run;
mod e2e_kill;
mod e2e_page;
mod e2e_pictures;
mod e2e_profile;
mod e2e_project;
mod e2e_raster;
mod e2e_ready;
mod e2e_resume;
mod e2e_sound;
mod e2e_still;
mod e2e_strict;
mod e2e_studio;
mod e2e_tools;
mod e2e_url;
mod e2e_video;
mod emit_job;
mod engine_slurm;
mod engine_tools;
mod film;
mod help;
mod http;
mod live;
mod merge;
mod pixels;
mod run;
mod signals;
mod sounds;
mod verify;
mod web;
