//! `helios check`: runs through a page and reports what could make its frames fail or differ. All frames are passed, and a
//! few are drawn; one of them is drawn a second time, as a worker that begins there would, and must be the same.
//!
//! [`settings`] is what the page is run with, [`findings`] collects, [`rules`] says how much each matters.

mod findings;
mod rules;
mod settings;

use crate::RenderError;
use crate::fonts;
use crate::page_events::{Found, Notices};
use crate::picture::Reader;
use crate::pipeline::{PREROLL, read_captions};
use crate::stage::Stage;
use findings::Findings;
use helios_job::{CheckOrder, CheckReport, CheckedPage, Event, Level, Look, ShownCue};
use serde::Deserialize;
use settings::{Settings, unknown};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The window's size while the page has not said its own.
const UNKNOWN_SIZE: (u32, u32) = (1920, 1080);
/// By so much a colour channel may differ between two drawings: what is known of raster history stays below
/// (docs/capture.md), and another picture goes beyond.
const SAME: u8 = 16;
/// Passing all frames may take so long before it is worth a word.
const LONG_REPLAY: Duration = Duration::from_secs(5);
/// The first frame, the one in the middle, the last.
const USUAL_STOPS: u32 = 3;

/// A drawn frame.
struct Drawn {
    bgra: Vec<u8>,
}

/// Looks through the page of `order` on `stage`. What is wrong with the page is in the report; an error means that it
/// could not be looked at.
pub(crate) async fn check(
    stage: &mut Stage,
    order: &CheckOrder,
    notices: &Notices,
    worker: u32,
) -> Result<CheckReport, RenderError> {
    let mut findings = Findings::default();
    let timeout: Duration = order.timeout.into();
    stage.set_strict(false);
    let size = (order.width.unwrap_or(UNKNOWN_SIZE.0), order.height.unwrap_or(UNKNOWN_SIZE.1));
    let described = match stage.open(&unknown(order), size, timeout).await {
        Ok(described) => described,
        Err(error) => {
            blame(stage, error, &mut findings)?;
            return Ok(CheckReport { page: None, findings: findings.sorted(), font_files: Vec::new() });
        }
    };
    let Some(settings) = Settings::of(order, &described, &mut findings) else {
        return Ok(CheckReport { page: None, findings: findings.sorted(), font_files: Vec::new() });
    };
    let frames = settings.duration.frames(settings.fps);
    let mut page = CheckedPage {
        width: settings.width,
        height: settings.height,
        fps: settings.fps,
        duration: settings.duration,
        frames,
        seekable: described.seekable,
        drawn: Vec::new(),
        ms_per_frame: 0.0,
        capture: stage.capture().to_owned(),
        contract: described.contract.as_deref().cloned(),
    };
    let mut run =
        Run { stage, order, settings, findings: &mut findings, notices, worker, fonts: BTreeSet::new() };
    let result = run.through(&mut page).await;
    let font_files = std::mem::take(&mut run.fonts).into_iter().collect();
    if let Err(error) = result {
        blame(run.stage, error, run.findings)?;
    }
    Ok(CheckReport { page: Some(page), findings: findings.sorted(), font_files })
}

/// What an error says of the page becomes a finding; any other is returned.
fn blame(stage: &Stage, error: RenderError, findings: &mut Findings) -> Result<(), RenderError> {
    take(stage, findings);
    match error {
        RenderError::Timeout { frame, waited_for, after } => {
            let message = format!("timed out after {} s waiting for {waited_for}", after.as_secs_f64());
            findings.add("not-ready", frame, None, message);
        }
        // An error of the page while it loads has been found already.
        RenderError::Page { frame: None, .. } if findings.has("page-error") => {}
        RenderError::Page { frame, message } => findings.add("page-fails", frame, None, message),
        other => return Err(other),
    }
    Ok(())
}

/// Takes over what the page's log has.
fn take(stage: &Stage, findings: &mut Findings) {
    for found in stage.take_found() {
        findings.take(found);
    }
}

struct Run<'a> {
    stage: &'a mut Stage,
    order: &'a CheckOrder,
    settings: Settings,
    findings: &'a mut Findings,
    notices: &'a Notices,
    worker: u32,
    /// Files of fonts that the browser has held so far.
    fonts: BTreeSet<String>,
}

