//! What the page on stage is heard playing.

use super::host::ask;
use super::{GRACE, Source, Stage};
use crate::RenderError;
use crate::server::{HOST_NAME, SOUND_PATH};
use crate::sound::{Heard, timeline};
use helios_job::{ChunkOrder, Level, SoundTimeline};

impl Stage {
    /// What is heard in the chunk of `order`, whose last frame is the last that the page has made.
    pub(crate) async fn sound(&mut self, order: &ChunkOrder) -> Result<SoundTimeline, RenderError> {
        let last = order.range.end().saturating_sub(1);
        if let Source::BeginFrame(_) = self.source {
            return self.silence(last).await;
        }
        let expression = format!("heliosHost.sound('http://{HOST_NAME}{SOUND_PATH}')");
        let heard = match ask::<Vec<Heard>>(&self.session, &expression, self.timeout + GRACE).await {
            Ok(heard) => heard,
            Err(error) => return Err(self.explained(error, "the page's sound", Some(last)).await),
        };
        let posted = self.server.sounds();
        let say = |text: String| self.listener.notice(Level::Warn, None, "no-sound", &text);
        timeline(&heard, &posted, &self.input, order, say)
    }

    /// On Chromium's own clock nobody records what plays.
    async fn silence(&self, last: u32) -> Result<SoundTimeline, RenderError> {
        let question = "document.querySelector('audio, video') !== null";
        if self.session.evaluate::<bool>(question, self.timeout).await.unwrap_or(false) {
            let text = "the sound of the page is not in the output: --capture beginframe cannot record it, tap and screenshot can";
            self.listener.notice(Level::Warn, Some(last), "no-sound", text);
        }
        Ok(SoundTimeline::default())
    }
}
