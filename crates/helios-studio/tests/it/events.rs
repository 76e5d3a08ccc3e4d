//! The stream of events: what a connection gets first, and what one that broke gets.

use crate::studio::Place;
use axum::body::Body;
use futures_util::StreamExt as _;
use helios_testkit::Script;
use serde_json::Value;

/// The first events of a stream: their ids and their data.
async fn first(client: &crate::studio::Client, last: Option<&str>, count: usize) -> Vec<(String, Value)> {
    let mut request = client.request("GET", "/api/events");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = client.stream(request.body(Body::empty()).unwrap()).await;
    let mut stream = response.into_body().into_data_stream();
    let mut text = String::new();
    while text.matches("\n\n").count() < count {
        text.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
    }
    let event = |block: &str| {
        let line =
            |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
        (line("id:"), serde_json::from_str(&line("data:")).unwrap())
    };
    text.split("\n\n").take(count).map(event).collect()
}

#[tokio::test]
async fn a_broken_connection_goes_on_where_it_was() {
    let place = Place::new(Script::default());
    let client = place.open().await;
    let hello = first(&client, None, 1).await.remove(0);
    assert_eq!(hello.1["type"], "hello");
    client.post("/api/jobs", r#"{"composition":"page.html"}"#).await;
    client.until_state("render-1", "completed").await;

    let missed = first(&client, Some(&hello.0), 4).await;
    assert_eq!(missed[0].1["type"], "job");
    assert_eq!(
        (&missed[0].1["job"]["id"], &missed[0].1["job"]["state"]),
        (&"render-1".into(), &"queued".into())
    );
    // From the middle on, the same.
    let rest = first(&client, Some(&missed[1].0), 2).await;
    assert_eq!(rest, missed[2..]);
    for unknown in ["", "nonsense", "0-1", &format!("{}0000000", missed[3].0), "-1", "18446744073709551615-5"]
    {
        assert_eq!(first(&client, Some(unknown), 1).await[0].1["type"], "reset", "{unknown}");
    }
    // Files that change are told, and so is the list of compositions.
    let last = first(&client, None, 1).await.remove(0);
    std::fs::write(place.folder.path().join("new.html"), "<p>").unwrap();
    let told = first(&client, Some(&last.0), 2).await;
    assert_eq!((&told[0].1["type"], &told[0].1["paths"][0]), (&"files".into(), &"new.html".into()));
    assert_eq!(told[1].1["type"], "compositions");
}
