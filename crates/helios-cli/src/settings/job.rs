//! What the arguments of `helios job` mean.

use super::values::{self, optional};
use super::{Refused, Talk};
use crate::args::{JobPlaceArgs, JobWorkArgs};
use helios_runner::{Concurrency, JobFile, PathMap, RenderOptions};
use std::collections::BTreeSet;

/// What batch engines call the index of a task of an array.
const INDEX_VARIABLES: [&str; 4] =
    ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX", "CLOUD_RUN_TASK_INDEX"];

/// The maps of `--path-map`.
pub fn path_maps(args: &JobPlaceArgs) -> Result<Vec<PathMap>, Refused> {
    let map = |text: &String| text.parse::<PathMap>().map_err(|error| Refused(error.to_string()));
    args.path_map.iter().map(map).collect()
}

/// Reads the job file.
pub fn job_file(args: &JobPlaceArgs) -> anyhow::Result<JobFile> {
    Ok(JobFile::read(&args.job, args.dir.as_deref(), &path_maps(args)?)?)
}

/// How a job's chunks are rendered. How workers start, who watches and who cancels is not decided here.
pub fn work_options(place: &JobPlaceArgs, work: &JobWorkArgs) -> Result<(RenderOptions, Talk), Refused> {
    let options = RenderOptions::default();
    let options = RenderOptions {
        path_map: path_maps(place)?,
        overwrite: true,
        retries: optional("--retries", &work.retries, values::retries)?.unwrap_or(options.retries),
        ..options
    };
    Ok((options, Talk::from(&work.talk)))
}

/// `--concurrency`.
pub fn concurrency(text: &Option<String>) -> Result<Concurrency, Refused> {
    let read = |text: &str| match text {
        "auto" => Ok(Concurrency::Auto),
        number => values::workers(number).map(Concurrency::Fixed),
    };
    Ok(optional("--concurrency", text, read)?.unwrap_or_default())
}

/// Chunks as `1,3-5`, of a job that has `count`.
pub fn chunks(text: &str, count: usize) -> Result<Vec<u32>, Refused> {
    let refused = || {
        let last = count.saturating_sub(1);
        Refused(format!(
            "invalid chunks {text:?}: the job has the chunks 0 to {last}; use a list such as 1,3-5"
        ))
    };
    let number = |text: &str| {
        let number = text.trim().parse::<u32>().ok().filter(|_| !text.trim().starts_with('+'));
        number.filter(|number| (*number as usize) < count).ok_or_else(refused)
    };
    let mut all = BTreeSet::new();
    for part in text.split(',') {
        match part.split_once('-') {
            Some((from, to)) if number(from)? <= number(to)? => all.extend(number(from)?..=number(to)?),
            Some(_) => return Err(refused()),
            None => drop(all.insert(number(part)?)),
        }
    }
    Ok(all.into_iter().collect())
}

/// The index that the batch engine has set.
pub fn index_from_env(variable: impl Fn(&str) -> Option<String>) -> Result<String, Refused> {
    let found = INDEX_VARIABLES.iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    found.ok_or_else(|| {
        Refused(format!(
            "--index-from-env: none of {} is set, so this is no task of an array: name the chunk instead",
            INDEX_VARIABLES.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::{chunks, index_from_env};

    #[test]
    fn lists_of_chunks() {
        assert_eq!(chunks("0", 1).unwrap(), [0]);
        assert_eq!(chunks("3,1-2, 2", 9).unwrap(), [1, 2, 3]);
        for bad in ["", "9", "-1", "2-1", "1,,2", "a", "+1", "1-", "0-9"] {
            let error = chunks(bad, 9).unwrap_err().to_string();
            assert!(error.contains("chunks 0 to 8"), "{error}");
        }
    }

    #[test]
    fn the_first_engine_that_says_something_counts() {
        let environment = |name: &str| match name {
            "SLURM_ARRAY_TASK_ID" => Some(String::new()),
            "AWS_BATCH_JOB_ARRAY_INDEX" => Some("4".to_owned()),
            "CLOUD_RUN_TASK_INDEX" => Some("5".to_owned()),
            _ => None,
        };
        assert_eq!(index_from_env(environment).unwrap(), "4");
        assert!(index_from_env(|_| None).unwrap_err().to_string().contains("JOB_COMPLETION_INDEX"));
    }
}
