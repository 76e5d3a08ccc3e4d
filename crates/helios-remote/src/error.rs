//! What can go wrong with object storage, in words: storage answers with pages of XML, and its client with chains of errors.

use helios_job::FailureKind;
use object_store::Error as Cause;

/// Something that object storage did not do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An address that cannot be used, or settings that make no sense.
    #[error("cannot use {url}: {why}")]
    Address {
        /// As given.
        url: String,
        /// What is wrong with it and what would do.
        why: String,
    },
    /// The storage, or the way to it, failed.
    #[error("failed to {doing} {url}: {why}")]
    Failed {
        /// A verb, such as `read`.
        doing: &'static str,
        /// The object.
        url: String,
        /// Why, and what would do where that is known.
        why: String,
        /// Whether trying again can help.
        kind: FailureKind,
    },
}

impl StoreError {
    /// Whether trying again can help.
    pub fn kind(&self) -> FailureKind {
        match self {
            StoreError::Address { .. } => FailureKind::Invalid,
            StoreError::Failed { kind, .. } => *kind,
        }
    }

    pub(crate) fn address(url: &str, why: impl Into<String>) -> StoreError {
        StoreError::Address { url: url.to_owned(), why: why.into() }
    }

    pub(crate) fn failed(doing: &'static str, url: &str, why: impl Into<String>) -> StoreError {
        let (url, why) = (url.to_owned(), why.into());
        StoreError::Failed { doing, url, why, kind: FailureKind::Transient }
    }

    /// What the client of the storage says.
    pub(crate) fn of(doing: &'static str, url: &str, cause: &Cause) -> StoreError {
        let text = chain(cause);
        let says = |word: &str| text.contains(word);
        let denied = matches!(cause, Cause::PermissionDenied { .. } | Cause::Unauthenticated { .. });
        let (why, kind) = if says("NoSuchBucket") {
            (
                "there is no such bucket (its name, AWS_REGION and AWS_ENDPOINT_URL decide)".to_owned(),
                FailureKind::Invalid,
            )
        } else if says("ExpiredToken") {
            ("the credentials have expired (AWS_SESSION_TOKEN)".to_owned(), FailureKind::Transient)
        } else if says("RequestTimeTooSkewed") {
            let why = "the storage finds the time of this machine wrong: set its clock";
            (why.to_owned(), FailureKind::Transient)
        } else if denied || says("403 Forbidden") || says("401 Unauthorized") {
            let code = element(&text, "Code").map(|code| format!(": {code}")).unwrap_or_default();
            let cure = "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they are allowed to do";
            (format!("the storage denies access{code}; {cure}"), FailureKind::Invalid)
        } else if says("169.254.169.254") {
            let why = "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a role";
            (why.to_owned(), FailureKind::Invalid)
        } else if matches!(cause, Cause::NotFound { .. }) {
            ("there is no such object".to_owned(), FailureKind::Transient)
        } else {
            (element(&text, "Message").unwrap_or_else(|| root(cause)), FailureKind::Transient)
        };
        StoreError::Failed { doing, url: url.to_owned(), why, kind }
    }
}

/// All that an error and its causes say.
fn chain(cause: &dyn std::error::Error) -> String {
    let mut text = cause.to_string();
    let mut next = cause.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

/// What the innermost cause says, with what was tried.
fn root(cause: &dyn std::error::Error) -> String {
    let mut last = cause;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}

/// The text of an element of the storage's answer.
fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    Some(inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(text: &str) -> Cause {
        Cause::Generic { store: "S3", source: text.to_owned().into() }
    }

    #[test]
    fn answers_in_words() {
        let say = |text: &str| StoreError::of("read", "s3://b/k", &cause(text));
        let error = say("404 Not Found: <Error><Code>NoSuchBucket</Code></Error>");
        assert!(error.to_string().starts_with("failed to read s3://b/k: there is no such bucket"), "{error}");
        assert_eq!(error.kind(), FailureKind::Invalid);
        let error = say("403 Forbidden: <Error><Code>SignatureDoesNotMatch</Code></Error>");
        assert!(
            error.to_string().contains("denies access: SignatureDoesNotMatch; check AWS_ACCESS_KEY_ID"),
            "{error}"
        );
        assert_eq!(say("<Code>ExpiredToken</Code>").kind(), FailureKind::Transient);
        let error = say("403 Forbidden: <Error><Code>RequestTimeTooSkewed</Code></Error>");
        assert!(
            error.to_string().ends_with("set its clock") && error.kind() == FailureKind::Transient,
            "{error}"
        );
        assert!(say("500: <Message>We broke</Message>").to_string().ends_with(": We broke"));
        assert!(say("connection refused").to_string().ends_with(": connection refused"));
    }
}
