//! Reading a job file: strictly, and with the place of whatever is wrong in it. What makes a job executable is in `job_check`.

use crate::json_place::locate;
use crate::{JobError, JobSpec, SCHEMA};
use serde::Deserialize;

/// How the schemas of all versions begin.
const FAMILY: &str = "helios.job/";

impl JobSpec {
    /// Reads a job file. Fields that are not known are refused, and so is another version of the format.
    ///
    /// # Errors
    /// [`JobError::JobFile`], which says where in the text what is wrong: line, column and field.
    pub fn parse(text: &str) -> Result<JobSpec, JobError> {
        check_schema(text)?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let job: JobSpec = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            refused(&error.into_inner(), &path)
        })?;
        reader.end().map_err(|error| refused(&error, "."))?;
        job.check().and_then(|()| job.check_id()).map_err(|(field, why)| {
            let place = locate(text, &field);
            JobError::JobFile { place: words(place, &field), why }
        })?;
        Ok(job)
    }
}

/// Looks at the version alone, because the rest of another version may look like anything.
fn check_schema(text: &str) -> Result<(), JobError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    // What is no JSON object is refused by the full reading.
    let Ok(Head { schema }) = serde_json::from_str(text) else { return Ok(()) };
    if schema == SCHEMA {
        return Ok(());
    }
    let is_other = schema.strip_prefix(FAMILY).is_some_and(|version| version.parse::<u32>().is_ok());
    let why = match is_other {
        true => format!("{schema:?}; this version of helios reads {SCHEMA:?}: use the version that made it"),
        false => format!("{schema:?}; this version of helios reads {SCHEMA:?}"),
    };
    Err(JobError::JobFile { place: words(locate(text, "schema"), "schema"), why })
}

fn refused(error: &serde_json::Error, path: &str) -> JobError {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let why = text.strip_suffix(&place).unwrap_or(&text).to_owned();
    JobError::JobFile { place: words((error.line(), error.column()), path), why }
}

/// `?`: within a text that ends too early, there is no field yet.
fn words((line, column): (usize, usize), field: &str) -> String {
    match field {
        "." | "?" => format!("line {line}, column {column}"),
        _ => format!("line {line}, column {column}, {field}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        helios_testkit::assert_schema("job", SCHEMA, schemars::schema_for!(JobSpec));
    }
}
