//! A model of a job on many workers: how long it takes and what it costs, from the times of its stages. Discrete events, no
//! randomness that is not seeded. It knows nothing of engines but the time that they take to begin a task.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What is assumed. Times are seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Frames of the job.
    pub frames: u32,
    /// Frames of a chunk.
    pub chunk_frames: u32,
    /// Workers.
    pub workers: u32,
    /// From the moment that a worker is free until its next task begins: the engine's scheduling.
    pub dispatch: f64,
    /// A browser starts and the page loads; for each chunk when tasks share nothing, once for each worker otherwise.
    pub startup: f64,
    /// Whether a worker keeps its browser from one chunk to the next.
    pub warm: bool,
    /// A frame before the chunk is passed. 0 for pages that can be jumped about in.
    pub replay: f64,
    /// A frame is drawn and encoded.
    pub frame: f64,
    /// A chunk's encoder ends, and its file is written.
    pub finish: f64,
    /// The join begins, whatever the number of chunks.
    pub stitch: f64,
    /// For each chunk in the join.
    pub stitch_chunk: f64,
    /// For each frame in the join.
    pub stitch_frame: f64,
    /// One in so many workers is slow; 0 for none.
    pub straggler_every: u32,
    /// How many times slower.
    pub straggler_factor: f64,
    /// How many workers at a time the machine carries without slowing each other down; the others share. For workers on one
    /// machine.
    pub cores: Option<f64>,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Seconds until the output is there.
    pub wall: f64,
    /// Seconds that workers are paid for: from the first dispatch to each worker's last chunk, and the join on one.
    pub paid: f64,
    /// The share of `paid` in which frames are drawn.
    pub useful: f64,
    /// Seconds in which frames are passed and not drawn.
    pub replayed: f64,
    /// Chunks.
    pub chunks: u32,
}

/// Plays the scenario through: chunks in order, each to the worker that is free first.
pub fn simulate(scenario: &Scenario) -> Outcome {
    let size = scenario.chunk_frames.max(1);
    let chunks = scenario.frames.div_ceil(size).max(1);
    let workers = scenario.workers.clamp(1, chunks);
    // Workers that share cores take turns all the time, which is as if each were slower.
    let crowd = scenario.cores.map_or(1.0, |cores| (f64::from(workers) / cores.max(0.1)).max(1.0));
    let speed = |worker: u32| {
        let every = scenario.straggler_every;
        let slow = every > 0 && worker % every == every - 1;
        crowd * if slow { scenario.straggler_factor.max(1.0) } else { 1.0 }
    };
    // (time free in nanoseconds, worker, its next frame if its browser is warm).
    let mut free: BinaryHeap<Reverse<(u64, u32, u32)>> =
        (0..workers).map(|worker| Reverse((0, worker, u32::MAX))).collect();
    let (mut busy, mut replayed, mut last) = (0.0, 0.0, 0.0_f64);
    let mut ends = vec![0.0_f64; workers as usize];
    for chunk in 0..chunks {
        let Some(Reverse((at, worker, next))) = free.pop() else { break };
        let start = chunk * size;
        let count = size.min(scenario.frames - start.min(scenario.frames));
        let cold = !scenario.warm || next == u32::MAX;
        // A warm page that stands before the chunk goes on from there.
        let passed = if cold || next > start { start } else { start - next };
        let (startup, replay) =
            (if cold { scenario.startup } else { 0.0 }, f64::from(passed) * scenario.replay);
        let drawn = f64::from(count) * scenario.frame;
        let time = scenario.dispatch + (startup + replay + drawn + scenario.finish) * speed(worker);
        let end = at as f64 / 1e9 + time;
        busy += drawn;
        replayed += replay * speed(worker);
        last = last.max(end);
        if let Some(known) = ends.get_mut(worker as usize) {
            *known = end;
        }
        free.push(Reverse(((end * 1e9) as u64, worker, start + count)));
    }
    let join = scenario.stitch
        + f64::from(chunks) * scenario.stitch_chunk
        + f64::from(scenario.frames) * scenario.stitch_frame;
    let paid = ends.iter().sum::<f64>() + join;
    Outcome { wall: last + join, paid, useful: if paid > 0.0 { busy / paid } else { 0.0 }, replayed, chunks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Scenario {
        Scenario {
            frames: 1000,
            chunk_frames: 100,
            workers: 1,
            dispatch: 0.0,
            startup: 2.0,
            warm: false,
            replay: 0.0,
            frame: 0.1,
            finish: 0.5,
            stitch: 1.0,
            stitch_chunk: 0.1,
            stitch_frame: 0.0,
            straggler_every: 0,
            straggler_factor: 1.0,
            cores: None,
        }
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} and {b}");
    }

    #[test]
    fn by_hand() {
        // Ten chunks of 2 + 10 + 0.5 s, and a join of 2 s.
        close(simulate(&plain()).wall, 127.0);
        close(simulate(&Scenario { workers: 10, ..plain() }).wall, 14.5);
        // Three rounds of four workers.
        close(simulate(&Scenario { workers: 4, ..plain() }).wall, 39.5);
        close(simulate(&Scenario { warm: true, ..plain() }).wall, 109.0);
        // Frames before each chunk: 0 + 100 + … + 900.
        let replay = simulate(&Scenario { replay: 0.01, ..plain() });
        close(replay.replayed, 45.0);
        close(replay.wall, 172.0);
        // A warm worker goes on where it stands.
        close(simulate(&Scenario { replay: 0.01, warm: true, ..plain() }).replayed, 0.0);
        // One of two takes three times as long, and the other one takes over what it can.
        let straggler = Scenario { workers: 2, straggler_every: 2, straggler_factor: 3.0, ..plain() };
        close(simulate(&straggler).wall, 3.0 * 37.5 + 2.0);
        // Four on two cores are as fast as two.
        close(
            simulate(&Scenario { workers: 4, cores: Some(2.0), chunk_frames: 250, ..plain() }).wall,
            2.0 * 27.5 + 1.4,
        );
    }

    #[test]
    fn more_workers_never_cost_less_and_never_take_longer() {
        let mut before = simulate(&plain());
        for workers in 2..40 {
            let now = simulate(&Scenario { workers, ..plain() });
            assert!(now.wall <= before.wall + 1e-9, "{workers}");
            before = now;
        }
        assert_eq!(before.chunks, 10);
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        let empty = Scenario { frames: 0, chunk_frames: 0, workers: 0, cores: Some(0.0), ..plain() };
        let outcome = simulate(&empty);
        assert!(outcome.wall.is_finite() && outcome.useful.is_finite());
    }
}
