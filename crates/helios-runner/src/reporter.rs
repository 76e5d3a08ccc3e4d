//! Passes events to whoever listens, and folds them into the one progress value. Prints nothing.

use crate::RenderOptions;
use crate::journal::Journal;
use crate::options::{Observer, OnProgress};
use helios_job::{Event, Level, Phase, Progress};
use std::path::Path;
use std::time::{Duration, Instant};

/// Progress is announced at most this often, apart from the moments that matter.
const INTERVAL: Duration = Duration::from_millis(100);

/// The only way in which events leave a render.
pub(crate) struct Reporter {
    observer: Option<Observer>,
    on_progress: Option<OnProgress>,
    progress: Progress,
    began: Instant,
    announced: Option<Instant>,
    value: f64,
    journal: Option<Journal>,
}

impl Reporter {
    pub fn new(options: &RenderOptions) -> Reporter {
        Reporter {
            observer: options.observer.clone(),
            on_progress: options.on_progress.clone(),
            progress: Progress::new(),
            began: Instant::now(),
            announced: None,
            value: 0.0,
            journal: None,
        }
    }

    /// From now on, events are written down too.
    pub fn keep_journal(&mut self, path: &Path) {
        self.journal = Journal::open(path);
    }

    /// Lets go of the journal's file, which is about to be removed.
    pub fn end_journal(&mut self) {
        self.journal = None;
    }

    /// Time since the render began.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub fn phase(&mut self, phase: Phase) {
        self.emit(Event::Phase { phase });
    }

    pub fn notice(&mut self, level: Level, message: String) {
        self.emit(Event::Notice { worker: None, level, frame: None, message });
    }

    /// Passes on one event, and the progress after it.
    pub fn emit(&mut self, event: Event) {
        let now = self.began.elapsed();
        self.progress.apply(&event, now);
        self.tell(&event);
        let value = self.progress.value();
        if value > self.value {
            self.value = value;
            if let Some(on_progress) = &self.on_progress {
                on_progress(value);
            }
        }
        let due = match event {
            Event::Frames { .. } => self.announced.is_none_or(|last| last.elapsed() >= INTERVAL),
            Event::Planned { .. } | Event::Phase { .. } => true,
            Event::ChunkFinished { .. } | Event::Finished { .. } => true,
            _ => false,
        };
        if due {
            self.announced = Some(Instant::now());
            let event = self.progress.event(now);
            self.tell(&event);
        }
    }

    fn tell(&mut self, event: &Event) {
        if let Some(journal) = &mut self.journal {
            journal.write(event);
        }
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }
}
