//! [`RenderManager`]: what can be asked of the Studio's renders, and the queue.

use super::job::Job;
use super::journal::{Entry, Journal};
use super::log::JobLog;
use super::record::JobRecord;
use super::run::run;
use crate::api::{JobAction, JobState, JobView, JobsView, LogLine, RenderRequest, StudioEvent};
use crate::host::Host;
use crate::hub::Hub;
use crate::project::Project;
use crate::{ApiError, argv, now_ms};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The most jobs at once: each has a browser for every worker.
pub const MAX_RUNNING: u32 = 8;

/// The most jobs that are remembered. More is a mistake of a program, and would fill the disk.
const MAX_JOBS: usize = 5000;

/// The renders of one project. Cheap to clone: all clones are the same.
#[derive(Clone)]
pub struct RenderManager {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub host: Arc<dyn Host>,
    pub project: Project,
    pub hub: Arc<Hub>,
    state: Mutex<State>,
    /// How many jobs run.
    running: watch::Sender<u32>,
}

pub(super) struct State {
    pub jobs: BTreeMap<u64, Job>,
    /// Those that wait, in order.
    pub queue: Vec<u64>,
    pub journal: Journal,
    limit: u32,
    next: u64,
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
            state: Mutex::new(state),
            running: watch::Sender::new(0),
        };
        let manager = RenderManager { shared: Arc::new(shared) };
        manager.schedule();
        Ok(manager)
    }

    /// Asks for a render: it begins as soon as the queue allows.
    ///
    /// # Errors
    /// `refused`, `bad-path` and `bad-request` for what cannot be rendered.
    pub fn start_render(&self, request: RenderRequest) -> Result<JobView, ApiError> {
        let output = self.output(&request)?;
        let argv = argv::render(&self.shared.project, &request, &output)?;
        self.shared.host.render(&argv).map_err(ApiError::refused)?;
        let number = {
            let mut state = self.shared.lock();
            if state.jobs.len() >= MAX_JOBS {
                let fix = "delete some that you do not need any more";
                return Err(ApiError::wrong_state(format!("there are {MAX_JOBS} jobs already"), fix));
            }
            let record = JobRecord {
                number: state.next,
                request,
                output,
                state: JobState::Queued,
                run: 0,
                created_ms: now_ms(),
                started_ms: None,
                finished_ms: None,
                elapsed_ms: 0,
                progress: 0.0,
                frames: 0,
                total_frames: 0,
                concurrency: None,
                job_id: None,
                resume: false,
                error: None,
                result: None,
            };
            state.next += 1;
            let number = record.number;
            let log = log_path(&self.shared.project, &record);
            state.jobs.insert(number, Job::new(record, argv, log));
            state.queue.push(number);
            self.shared.changed(&mut state, number);
            self.shared.queue_changed(&mut state);
            number
        };
        self.schedule();
        self.view(number)
    }

    /// The file that a request writes: a path in the project.
    ///
    /// # Errors
    /// `bad-path` for one that is not.
    pub fn output(&self, request: &RenderRequest) -> Result<String, ApiError> {
        if let Some(output) = &request.output {
            self.shared.project.target(output)?;
            return Ok(output.clone());
        }
        let project = &self.shared.project;
        let page = project.page(&request.composition)?;
        let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let name = stem(&page).filter(|name| name != "index").unwrap_or_else(|| {
            let folder = page.parent().and_then(|folder| folder.file_name());
            folder.map_or("video".to_owned(), |name| name.to_string_lossy().into_owned())
        });
        let state = self.shared.lock();
        let taken = |output: &str| {
            let waits = |job: &Job| !job.record.has_ended() && job.record.output == output;
            project.root().join(output).exists() || state.jobs.values().any(waits)
        };
        let free = (1_u32..).map(|number| match number {
            1 => format!("renders/{name}.mp4"),
            _ => format!("renders/{name}-{number}.mp4"),
        });
        let output = free.take(10_000).find(|output| !taken(output));
        output.ok_or_else(|| ApiError::bad_path("renders", "it is full; name an output"))
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
        Ok(self.shared.lock().jobs.get(&number).map(|job| job.log.lines(after)).unwrap_or_default())
    }

    /// The picture of the newest frame, if there is one.
    ///
    /// # Errors
    /// `not-found`.
    pub fn frame(&self, id: &str) -> Result<PathBuf, ApiError> {
        let number = self.number(id)?;
        let state = self.shared.lock();
        let latest = state.jobs.get(&number).and_then(|job| job.latest.clone());
        let none = || ApiError::not_found(format!("{id} has no frame yet"));
        Ok(frames_path(&self.shared.project, number).join(picture(latest.ok_or_else(none)?.worker)))
    }

    /// Cancels a job. It ends within two seconds, and leaves nothing behind.
    ///
    /// # Errors
    /// `wrong-state` when it has ended.
    pub fn cancel(&self, id: &str) -> Result<JobView, ApiError> {
        let number = self.number(id)?;
        self.change(number, JobAction::Cancel, |state| {
            let Some(job) = state.jobs.get_mut(&number) else { return };
            if let Some(running) = &mut job.running {
                running.cancelled = true;
                running.cancel.cancel();
            } else {
                job.record.state = JobState::Cancelled;
                job.record.finished_ms = Some(now_ms());
                state.queue.retain(|waiting| *waiting != number);
            }
        })
    }

    /// Queues a job that has ended once more: from the beginning, or with the chunks that are whole.
    ///
    /// # Errors
    /// `wrong-state` while it runs or waits; `refused` when it means nothing any more.
    pub fn again(&self, id: &str, action: JobAction) -> Result<JobView, ApiError> {
        let number = self.number(id)?;
        let (request, output) = {
            let state = self.shared.lock();
            let job = state.jobs.get(&number).ok_or_else(|| no_job(id))?;
            (job.record.request.clone(), job.record.output.clone())
        };
        let argv = argv::render(&self.shared.project, &request, &output)?;
        self.shared.host.render(&argv).map_err(ApiError::refused)?;
        let view = self.change(number, action, |state| {
            if let Some(job) = state.jobs.get_mut(&number) {
                job.argv = argv;
                job.record.queue_again(action == JobAction::Resume);
                job.lanes = Default::default();
                state.queue.push(number);
            }
        });
        self.schedule();
        view
    }

    /// Moves a job that waits to another place in the queue.
    ///
    /// # Errors
    /// `wrong-state` when it does not wait.
    pub fn move_to(&self, id: &str, place: u32) -> Result<JobView, ApiError> {
        let number = self.number(id)?;
        self.change(number, JobAction::Move, |state| {
            state.queue.retain(|waiting| *waiting != number);
            let place = usize::try_from(place).unwrap_or(usize::MAX).min(state.queue.len());
            state.queue.insert(place, number);
        })
    }

    /// Forgets a job; its output stays.
    ///
    /// # Errors
    /// `wrong-state` while it runs.
    pub fn delete(&self, id: &str) -> Result<(), ApiError> {
        let number = self.number(id)?;
        let mut state = self.shared.lock();
        let job = state.jobs.get(&number).ok_or_else(|| no_job(id))?;
        check(job, JobAction::Delete)?;
        JobLog::remove(&log_path(&self.shared.project, &job.record));
        let _ = fs::remove_dir_all(frames_path(&self.shared.project, number));
        job.forget_chunks(&self.shared.project);
        state.jobs.remove(&number);
        state.queue.retain(|waiting| *waiting != number);
        state.journal.add(&Entry::Removed(number));
        self.shared.hub.tell(&StudioEvent::JobRemoved { id: id.to_owned() });
        self.shared.queue_changed(&mut state);
        Ok(())
    }

    /// Sets how many jobs may run at once. Those that run go on.
    ///
    /// # Errors
    /// `bad-request` for another number than 1 to [`MAX_RUNNING`].
    pub fn set_limit(&self, limit: u32) -> Result<JobsView, ApiError> {
        if !(1..=MAX_RUNNING).contains(&limit) {
            let message = format!("limit: {limit} jobs at once are not possible");
            return Err(ApiError::bad_request(
                message,
                &format!("use a whole number from 1 to {MAX_RUNNING}"),
            ));
        }
        {
            let mut state = self.shared.lock();
            state.limit = limit;
            self.shared.queue_changed(&mut state);
        }
        self.schedule();
        Ok(self.list())
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

    fn number(&self, id: &str) -> Result<u64, ApiError> {
        let number = id.strip_prefix("render-").and_then(|number| number.parse().ok());
        let number = number.filter(|number| self.shared.lock().jobs.contains_key(number));
        number.ok_or_else(|| no_job(id))
    }

    fn view(&self, number: u64) -> Result<JobView, ApiError> {
        let state = self.shared.lock();
        let job = state.jobs.get(&number).ok_or_else(|| no_job(&number.to_string()))?;
        Ok(self.shared.view(&state, job))
    }

    /// Changes a job in a way that its state allows, and tells everybody.
    fn change(
        &self,
        number: u64,
        action: JobAction,
        change: impl FnOnce(&mut State),
    ) -> Result<JobView, ApiError> {
        {
            let mut state = self.shared.lock();
            let job = state.jobs.get(&number).ok_or_else(|| no_job(&number.to_string()))?;
            check(job, action)?;
            change(&mut state);
            self.shared.changed(&mut state, number);
            self.shared.queue_changed(&mut state);
        }
        self.view(number)
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

    fn queue_changed(&self, state: &mut State) {
        state.journal.add(&Entry::Queue { limit: state.limit, order: state.queue.clone() });
        let order = state.queue.iter().map(|number| format!("render-{number}")).collect();
        self.hub.tell(&StudioEvent::Queue { limit: state.limit, order });
    }
}

fn check(job: &Job, action: JobAction) -> Result<(), ApiError> {
    if job.can(action) {
        return Ok(());
    }
    let id = job.record.id();
    let state = serde_json::to_string(&job.record.state).unwrap_or_default();
    let action = serde_json::to_string(&action).unwrap_or_default();
    let message =
        format!("{id} is {}: {} is not possible", state.trim_matches('"'), action.trim_matches('"'));
    Err(ApiError::wrong_state(message, "its actions say what is"))
}

fn no_job(id: &str) -> ApiError {
    ApiError::not_found(format!("there is no job {id:?}"))
}

fn log_path(project: &Project, record: &JobRecord) -> PathBuf {
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
