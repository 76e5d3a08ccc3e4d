//! Messages of JSON-RPC 2.0 as the Model Context Protocol uses them.

use serde_json::{Value, json};

/// The protocol's versions that this server speaks, the newest first. Another one is answered with the newest.
pub const VERSIONS: [&str; 3] = ["2025-06-18", "2025-03-26", "2024-11-05"];

/// A message that came in.
#[derive(Debug, PartialEq)]
pub enum Message {
    /// It wants an answer.
    Request {
        /// Text or a number, which the answer repeats.
        id: Value,
        /// What is wanted.
        method: String,
        /// With what.
        params: Value,
    },
    /// It wants none.
    Notice {
        /// What happened.
        method: String,
        /// With what.
        params: Value,
    },
}

/// Why a message is answered with an error: a code of JSON-RPC, and words.
#[derive(Debug, PartialEq)]
pub struct Fault(pub i32, pub String);

/// The message is no JSON.
const UNREADABLE: i32 = -32700;
/// It is no request.
const INVALID: i32 = -32600;
/// There is no such method.
pub const UNKNOWN: i32 = -32601;
/// The method cannot be called like this.
pub const PARAMS: i32 = -32602;

/// Reads a line.
///
/// # Errors
/// The answer, with the id as far as it is known. Answers of others, who were asked nothing, are no messages: `None`.
pub fn read(line: &str) -> Result<Option<Message>, Value> {
    let value: Value = serde_json::from_str(line)
        .map_err(|error| fault(Value::Null, &Fault(UNREADABLE, format!("this is no JSON: {error}"))))?;
    let id = value.get("id").cloned();
    let good_id = id.as_ref().is_none_or(|id| id.is_string() || id.is_i64() || id.is_u64());
    let invalid = |why: &str| {
        let id = id.clone().filter(|_| good_id).unwrap_or_default();
        fault(id, &Fault(INVALID, why.to_owned()))
    };
    let Some(object) = value.as_object() else { return Err(invalid("a message is a JSON object")) };
    if object.get("jsonrpc") != Some(&json!("2.0")) {
        return Err(invalid("a message has \"jsonrpc\": \"2.0\""));
    }
    let method = match object.get("method") {
        Some(Value::String(method)) => method.clone(),
        None if object.contains_key("result") || object.contains_key("error") => return Ok(None),
        _ => return Err(invalid("a message has a method")),
    };
    if !good_id {
        return Err(invalid("an id is text or a whole number"));
    }
    let params = object.get("params").cloned().unwrap_or_else(|| json!({}));
    Ok(Some(match id {
        Some(id) => Message::Request { id, method, params },
        None => Message::Notice { method, params },
    }))
}

/// A good answer.
pub fn answer(id: Value, result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": result })
}

/// A bad one.
pub fn fault(id: Value, Fault(code, message): &Fault) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}