impl Run<'_> {
    async fn through(&mut self, page: &mut CheckedPage) -> Result<(), RenderError> {
        let last = page.frames.saturating_sub(1);
        let middle = page.frames / 2;
        self.open().await?;
        // Every frame is passed, whatever the page says of itself.
        self.stage.set_seekable(false);
        let (mut once, mut blank, mut passing) = (None, true, Duration::ZERO);
        let parts = u64::from(self.order.fonts.as_ref().map_or(USUAL_STOPS, |look| look.frames).max(2) - 1);
        let stop = |part: u64| (u64::from(last) * part).div_ceil(parts) as u32;
        let mut stops: Vec<u32> = (0..=parts).map(stop).collect();
        stops.dedup();
        for frame in stops {
            let began = Instant::now();
            self.pass_to(frame).await?;
            passing += began.elapsed();
            let drawn = self.draw().await?;
            page.drawn.push(frame);
            page.ms_per_frame = passing.as_secs_f64() * 1000.0 / f64::from(frame.max(1));
            blank &= drawn.bgra.chunks_exact(4).all(|pixel| pixel == &drawn.bgra[..4]);
            if frame == middle {
                once = Some(drawn);
            }
            if self.order.fonts.is_none() {
                self.probe(frame).await?;
            }
            take(self.stage, self.findings);
            self.tell(format!("looked at frame {frame} of {last}"));
            self.fonts.extend(fonts::held(self.stage.browser_process()));
        }
        if self.order.fonts.is_some() {
            return Ok(());
        }
        self.conclude(page, blank);
        // A second time from the beginning, as a worker does that starts in the middle.
        if let Some(once) = once.filter(|_| middle > 0) {
            self.open().await?;
            self.pass_to(middle.saturating_sub(PREROLL)).await?;
            let mut again = self.draw().await?;
            while self.stage.next_frame() <= middle {
                again = self.draw().await?;
            }
            self.compare(middle, page.seekable, &once, &again);
        }
        Ok(())
    }

    async fn open(&mut self) -> Result<(), RenderError> {
        let size = (self.settings.width, self.settings.height);
        let runtime = self.settings.runtime(self.order);
        self.stage.open(&runtime, size, self.order.timeout.into()).await?;
        if let Some(captions) = self.order.fonts.as_ref().and_then(|look| look.captions.as_ref()) {
            let cues = read_captions(captions)?.shown(self.settings.fps).into_iter();
            let always: Vec<ShownCue> = cues.map(|cue| ShownCue { from: 0, to: u32::MAX, ..cue }).collect();
            self.stage.show_captions(&always).await?;
        }
        Ok(())
    }

    async fn pass_to(&mut self, frame: u32) -> Result<(), RenderError> {
        let (worker, notices) = (self.worker, self.notices);
        let told = |passed| tell(notices, worker, format!("passed {passed} of {frame} frames"));
        self.stage.replay_to(frame, told).await
    }

    fn tell(&self, message: String) {
        tell(self.notices, self.worker, message);
    }

    async fn draw(&mut self) -> Result<Drawn, RenderError> {
        let frame = self.stage.next_frame();
        let picture = self.stage.draw(false).await?;
        let mut reader = Reader::new((self.settings.width, self.settings.height), Look::default())?;
        let pixels = reader.read(frame, &picture)?;
        let mut bgra = Vec::with_capacity(4 * self.settings.width as usize * self.settings.height as usize);
        pixels.rows().for_each(|row| bgra.extend_from_slice(row));
        Ok(Drawn { bgra })
    }

    /// Looks at the page as it stands.
    async fn probe(&mut self, frame: u32) -> Result<(), RenderError> {
        #[derive(Deserialize)]
        struct Probed {
            code: String,
            message: String,
            place: Option<String>,
        }
        let probed: Vec<Probed> = self.stage.probe().await?;
        for Probed { code, message, place } in probed {
            self.findings.take(Found { code, frame: Some(frame), place, message, count: 0 });
        }
        Ok(())
    }

    /// What can be said once all frames are passed.
    fn conclude(&mut self, page: &CheckedPage, blank: bool) {
        if blank {
            let message = format!("frames {} show one colour each and nothing else", words(&page.drawn));
            self.findings.add("blank", None, None, message);
        }
        let replay = Duration::from_secs_f64(page.ms_per_frame * f64::from(page.frames) / 1000.0);
        if !page.seekable && replay > LONG_REPLAY {
            let message = format!(
                "a worker that begins near the end passes the {} frames before in {:.0} s",
                page.frames,
                replay.as_secs_f64()
            );
            self.findings.add("replay-cost", None, None, message);
        }
        for (host, url, count) in self.stage.other_hosts() {
            let plural = if count == 1 { "" } else { "s" };
            self.findings.add("other-host", None, Some(url), format!("{count} request{plural} to {host}"));
        }
    }

    fn compare(&mut self, frame: u32, seekable: bool, once: &Drawn, again: &Drawn) {
        let channels = once.bgra.iter().zip(&again.bgra);
        let worst = channels.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or_default();
        if worst <= SAME {
            return;
        }
        let (code, how) = if seekable {
            ("not-seekable", "when it is jumped to instead of reached frame by frame")
        } else {
            ("not-exact", "when the page is run a second time")
        };
        let message =
            format!("frame {frame} is another picture {how}: it differs by up to {worst} levels of 255");
        self.findings.add(code, Some(frame), None, message);
    }
}

/// A sign of life for the watchdog.
fn tell(notices: &Notices, worker: u32, message: String) {
    notices.send(Event::Notice { worker: Some(worker), level: Level::Debug, frame: None, message }).ok();
}

fn words(frames: &[u32]) -> String {
    frames.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
