//! Calls and replies against a scripted peer.

use crate::peer::{LONG, connect, connect_with, framed};
use helios_browser::BrowserError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_call_is_one_terminated_message_with_its_session() {
    let (connection, mut peer) = connect();
    let session = connection.session("S1");
    let call = session.call("Page.enable", json!({ "a": 1 }), LONG);
    let script = async {
        let call = peer.call().await;
        assert_eq!(call["method"], "Page.enable");
        assert_eq!(call["params"], json!({ "a": 1 }));
        assert_eq!(call["sessionId"], "S1");
        peer.answer(&call, json!({ "b": 2 })).await;
        let call = peer.call().await;
        assert_eq!(call.get("sessionId"), None);
        peer.answer(&call, json!({})).await;
    };
    let calls = async {
        assert_eq!(call.await.unwrap(), json!({ "b": 2 }));
        assert_eq!(connection.call("Browser.x", json!({}), LONG).await.unwrap(), json!({}));
    };
    tokio::join!(calls, script);
}

#[tokio::test]
async fn split_and_merged_frames() {
    let (connection, mut peer) = connect();
    let calls = async {
        tokio::join!(
            connection.call("A", json!({}), LONG),
            connection.call("B", json!({}), LONG),
            connection.call("C", json!({}), LONG),
        )
    };
    let script = async {
        let (a, b, c) = (peer.call().await, peer.call().await, peer.call().await);
        let answers = [(&a, "a"), (&b, "b"), (&c, "c")]
            .map(|(call, text)| framed(&json!({ "id": call["id"], "result": { "is": text } })));
        let stream = answers.concat();
        // One and a half at once, the rest byte by byte.
        let middle = answers[0].len() + answers[1].len() / 2;
        peer.bytes(&stream[..middle]).await;
        for byte in &stream[middle..] {
            tokio::task::yield_now().await;
            peer.bytes(&[*byte]).await;
        }
    };
    let ((a, b, c), ()) = tokio::join!(calls, script);
    assert_eq!([a, b, c].map(|answer| answer.unwrap()["is"].clone()), ["a", "b", "c"]);
}

#[tokio::test]
async fn replies_out_of_order_find_their_calls() {
    let (connection, mut peer) = connect();
    let calls =
        async { tokio::join!(connection.call("A", json!({}), LONG), connection.call("B", json!({}), LONG)) };
    let script = async {
        let (a, b) = (peer.call().await, peer.call().await);
        peer.answer(&b, json!("b")).await;
        peer.answer(&a, json!("a")).await;
    };
    let ((a, b), ()) = tokio::join!(calls, script);
    assert_eq!((a.unwrap(), b.unwrap()), (json!("a"), json!("b")));
}

#[tokio::test]
async fn error_replies_name_the_method() {
    let (connection, mut peer) = connect();
    let script = async {
        let call = peer.call().await;
        peer.send(
            &json!({ "id": call["id"], "error": { "code": -32000, "message": "no.", "data": "at params" } }),
        )
        .await;
    };
    let (answer, ()) = tokio::join!(connection.call("DOM.x", json!({}), LONG), script);
    let error = answer.unwrap_err();
    assert!(matches!(error, BrowserError::Protocol { code: -32000, .. }));
    assert_eq!(error.to_string(), "`DOM.x` was refused: no. at params (code -32000)");
}

