//! Options, page and defaults against each other.

use super::*;

fn resolve(options: &RenderOptions, page: &Composition) -> Result<JobConfig, RunnerError> {
    let input = Input { text: "/page.html".to_owned(), page: None };
    config(&input, Path::new("out.mp4"), options, page)
}

fn page() -> Composition {
    Composition {
        width: Some(640.0),
        height: Some(360.0),
        fps: Some("25".to_owned()),
        duration: Some(2.0),
        ..Composition::default()
    }
}

#[test]
fn options_win_over_the_page_and_the_page_over_defaults() {
    let config = resolve(&RenderOptions { width: Some(320), ..Default::default() }, &page()).unwrap();
    assert_eq!((config.width, config.height, config.total_frames), (320, 360, 50));
    let bare = Composition { duration: Some(1.0), ..Composition::default() };
    let config = resolve(&RenderOptions::default(), &bare).unwrap();
    assert_eq!((config.width, config.height, config.fps), (1920, 1080, Fps::DEFAULT));
}

#[test]
fn what_a_page_gets_wrong_is_said_to_come_from_the_page() {
    let cases = [
        Composition { width: Some(f64::NAN), ..page() },
        Composition { width: Some(0.0), ..page() },
        Composition { height: Some(361.0), ..page() },
        Composition { height: Some(1.5), ..page() },
        Composition { fps: Some("NaN".to_owned()), ..page() },
        Composition { duration: Some(0.0), ..page() },
        Composition { duration: Some(f64::INFINITY), ..page() },
    ];
    let errors: Vec<String> =
        cases.iter().map(|page| resolve(&RenderOptions::default(), page).unwrap_err().to_string()).collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn a_missing_duration_names_the_flag() {
    let error = resolve(&RenderOptions::default(), &Composition::default()).unwrap_err();
    assert!(error.to_string().contains("--duration"));
    assert_eq!(error.exit_code(), 64);
}
