//! Events, and the events which end a session, against a scripted peer.

use crate::peer::{LONG, Peer, connect};
use helios_browser::{BrowserError, Connection};
use serde_json::json;
use std::time::Duration;

/// Returns when everything sent so far has been taken in.
async fn settle(connection: &Connection, peer: &mut Peer) {
    let script = async {
        let call = peer.call().await;
        peer.answer(&call, json!({})).await;
    };
    tokio::join!(connection.call("settle", json!({}), LONG), script).0.unwrap();
}

#[tokio::test]
async fn events_reach_every_listener_of_their_session_in_order() {
    let (connection, mut peer) = connect();
    let session = connection.session("S");
    let (mut one, mut two, mut other) =
        (session.events(), session.clone().events(), connection.session("T").events());
    for n in 0..1000 {
        peer.event("S", "Page.n", json!({ "n": n })).await;
    }
    peer.event("T", "Page.other", json!({})).await;
    for n in 0..1000 {
        assert_eq!(one.next().await.unwrap().params["n"], n);
    }
    assert_eq!(two.next().await.unwrap().parse::<serde_json::Value>().unwrap(), json!({ "n": 0 }));
    assert_eq!(other.next().await.unwrap().method, "Page.other");
}

#[tokio::test]
async fn events_without_listeners_are_dropped() {
    let (connection, mut peer) = connect();
    let session = connection.session("S");
    for _ in 0..10_000 {
        peer.event("S", "Page.n", json!({})).await;
    }
    settle(&connection, &mut peer).await;
    let mut events = session.events();
    peer.event("S", "Page.fresh", json!({})).await;
    assert_eq!(events.next().await.unwrap().method, "Page.fresh");
}

#[tokio::test]
async fn a_listener_that_does_not_read_is_told_what_it_lost() {
    let (connection, mut peer) = connect();
    let mut events = connection.session("S").events();
    for n in 0..10_000 {
        peer.event("S", "Page.n", json!({ "n": n })).await;
    }
    settle(&connection, &mut peer).await;
    let Err(BrowserError::EventsLost { missed }) = events.next().await else { panic!("nothing was lost") };
    assert_eq!(events.next().await.unwrap().params["n"], missed);
}

#[tokio::test]
async fn waiting_for_an_event_skips_others_and_times_out_by_name() {
    let (connection, mut peer) = connect();
    let mut events = connection.session("S").events();
    peer.event("S", "Page.a", json!({})).await;
    peer.event("S", "Page.b", json!({ "x": 1 })).await;
    assert_eq!(events.wait_for("Page.b", LONG).await.unwrap().params["x"], 1);
    let error = events.wait_for("Page.b", Duration::from_millis(5)).await.unwrap_err();
    assert_eq!(error.to_string(), "`Page.b` was not answered within 5ms");
}

#[tokio::test]
async fn half_an_emoji_loses_no_event() {
    let (connection, mut peer) = connect();
    let mut events = connection.session("S").events();
    peer.bytes(b"{\"sessionId\":\"S\",\"method\":\"Log.x\",\"params\":{\"text\":\"a\\ud83d\"}}\0").await;
    assert_eq!(events.next().await.unwrap().params["text"], "a\u{fffd}");
}

#[tokio::test]
async fn a_crash_ends_its_session_and_no_other() {
    let (connection, mut peer) = connect();
    let (crashed, healthy) = (connection.session("S"), connection.session("T"));
    let mut events = crashed.events();
    let script = async {
        peer.call().await;
        let other = peer.call().await;
        peer.event("S", "Inspector.targetCrashed", json!({})).await;
        peer.answer(&other, json!("fine")).await;
    };
    let (lost, fine, ()) =
        tokio::join!(crashed.call("A", json!({}), LONG), healthy.call("B", json!({}), LONG), script);
    assert!(matches!(lost, Err(BrowserError::TargetCrashed)));
    assert_eq!(fine.unwrap(), "fine");
    assert!(matches!(crashed.call("C", json!({}), LONG).await, Err(BrowserError::TargetCrashed)));
    assert!(matches!(
        connection.session("S").call("D", json!({}), LONG).await,
        Err(BrowserError::TargetCrashed)
    ));
    // The event itself is still seen, then the reason for the end.
    assert_eq!(events.next().await.unwrap().method, "Inspector.targetCrashed");
    assert!(matches!(events.next().await, Err(BrowserError::TargetCrashed)));
}

#[tokio::test]
async fn a_detached_session_is_over() {
    let (connection, mut peer) = connect();
    let session = connection.session("S");
    let script = async {
        peer.call().await;
        peer.send(&json!({ "method": "Target.detachedFromTarget", "params": { "sessionId": "S", "targetId": "X" } })).await;
    };
    let (lost, ()) = tokio::join!(session.call("A", json!({}), LONG), script);
    assert!(matches!(lost, Err(BrowserError::TargetClosed { .. })), "{lost:?}");
    assert!(matches!(session.call("A", json!({}), LONG).await, Err(BrowserError::TargetClosed { .. })));
}