#[tokio::test]
async fn an_unanswered_call_times_out_and_its_late_answer_is_nobodys() {
    let (connection, mut peer) = connect();
    let error = connection.call("Page.slow", json!({}), Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(error.to_string(), "`Page.slow` was not answered within 20ms");
    let late = peer.call().await;
    peer.answer(&late, json!("late")).await;
    let script = async {
        let call = peer.call().await;
        peer.answer(&call, json!("in time")).await;
    };
    let (answer, ()) = tokio::join!(connection.call("Page.fast", json!({}), LONG), script);
    assert_eq!(answer.unwrap(), "in time");
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_a_time_out_and_not_a_hang() {
    let (connection, _peer) = connect_with(16);
    for _ in 0..100 {
        let call = connection.call("Page.x", json!({}), Duration::from_millis(1)).await;
        assert!(matches!(call, Err(BrowserError::CallTimeout { .. })));
    }
}

#[tokio::test]
async fn calls_given_up_on_do_not_break_the_framing() {
    // A pipe so small that the first call is cancelled when half of it is written.
    let (connection, mut peer) = connect_with(16);
    let long = json!({ "text": "x".repeat(1000) });
    let cancelled = connection.call("First", long, Duration::from_millis(20)).await;
    assert!(cancelled.is_err());
    let script = async {
        assert_eq!(peer.call().await["method"], "First");
        let call = peer.call().await;
        peer.answer(&call, json!("yes")).await;
    };
    let (answer, ()) = tokio::join!(connection.call("Second", json!({}), LONG), script);
    assert_eq!(answer.unwrap(), "yes");
}

#[tokio::test]
async fn a_closed_pipe_fails_all_pending_and_later_calls_at_once() {
    let (connection, mut peer) = connect();
    let session = connection.session("S");
    let mut events = session.events();
    let script = async {
        peer.call().await;
        peer.call().await;
        drop(peer);
    };
    let start = Instant::now();
    let (a, b, ()) =
        tokio::join!(connection.call("A", json!({}), LONG), session.call("B", json!({}), LONG), script);
    assert!(matches!(a, Err(BrowserError::Closed)), "{a:?}");
    assert!(matches!(b, Err(BrowserError::Closed)), "{b:?}");
    assert!(matches!(session.call("C", json!({}), LONG).await, Err(BrowserError::Closed)));
    assert!(matches!(events.next().await, Err(BrowserError::Closed)));
    assert!(matches!(connection.session("new").events().next().await, Err(BrowserError::Closed)));
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn garbage_ends_the_connection_and_says_what_it_was() {
    let (connection, mut peer) = connect();
    let script = async {
        peer.call().await;
        peer.bytes(b"segmentation fault\0").await;
    };
    let (answer, ()) = tokio::join!(connection.call("A", json!({}), LONG), script);
    let error = answer.unwrap_err();
    assert!(matches!(error, BrowserError::Garbage { .. }), "{error:?}");
    assert!(error.to_string().contains("segmentation fault"));
    assert!(matches!(connection.call("B", json!({}), LONG).await, Err(BrowserError::Garbage { .. })));
}

#[tokio::test]
async fn huge_messages_pass_both_ways_and_are_not_copied_to_be_read() {
    #[derive(Deserialize)]
    struct Shot<'a> {
        data: &'a str,
    }
    let (connection, mut peer) = connect_with(1 << 20);
    let size = 32 << 20;
    let script = tokio::spawn(async move {
        let call = peer.call().await;
        peer.answer(&call, json!({ "data": call["params"]["data"] })).await;
    });
    let start = Instant::now();
    let params = json!({ "data": "A".repeat(size) });
    let reply = connection.root().call_raw("Page.captureScreenshot", params, LONG).await.unwrap();
    script.await.unwrap();
    let shot: Shot<'_> = reply.borrow().unwrap();
    assert_eq!(shot.data.len(), size);
    assert!(reply.json().as_ptr_range().contains(&shot.data.as_ptr()));
    // Quadratic searching would take minutes.
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}

#[tokio::test]
async fn an_answer_of_another_shape_names_the_method() {
    let (connection, mut peer) = connect();
    let script = async {
        let call = peer.call().await;
        peer.answer(&call, json!({ "data": 7 })).await;
    };
    let root = connection.root();
    let (answer, ()) = tokio::join!(root.call_as::<String>("Page.x", Value::Null, LONG), script);
    let error = answer.unwrap_err();
    assert!(matches!(error, BrowserError::Decode { .. }));
    assert!(error.to_string().starts_with("`Page.x` answered something unexpected: "), "{error}");
}

#[tokio::test]
async fn dropping_the_last_handle_closes_the_pipe() {
    let (connection, mut peer) = connect();
    let session = connection.session("S");
    drop(connection);
    let script = async {
        let call = peer.call().await;
        peer.answer(&call, json!(1)).await;
    };
    let (answer, ()) = tokio::join!(session.call("A", json!({}), LONG), script);
    assert_eq!(answer.unwrap(), 1);
    drop(session);
    let mut rest = Vec::new();
    tokio::time::timeout(LONG, tokio::io::AsyncReadExt::read_to_end(&mut peer.stream, &mut rest))
        .await
        .unwrap()
        .unwrap();
    assert!(rest.is_empty());
}
