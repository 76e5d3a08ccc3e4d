//! The one place that sees everything happening during a render: workers' signals, time, cancellation. It hands tasks to
//! workers, replaces workers that fail, and ends them all. What tasks mean is in `task`; processes are in `worker`.

use crate::crew::Party;
use crate::ledger::Ledger;
use crate::reporter::Reporter;
use crate::slot::Slot;
use crate::task::{Answer, Task, Verdict, Work};
use crate::wire::{Line, MAX_LINE};
use crate::worker::{Message, Signal, Worker};
use crate::{RenderOptions, RunnerError};
use helios_job::{Event, Failure, FailureKind, Level};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// When there is no deadline.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// Worker processes and the tasks they have. Dropping it kills them all.
pub(crate) struct Dispatcher<'a> {
    options: &'a RenderOptions,
    pub reporter: Reporter,
    /// Where finished chunks are recorded, if they are.
    pub ledger: Option<Ledger>,
    party: Party,
    /// Workers that are being ended.
    ending: JoinSet<()>,
    /// Cancelled when there is no time left to end them gently.
    hurry: CancellationToken,
}

/// Tasks that no worker has, and what came of the others.
struct Run {
    waiting: VecDeque<Task>,
    answers: Vec<Answer>,
    /// How many workers may be alive.
    limit: u32,
    /// How many of them are still needed when all is done.
    keep: usize,
}

impl<'a> Dispatcher<'a> {
    pub fn new(options: &'a RenderOptions) -> Result<Dispatcher<'a>, RunnerError> {
        let waiting = options.crew.as_ref().and_then(|crew| crew.take(&options.worker));
        Ok(Dispatcher {
            options,
            reporter: Reporter::new(options),
            ledger: None,
            party: waiting.map_or_else(Party::new, Ok)?,
            ending: JoinSet::new(),
            hurry: options.cancel.child_token(),
        })
    }

    /// Does all of `work` with at most `limit` workers, longest first, and returns the answers as they came.
    pub async fn run(&mut self, work: Vec<Work>, limit: u32) -> Result<Vec<Answer>, RunnerError> {
        self.run_keeping(work, limit, 1).await
    }

    /// The same for `work` that goes on with other work: up to `keep` workers stay, even if there is nothing left for them.
    pub async fn run_keeping(
        &mut self,
        work: Vec<Work>,
        limit: u32,
        keep: usize,
    ) -> Result<Vec<Answer>, RunnerError> {
        let total = work.len();
        let mut tasks: Vec<Task> = work.into_iter().map(Task::first).collect();
        tasks.sort_by_key(|task| std::cmp::Reverse(task.frames()));
        // A crew stays for the next render.
        let keep = if self.options.crew.is_some() { usize::MAX } else { keep };
        let mut run = Run { waiting: tasks.into(), answers: Vec::new(), limit: limit.max(1), keep };
        let cancel = self.options.cancel.clone();
        while run.answers.len() < total {
            if cancel.is_cancelled() {
                return Err(RunnerError::Cancelled);
            }
            self.assign(&mut run)?;
            self.dismiss_spare(&run);
            let deadlines = self.party.slots.values().filter_map(|slot| Some(slot.busy.as_ref()?.deadline));
            let deadline = deadlines.min().unwrap_or_else(|| Instant::now() + FOREVER);
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(RunnerError::Cancelled),
                // The sender in `self` keeps the channel open, so there is always a message to come.
                Some(message) = self.party.messages.recv() => self.receive(message, &mut run)?,
                () = tokio::time::sleep_until(deadline) => self.stalled(&mut run)?,
            }
        }
        Ok(run.answers)
    }

    /// Ends every worker and waits for them. Returns in well under two seconds once the render is cancelled, or at once
    /// `failed`. A crew whose render succeeded waits for the next one instead. What is left is the way to say so.
    pub async fn close(mut self, failed: bool) -> Reporter {
        if let Some(crew) =
            self.options.crew.as_ref().filter(|_| !failed && !self.options.cancel.is_cancelled())
        {
            while self.ending.join_next().await.is_some() {}
            crew.put(&self.options.worker, self.party);
            return self.reporter;
        }
        // Workers that still have something to say must not wait for us to listen.
        self.party.messages.close();
        if failed {
            self.hurry.cancel();
        }
        for index in self.party.slots.keys().copied().collect::<Vec<_>>() {
            self.dismiss(index, false);
        }
        while self.ending.join_next().await.is_some() {}
        self.reporter
    }

    /// Gives waiting tasks to workers, starting them where the limit allows.
    fn assign(&mut self, run: &mut Run) -> Result<(), RunnerError> {
        while let Some(task) = run.waiting.front() {
            let idle = self.party.slots.iter().find(|(_, slot)| slot.busy.is_none()).map(|(index, _)| *index);
            let free = (0..run.limit).find(|index| !self.party.slots.contains_key(index));
            // A further attempt gets a fresh process: what spoiled the last one may still be in there.
            let index = match (task.attempt, idle, free) {
                (1, Some(idle), _) => idle,
                (_, _, Some(free)) => free,
                (_, Some(idle), None) => {
                    self.dismiss(idle, false);
                    idle
                }
                (_, None, None) => return Ok(()),
            };
            if !self.party.slots.contains_key(&index) {
                self.start(index)?;
            }
            if let (Some(slot), Some(task)) = (self.party.slots.get_mut(&index), run.waiting.pop_front()) {
                slot.begin(task, self.options.stall_margin, &mut self.reporter)?;
            }
        }
        Ok(())
    }

