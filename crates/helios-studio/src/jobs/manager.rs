//! [`RenderManager`]: the renders of a project, and the queue they go through.

use super::job::Job;
use super::journal::{Entry, Journal};
use super::record::JobRecord;
use super::run::run;
use crate::api::{JobState, JobView, JobsView, LogLine, StudioEvent};
use crate::encoders::Encoders;
use crate::host::Host;
use crate::hub::Hub;
use crate::project::Project;
use crate::{ApiError, argv};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The most jobs at once: each has a browser for every worker.
pub const MAX_RUNNING: u32 = 8;

/// The renders of one project. Cheap to clone: all clones are the same.
#[derive(Clone)]
pub struct RenderManager {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub host: Arc<dyn Host>,
    pub project: Project,
    pub hub: Arc<Hub>,
    pub encoders: Encoders,
    state: Mutex<State>,
    /// How many jobs run.
    running: watch::Sender<u32>,
}

pub(super) struct State {
    pub jobs: BTreeMap<u64, Job>,
    /// Those that wait, in order.
    pub queue: Vec<u64>,
    pub journal: Journal,
    pub limit: u32,
    pub next: u64,
    /// Nothing is started any more.
    pub closing: bool,
}

impl RenderManager {
    /// The renders of `project`, with those that the journal tells of. Must be called in a tokio runtime: jobs that wait begin.
    ///
    /// # Errors
    /// In words, when the journal cannot be opened.
    pub fn open(project: &Project, host: &Arc<dyn Host>, hub: &Arc<Hub>) -> Result<RenderManager, String> {
        let folder = project.own("studio");
        let (journal, told) = Journal::open(&folder).map_err(|error| match error.kind() {
            std::io::ErrorKind::WouldBlock => format!(
                "another Studio is open for {}: use that one, or end it first",
                project.root().display()
            ),
            _ => format!("cannot open the journal of jobs in {}: {error}", folder.display()),
        })?;
        let mut state = State {
            jobs: BTreeMap::new(),
            queue: Vec::new(),
            journal,
            limit: told.limit.unwrap_or(1).clamp(1, MAX_RUNNING),
            next: told.next,
            closing: false,
        };
        for (number, mut record) in told.jobs {
            if record.is_running() {
                record.state = JobState::Interrupted;
                state.journal.add(&Entry::Job(Box::new(record.clone())));
            }
            // A page that is gone has no command any more, but its job is still shown.
            let argv = argv::render(project, &record.request, &record.output).unwrap_or_default();
            let log = log_path(project, &record);
            state.jobs.insert(number, Job::new(record, argv, log));
        }
        let waits =
            |number: &u64| state.jobs.get(number).is_some_and(|job| job.record.state == JobState::Queued);
        let mut queue: Vec<u64> = told.order.into_iter().filter(waits).collect();
        let others: Vec<u64> = state.jobs.keys().copied().filter(waits).collect();
        queue.extend(others.into_iter().filter(|number| !queue.contains(number)).collect::<Vec<_>>());
        state.queue = queue;
        let shared = Shared {
            host: Arc::clone(host),
            project: project.clone(),
            hub: Arc::clone(hub),
            encoders: Encoders::new(host.tools().ffmpeg),
            state: Mutex::new(state),
            running: watch::Sender::new(0),
        };
        let manager = RenderManager { shared: Arc::new(shared) };
        manager.schedule();
        Ok(manager)
    }

    /// All jobs.
    pub fn list(&self) -> JobsView {
        let state = self.shared.lock();
        let (waiting, mut others): (Vec<&Job>, Vec<&Job>) =
            state.jobs.values().rev().partition(|job| job.record.state == JobState::Queued);
        let place = |job: &&Job| state.queue.iter().position(|number| *number == job.record.number);
        let mut waiting = waiting;
        waiting.sort_by_key(place);
        others.extend(waiting);
        let jobs = others.into_iter().map(|job| self.shared.view(&state, job)).collect();
        JobsView { limit: state.limit, jobs }
    }

    /// One job.
    ///
    /// # Errors
    /// `not-found`.
    pub fn get(&self, id: &str) -> Result<JobView, ApiError> {
        self.view(self.number(id)?)
    }

