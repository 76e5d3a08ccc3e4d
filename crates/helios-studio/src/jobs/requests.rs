//! What can be asked of renders, one after the other: start, cancel, try again, move, forget.

use super::job::Job;
use super::journal::Entry;
use super::log::JobLog;
use super::manager::{MAX_RUNNING, RenderManager, Shared, State, frames_path, log_path, no_job};
use super::record::JobRecord;
use crate::api::{JobAction, JobState, JobView, JobsView, RenderRequest, StudioEvent};
use crate::{ApiError, about, argv, now_ms};
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// The most jobs that are remembered. More is a mistake of a program, and would fill the disk.
const MAX_JOBS: usize = 5000;

impl RenderManager {
    /// Asks for a render: it begins as soon as the queue allows.
    ///
    /// # Errors
    /// `refused`, `bad-path`, `bad-request` and `encoder-missing` for what cannot be rendered.
    pub async fn start_render(&self, request: RenderRequest) -> Result<JobView, ApiError> {
        let argv = argv::render(&self.shared.project, &request, &self.output(&request)?)?;
        self.check(&argv).await?;
        let number = {
            let mut state = self.shared.lock();
            // Others may have asked meanwhile: only here nobody else can be given the same name.
            let output = self.shared.output(&state, &request)?;
            let argv = argv::render(&self.shared.project, &request, &output)?;
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
                latest: None,
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

    /// Whether a command can be rendered here.
    async fn check(&self, argv: &[String]) -> Result<(), ApiError> {
        let planned = self.shared.host.render(argv).map_err(ApiError::refused)?;
        self.shared.encoders.check(&planned).await
    }

    /// The file that a request writes: a path in the project. Without a name it is one that is not there yet.
    ///
    /// # Errors
    /// `bad-path` and `bad-request` for what cannot be one.
    pub fn output(&self, request: &RenderRequest) -> Result<String, ApiError> {
        self.shared.output(&self.shared.lock(), request)
    }

    /// Cancels a job. It ends within two seconds, and leaves no process and no file beside the output; chunks that are whole wait in
    /// the Studio's own folder until it is resumed, tried again or deleted.
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
    /// `wrong-state` while it runs or waits; otherwise as [`RenderManager::start_render`]: it may mean nothing any more.
    pub async fn again(&self, id: &str, action: JobAction) -> Result<JobView, ApiError> {
        let number = self.number(id)?;
        let (request, output) = {
            let state = self.shared.lock();
            let job = state.jobs.get(&number).ok_or_else(|| no_job(id))?;
            (job.record.request.clone(), job.record.output.clone())
        };
        let argv = argv::render(&self.shared.project, &request, &output)?;
        self.check(&argv).await?;
        let view = self.change(number, action, |state| {
            if let Some(job) = state.jobs.get_mut(&number) {
                // The page may have changed since: then the next run would not find them, and they would stay for ever.
                match action {
                    JobAction::Retry => job.forget_chunks(&self.shared.project),
                    _ => job.bring_chunks_back(&self.shared.project),
                }
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
    /// See [`RenderManager::output`].
    fn output(&self, state: &State, request: &RenderRequest) -> Result<String, ApiError> {
        if let Some(output) = &request.output {
            self.project.target(output)?;
            return Ok(output.clone());
        }
        let extension = request.extension.as_deref().unwrap_or("mp4");
        let formats = about::formats();
        let format = formats.iter().find(|format| format.extension == extension).ok_or_else(|| {
            let known: Vec<&str> = formats.iter().map(|format| format.extension.as_str()).collect();
            let message = format!("extension: {extension:?} is not written");
            ApiError::bad_request(message, &format!("use one of {}", known.join(", ")))
        })?;
        let (page, name) = self.project.composition(&request.composition)?;
        // A project that is built as a whole is a folder.
        let stem = if page.is_dir() { page.file_name() } else { page.file_stem() };
        let stem = stem.map(|stem| stem.to_string_lossy().into_owned());
        let name = name.or_else(|| stem.filter(|name| name != "index")).unwrap_or_else(|| {
            let folder = page.parent().and_then(Path::file_name);
            folder.map_or("video".to_owned(), |name| name.to_string_lossy().into_owned())
        });
        // A job that has ended keeps its name: it may be tried again, or resumed.
        let outputs: HashSet<&str> = state.jobs.values().map(|job| job.record.output.as_str()).collect();
        let free = (1_u32..10_000).find_map(|number| {
            let stem = match number {
                1 => format!("renders/{name}"),
                _ => format!("renders/{name}-{number}"),
            };
            // Pictures have a folder of their own.
            let (output, place) = match format.kind.as_str() {
                "pictures" => (format!("{stem}/%05d.{extension}"), stem),
                _ => (format!("{stem}.{extension}"), format!("{stem}.{extension}")),
            };
            let is_there = self.project.root().join(place).symlink_metadata().is_ok();
            (!is_there && !outputs.contains(output.as_str())).then_some(output)
        });
        free.ok_or_else(|| ApiError::bad_path("renders", "it is full; name an output"))
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
