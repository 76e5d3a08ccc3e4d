//! What the page on stage is heard playing.

use super::host::ask;
use super::{GRACE, Source, Stage};
use crate::RenderError;
use crate::server::{HOST_NAME, SOUND_PATH};
use crate::sound::{Heard, timeline};
use helios_job::{ChunkOrder, Level, SoundTimeline, sound_window};
use serde::Deserialize;
use std::time::Duration;

impl Stage {
    /// What is heard in the chunk of `order`, whose last frame is the last that the page has made.
    pub(crate) async fn sound(&mut self, order: &ChunkOrder) -> Result<SoundTimeline, RenderError> {
        let last = order.range.end().saturating_sub(1);
        if let Source::BeginFrame(_) = self.source {
            // On Chromium's own clock nobody records what plays, as the page's runtime says.
            return Ok(SoundTimeline::default());
        }
        #[derive(Deserialize)]
        struct Recording {
            stretches: Vec<Heard>,
            /// Whether reading it has ended what made it.
            spent: bool,
        }
        let config = &order.config;
        let (from, to) = sound_window(order.range, order.job, config.fps);
        let (from, to) = (from as f64 / 1e6, to as f64 / 1e6);
        let expression = format!("heliosHost.sound('http://{HOST_NAME}{SOUND_PATH}', {from}, {to})");
        // Web Audio is rendered to the end of the composition.
        let limit = self.timeout + Duration::from_secs_f64(config.duration.as_f64() / 4.0) + GRACE;
        let Recording { stretches: heard, spent } = match ask(&self.session, &expression, limit).await {
            Ok(recording) => recording,
            Err(error) => return Err(self.explained(error, "the page's sound", Some(last)).await),
        };
        if spent {
            self.opened = None;
        }
        let posted = self.server.media();
        let say = |text: String| self.listener.notice(Level::Warn, None, "no-sound", &text);
        timeline(&heard, &posted, &self.input, order, say)
    }
}