    fn start(&mut self, index: u32) -> Result<(), RunnerError> {
        self.party.serial += 1;
        let id = (index, self.party.serial);
        let worker = Worker::start(&self.options.worker, id, &self.party.places, self.party.sender.clone())?;
        self.reporter.emit(Event::WorkerStarted { worker: index, pid: worker.pid });
        self.party.slots.insert(index, Slot { worker, busy: None });
        Ok(())
    }

    /// Ends idle workers for which nothing is left to do, as long as somebody remains for what comes after the run: it
    /// frees memory and cores for those still rendering.
    fn dismiss_spare(&mut self, run: &Run) {
        if !run.waiting.is_empty() {
            return;
        }
        let (idle, busy): (Vec<&Slot>, Vec<&Slot>) =
            self.party.slots.values().partition(|slot| slot.busy.is_none());
        let spare: Vec<u32> =
            idle.iter().skip(run.keep.saturating_sub(busy.len())).map(|slot| slot.worker.index).collect();
        for index in spare {
            self.dismiss(index, false);
        }
    }

    fn dismiss(&mut self, index: u32, broken: bool) {
        if let Some(slot) = self.party.slots.remove(&index) {
            self.ending.spawn(slot.worker.stop(broken, self.hurry.clone()));
        }
    }

    fn receive(&mut self, message: Message, run: &mut Run) -> Result<(), RunnerError> {
        let sender = self.party.slots.values_mut().find(|slot| slot.worker.serial == message.serial);
        // The last words of a worker that was dismissed.
        let Some(slot) = sender else { return Ok(()) };
        let index = slot.worker.index;
        if let Some(busy) = &mut slot.busy {
            busy.deadline = Instant::now() + busy.patience;
        }
        match (message.signal, &slot.busy) {
            (Signal::Stderr(message), _) => self.reporter.emit(Event::Notice {
                worker: Some(index),
                level: Level::Debug,
                frame: None,
                message,
            }),
            (Signal::Line(Line::Whole(line)), Some(busy)) => match busy.task.judge(index, &line) {
                Verdict::Nothing => {}
                Verdict::News(event) => self.reporter.emit(event),
                Verdict::Done(answer, event) => {
                    slot.busy = None;
                    if let (Some(ledger), Answer::Chunk(_, report)) = (&self.ledger, &answer) {
                        ledger.finished(report);
                    }
                    self.reporter.emit(*event);
                    run.answers.push(answer);
                }
                Verdict::Failed { failure, broken } => self.failed(index, failure, broken, run)?,
            },
            (Signal::Line(Line::TooLong(start)), Some(_)) => {
                let message = format!("the worker wrote a line of more than {} MiB: {start}", MAX_LINE >> 20);
                self.failed(index, transient(message), true, run)?;
            }
            // An idle worker has nothing to answer; a page may still write to its console.
            (Signal::Line(_), None) => {}
            (Signal::Ended(exit), busy) => {
                let was_busy = busy.is_some();
                self.reporter.emit(Event::WorkerExited { worker: index, status: exit.words.clone() });
                if was_busy {
                    self.failed(index, exit.last_words(), true, run)?;
                } else {
                    self.dismiss(index, true);
                }
            }
        }
        Ok(())
    }

    /// Replaces workers whose silence has lasted too long.
    fn stalled(&mut self, run: &mut Run) -> Result<(), RunnerError> {
        let now = Instant::now();
        let late = self.party.slots.values().filter_map(|slot| {
            let busy = slot.busy.as_ref().filter(|busy| busy.deadline <= now)?;
            let (waited, doing) = (busy.patience.as_secs_f64(), busy.task.doing());
            let message = format!("waited {waited:.1} s for a sign of life from the worker asked to {doing}");
            Some((slot.worker.index, transient(message)))
        });
        for (index, failure) in late.collect::<Vec<_>>() {
            self.failed(index, failure, true, run)?;
        }
        Ok(())
    }

    /// An attempt failed: its worker goes, and the task waits for another attempt or ends the run.
    fn failed(
        &mut self,
        index: u32,
        failure: Failure,
        broken: bool,
        run: &mut Run,
    ) -> Result<(), RunnerError> {
        let task = self.party.slots.get_mut(&index).and_then(|slot| slot.busy.take()).map(|busy| busy.task);
        self.dismiss(index, broken);
        let Some(task) = task else { return Ok(()) };
        let attempt = task.attempt;
        let retries = self.options.retries.min(task.most_retries());
        let will_retry = failure.kind == FailureKind::Transient && attempt <= retries;
        let message = failure.message.clone();
        let kind = failure.kind;
        match &task.work {
            Work::Chunk { partition, .. } => self.reporter.emit(Event::ChunkFailed {
                worker: index,
                chunk: partition.id,
                attempt,
                failure,
                will_retry,
            }),
            // What fails for good is told once, as the error of the whole.
            _ if will_retry => self.reporter.emit(Event::Notice {
                worker: Some(index),
                level: Level::Warn,
                frame: None,
                message: format!("failed to {}, attempt {attempt}: {message}; trying again", task.doing()),
            }),
            _ => {}
        }
        if will_retry {
            // Before all others, so that what fails for good does so soon.
            run.waiting.push_front(Task { attempt: attempt + 1, ..task });
            return Ok(());
        }
        let doing = task.doing();
        Err(match kind {
            FailureKind::Invalid => RunnerError::Refused { doing, message },
            FailureKind::Transient => RunnerError::Worker { doing, attempts: attempt, message },
        })
    }
}

fn transient(message: String) -> Failure {
    Failure { kind: FailureKind::Transient, message }
}