    /// The lines of a job's log behind the index `after`.
    ///
    /// # Errors
    /// `not-found`.
    pub fn log(&self, id: &str, after: Option<u64>) -> Result<Vec<LogLine>, ApiError> {
        let number = self.number(id)?;
        Ok(self.shared.lock().jobs.get_mut(&number).map(|job| job.log.lines(after)).unwrap_or_default())
    }

    /// The picture of the newest frame, if there is one.
    ///
    /// # Errors
    /// `not-found`.
    pub fn frame(&self, id: &str) -> Result<PathBuf, ApiError> {
        let number = self.number(id)?;
        let state = self.shared.lock();
        let latest = state.jobs.get(&number).and_then(|job| job.record.latest.clone());
        let none = || ApiError::not_found(format!("{id} has no frame yet"));
        Ok(frames_path(&self.shared.project, number).join(picture(latest.ok_or_else(none)?.worker)))
    }

    /// Ends all renders, which can be resumed the next time, and starts no more.
    pub async fn close(&self) {
        {
            let mut state = self.shared.lock();
            state.closing = true;
            state.jobs.values().filter_map(|job| job.running.as_ref()).for_each(|run| run.cancel.cancel());
        }
        let mut running = self.shared.running.subscribe();
        let _ = running.wait_for(|count| *count == 0).await;
    }

    /// Starts what the queue allows.
    pub(super) fn schedule(&self) {
        let mut state = self.shared.lock();
        let mut started = false;
        while !state.closing && !state.queue.is_empty() && *self.shared.running.borrow() < state.limit {
            let number = state.queue.remove(0);
            self.shared.running.send_modify(|count| *count += 1);
            self.shared.begin(&mut state, number);
            started = true;
            let manager = self.clone();
            tokio::spawn(async move {
                run(&manager.shared, number).await;
                manager.shared.running.send_modify(|count| *count = count.saturating_sub(1));
                manager.schedule();
            });
        }
        if started {
            self.shared.queue_changed(&mut state);
        }
    }

    pub(super) fn number(&self, id: &str) -> Result<u64, ApiError> {
        let number = id.strip_prefix("render-").and_then(|number| number.parse().ok());
        let number = number.filter(|number| self.shared.lock().jobs.contains_key(number));
        number.ok_or_else(|| no_job(id))
    }

    pub(super) fn view(&self, number: u64) -> Result<JobView, ApiError> {
        let state = self.shared.lock();
        let job = state.jobs.get(&number).ok_or_else(|| no_job(&number.to_string()))?;
        Ok(self.shared.view(&state, job))
    }
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        // Whoever panicked has only lost an event.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job from outside.
    pub fn view(&self, state: &State, job: &Job) -> JobView {
        let place = state.queue.iter().position(|number| *number == job.record.number);
        job.view(&self.project, place.and_then(|place| u32::try_from(place).ok()))
    }

    /// Tells the journal and everybody else of a job.
    pub fn changed(&self, state: &mut State, number: u64) {
        if let Some(job) = state.jobs.get_mut(&number) {
            let record = job.note();
            state.journal.add(&Entry::Job(Box::new(record)));
        }
        self.tell(state, number);
    }

    /// Tells everybody but the journal.
    pub fn tell(&self, state: &State, number: u64) {
        if let Some(job) = state.jobs.get(&number) {
            self.hub.tell(&StudioEvent::Job { job: Box::new(self.view(state, job)) });
        }
    }

    pub fn queue_changed(&self, state: &mut State) {
        state.journal.add(&Entry::Queue { limit: state.limit, order: state.queue.clone() });
        let order = state.queue.iter().map(|number| format!("render-{number}")).collect();
        self.hub.tell(&StudioEvent::Queue { limit: state.limit, order });
    }
}

pub(super) fn no_job(id: &str) -> ApiError {
    ApiError::not_found(format!("there is no job {id:?}"))
}

pub(super) fn log_path(project: &Project, record: &JobRecord) -> PathBuf {
    project.own("studio/logs").join(format!("{}.jsonl", record.id()))
}

/// The folder for the pictures of a job's newest frames.
pub(super) fn frames_path(project: &Project, number: u64) -> PathBuf {
    project.own("cache/frames").join(format!("render-{number}"))
}

/// The picture of a worker's newest frame, as the renderer calls it.
pub(super) fn picture(worker: u32) -> String {
    format!("worker-{worker}.png")
}
