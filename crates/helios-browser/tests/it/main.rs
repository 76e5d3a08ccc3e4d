//! Integration tests of helios-browser: against a scripted peer, and against the real Chromium of this machine.

mod real;
