//! Who may ask.

use crate::studio::{Answer, Client, Place};
use axum::body::Body;
use helios_testkit::Script;

async fn ask(client: &Client, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = client.request(method, path);
    for (name, value) in headers {
        if *name == "host" {
            request.headers_mut().unwrap().remove("host");
        }
        request = request.header(*name, *value);
    }
    client.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn other_sites_and_other_names_are_refused() {
    let place = Place::new(Script::default());
    let client = place.open().await;
    let own = format!("http://{}", client.own);
    let port = client.own.rsplit_once(':').unwrap().1;
    for host in ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80", "", "[::2]:80"] {
        for path in ["/", "/api/project", "/nothing"] {
            let answer = ask(&client, "GET", path, &[("host", host)]).await;
            assert_eq!(answer.error(), (403, "foreign-host".to_owned()), "{host} {path}");
        }
    }
    let foreign: &[&[(&str, &str)]] = &[
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://127.0.0.1")],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
        &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")],
    ];
    for headers in foreign {
        for (method, path) in
            [("GET", "/api/project"), ("POST", "/api/jobs"), ("DELETE", "/api/jobs/render-1")]
        {
            let answer = ask(&client, method, path, headers).await;
            assert_eq!(answer.error(), (403, "foreign-origin".to_owned()), "{method} {path} {headers:?}");
        }
    }
    let good: &[&[(&str, &str)]] = &[
        &[("origin", &own)],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")],
        &[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
        &[("host", &format!("localhost:{port}"))],
    ];
    for headers in good {
        assert_eq!(ask(&client, "GET", "/api/project", headers).await.status, 200, "{headers:?}");
    }
    // A link to the Studio may stand anywhere.
    let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    assert_eq!(ask(&client, "GET", "/", &link).await.status, 200);
}

#[tokio::test]
async fn with_a_token_nothing_is_answered_without() {
    let place = Place::new(Script::default());
    let client = place.open_with(Some("correct-horse")).await.unwrap();
    let elsewhere = ("host", "studio.example:8080");
    for headers in [
        &[elsewhere][..],
        &[elsewhere, ("authorization", "Bearer correct-horsf")],
        &[elsewhere, ("cookie", "helios_token=")],
        &[elsewhere, ("cookie", "helios_token=correct-hors")],
    ] {
        for path in ["/", "/api/project", "/?token=wrong", "/?token="] {
            assert_eq!(ask(&client, "GET", path, headers).await.error(), (401, "unauthorized".to_owned()));
        }
    }
    let answer = ask(&client, "GET", "/?token=correct-horse", &[elsewhere]).await;
    assert_eq!((answer.status.as_u16(), &answer.headers["location"]), (303, &"/".parse().unwrap()));
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(ask(&client, "GET", "/api/project", &[elsewhere, ("cookie", cookie)]).await.status, 200);
    let bearer = [elsewhere, ("authorization", "Bearer correct-horse")];
    assert_eq!(ask(&client, "GET", "/api/project", &bearer).await.status, 200);
    // The token does not open the door to other sites.
    let foreign = [elsewhere, ("cookie", cookie), ("origin", "http://evil.example")];
    assert_eq!(ask(&client, "POST", "/api/jobs", &foreign).await.error().0, 403);
}
