//! What each worker of a job is doing: a fold over the events of a render.

use crate::api::{Lane, LaneState};
use helios_job::Event;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// The speed is averaged over this much time, like that of the whole.
const WINDOW: Duration = Duration::from_secs(5);

/// The lanes of one run.
#[derive(Debug, Default)]
pub struct Lanes {
    lanes: BTreeMap<u32, Tracked>,
}

#[derive(Debug)]
struct Tracked {
    lane: Lane,
    /// (time, frames of all chunks) when that changed, oldest first.
    samples: VecDeque<(Duration, u32)>,
    /// Frames of the chunks before this one.
    before: u32,
}

impl Lanes {
    /// Takes one event into account; `now` is the time since the run began.
    pub fn apply(&mut self, event: &Event, now: Duration) {
        match event {
            Event::WorkerStarted { worker, .. } => self.of(*worker).lane.state = LaneState::Starting,
            Event::Warmed { worker } => self.of(*worker).lane.state = LaneState::Idle,
            Event::WorkerExited { worker, .. } => self.of(*worker).lane.state = LaneState::Ended,
            Event::ChunkStarted { worker, chunk, range, attempt, .. } => {
                let tracked = self.of(*worker);
                let lane = &mut tracked.lane;
                lane.state = if range.start > 0 { LaneState::Passing } else { LaneState::Rendering };
                lane.chunk = Some(*chunk);
                (lane.start_frame, lane.frame_count, lane.done) = (range.start, range.count, 0);
                lane.attempt = *attempt;
                tracked.before = lane.frames;
            }
            Event::Frames { worker, done, .. } => self.of(*worker).advance(*done, now),
            Event::ChunkFinished { worker, report } => {
                let tracked = self.of(*worker);
                tracked.advance(report.range.count, now);
                tracked.lane.state = LaneState::Idle;
                tracked.lane.chunks_done += 1;
            }
            Event::ChunkFailed { worker, .. } => self.of(*worker).lane.state = LaneState::Ended,
            _ => {}
        }
    }

    fn of(&mut self, worker: u32) -> &mut Tracked {
        self.lanes.entry(worker).or_insert_with(|| Tracked {
            lane: Lane {
                worker,
                state: LaneState::Starting,
                chunk: None,
                start_frame: 0,
                frame_count: 0,
                done: 0,
                frames: 0,
                chunks_done: 0,
                attempt: 0,
                fps: 0.0,
            },
            samples: VecDeque::new(),
            before: 0,
        })
    }

    /// The run is over: nobody works any more.
    pub fn end(&mut self) {
        for tracked in self.lanes.values_mut() {
            tracked.lane.state = LaneState::Ended;
            tracked.samples.clear();
        }
    }

    /// The lanes in order.
    pub fn view(&self, now: Duration) -> Vec<Lane> {
        self.lanes.values().map(|tracked| Lane { fps: tracked.speed(now), ..tracked.lane.clone() }).collect()
    }
}

impl Tracked {
    fn advance(&mut self, done: u32, now: Duration) {
        let lane = &mut self.lane;
        lane.state = LaneState::Rendering;
        lane.done = done.min(lane.frame_count).max(lane.done);
        lane.frames = self.before + lane.done;
        if self.samples.back().is_none_or(|(_, frames)| *frames != lane.frames) {
            self.samples.push_back((now, lane.frames));
        }
        // One sample older than the window stays, as its left edge.
        while self.samples.get(1).is_some_and(|(time, _)| now.saturating_sub(*time) > WINDOW) {
            self.samples.pop_front();
        }
    }

    fn speed(&self, now: Duration) -> f64 {
        match (self.samples.front(), self.samples.back()) {
            (Some((from, first)), Some((_, last))) if now > *from => {
                f64::from(last.saturating_sub(*first)) / (now - *from).as_secs_f64()
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use helios_job::FrameRange;

    fn started(worker: u32, chunk: u32, start: u32, attempt: u32) -> Event {
        let range = FrameRange { start, count: 10 };
        Event::ChunkStarted { worker, chunk, range, attempt, output_file: String::new() }
    }

    #[test]
    fn each_worker_has_its_own_chunk_frames_and_speed() {
        let mut lanes = Lanes::default();
        let seconds = Duration::from_secs;
        lanes.apply(&started(0, 0, 0, 1), seconds(0));
        lanes.apply(&started(1, 1, 10, 1), seconds(0));
        for (second, done) in [(1, 2), (2, 4), (3, 6)] {
            lanes.apply(&Event::Frames { worker: 0, chunk: 0, done }, seconds(second));
        }
        let view = lanes.view(seconds(3));
        assert_eq!((view[0].done, view[0].frames, view[0].state), (6, 6, LaneState::Rendering));
        assert!((view[0].fps - 2.0).abs() < 1e-9, "{}", view[0].fps);
        assert_eq!((view[1].chunk, view[1].state, view[1].fps), (Some(1), LaneState::Passing, 0.0));
    }

    #[test]
    fn frames_of_a_lane_add_up_over_chunks_and_a_retry_does_not_count_twice() {
        let mut lanes = Lanes::default();
        let mut now = Duration::ZERO;
        let mut tell = |event: &Event| {
            now += Duration::from_secs(1);
            lanes.apply(event, now);
            lanes.view(now)[0].frames
        };
        tell(&started(0, 0, 0, 1));
        assert_eq!(tell(&Event::Frames { worker: 0, chunk: 0, done: 10 }), 10);
        tell(&started(0, 1, 10, 1));
        assert_eq!(tell(&Event::Frames { worker: 0, chunk: 1, done: 3 }), 13);
    }
}
