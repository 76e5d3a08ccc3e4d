//! One session: a target (a page, a worker, the browser itself) as something to call and to listen to.

use crate::{BrowserError, Connection, EventStream, Result, connection::Lifeline};
use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// A flattened DevTools session. Clones are the same session. Dropping it detaches nothing.
#[derive(Debug, Clone)]
pub struct Session {
    connection: Connection,
    lifeline: Arc<Lifeline>,
    target: Option<Arc<str>>,
}

impl Session {
    pub(crate) fn new(connection: Connection, lifeline: Arc<Lifeline>) -> Self {
        Self { connection, lifeline, target: None }
    }

    pub(crate) fn of_target(mut self, target: &str) -> Self {
        self.target = Some(target.into());
        self
    }

    /// The session id; `None` for the browser itself.
    pub fn id(&self) -> Option<&str> {
        self.lifeline.id.as_deref()
    }

    /// The target id, when the session was made by [`crate::Browser`].
    pub fn target_id(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// The connection which the session is part of.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Calls `method` and waits for its answer.
    ///
    /// Errors: [`BrowserError::CallTimeout`] and [`BrowserError::Protocol`] name the method; [`BrowserError::TargetCrashed`],
    /// [`BrowserError::TargetClosed`], [`BrowserError::Died`] and [`BrowserError::Closed`] come at once when that happens.
    pub async fn call(&self, method: &str, params: Value, timeout: Duration) -> Result<Value> {
        self.call_as(method, params, timeout).await
    }

    /// Like [`Session::call`], with parameters and answer of any serde type.
    pub async fn call_as<T: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
        timeout: Duration,
    ) -> Result<T> {
        self.call_raw(method, params, timeout).await?.parse()
    }

    /// Like [`Session::call`], with the answer unparsed: for megabytes of base64 that should not be copied.
    pub async fn call_raw(&self, method: &str, params: impl Serialize, timeout: Duration) -> Result<Reply> {
        self.connection.call_on(&self.lifeline, method, params, timeout).await
    }

    /// Every event of this session from now on. Subscribe before the call that causes the event.
    pub fn events(&self) -> EventStream {
        EventStream::new(Arc::clone(&self.lifeline))
    }

    /// Evaluates a JavaScript expression in the page's main world, awaits it if it is a promise, and returns its value by JSON.
    ///
    /// `undefined` is read as `null` (so `()` and `Option` fit); NaN, infinities and bigints come as strings, as JSON has none.
    /// Errors: [`BrowserError::PageException`] when it throws or rejects, [`BrowserError::Decode`] when the value is no `T`,
    /// and those of [`Session::call`].
    pub async fn evaluate<T: DeserializeOwned>(&self, expression: &str, timeout: Duration) -> Result<T> {
        const METHOD: &str = "Runtime.evaluate";
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let evaluated: Evaluated = self.call_as(METHOD, params, timeout).await?;
        if let Some(details) = evaluated.exception {
            return Err(details.into_error());
        }
        let RemoteObject { value, unserializable, .. } = evaluated.result;
        let value = unserializable.map_or(value, Value::String);
        serde_json::from_value(value)
            .map_err(|source| BrowserError::Decode { method: METHOD.to_owned(), source: Arc::new(source) })
    }
}

/// The unparsed result of a call.
#[derive(Debug, Clone)]
pub struct Reply {
    method: Box<str>,
    result: Bytes,
}

impl Reply {
    pub(crate) fn new(method: &str, result: Bytes) -> Self {
        Self { method: method.into(), result }
    }

    /// The result as JSON text.
    pub fn json(&self) -> &[u8] {
        &self.result
    }

    /// The result as `T`; lone surrogates in strings become U+FFFD.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        crate::json::parse(&self.result).map_err(|source| self.misfit(source))
    }

    /// The result as a `T` that may borrow strings (`&str`, when they have no escapes) from this reply.
    pub fn borrow<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        serde_json::from_slice(&self.result).map_err(|source| self.misfit(source))
    }

    fn misfit(&self, source: serde_json::Error) -> BrowserError {
        BrowserError::Decode { method: self.method.to_string(), source: Arc::new(source) }
    }
}

#[derive(Deserialize)]
struct Evaluated {
    result: RemoteObject,
    #[serde(rename = "exceptionDetails")]
    exception: Option<ExceptionDetails>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RemoteObject {
    value: Value,
    #[serde(rename = "unserializableValue")]
    unserializable: Option<String>,
    description: Option<String>,
    subtype: Option<String>,
}

#[derive(Deserialize)]
struct ExceptionDetails {
    text: String,
    exception: Option<RemoteObject>,
    #[serde(rename = "stackTrace")]
    stack: Option<StackTrace>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StackTrace {
    call_frames: Vec<CallFrame>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallFrame {
    function_name: String,
    url: String,
    line_number: i64,
    column_number: i64,
}

impl ExceptionDetails {
    /// An `Error` describes itself as "Class: message", then its stack; anything else that is thrown is shown as its value,
    /// with the place of the throw as the stack.
    fn into_error(self) -> BrowserError {
        let exception = self.exception.unwrap_or_default();
        let (message, own_stack) = match (exception.description, exception.value) {
            (Some(text), _) if exception.subtype.as_deref() == Some("error") => {
                match text.split_once("\n    at ") {
                    Some((message, stack)) => (message.to_owned(), format!("    at {stack}")),
                    None => (text, String::new()),
                }
            }
            (_, Value::String(text)) => (text, String::new()),
            (Some(class), Value::Null) => (format!("{} {class}", self.text), String::new()),
            (None, Value::Null) => (self.text, String::new()),
            (_, value) => (value.to_string(), String::new()),
        };
        let stack = match self.stack {
            Some(trace) if own_stack.is_empty() => trace.text(),
            _ => own_stack,
        };
        BrowserError::PageException { message, stack }
    }
}

impl StackTrace {
    /// In the words of V8. Lines and columns count from 1, as people do; the protocol counts from 0.
    fn text(&self) -> String {
        let line = |frame: &CallFrame| {
            let name = if frame.function_name.is_empty() { "<anonymous>" } else { &frame.function_name };
            let url = if frame.url.is_empty() { "<anonymous>" } else { &frame.url };
            format!("    at {name} ({url}:{}:{})", frame.line_number + 1, frame.column_number + 1)
        };
        self.call_frames.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}
