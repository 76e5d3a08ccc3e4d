//! What `helios compositions` found, as a table. Pure: a list in, text out.

use helios_job::{CompositionList, ListedComposition};

/// A line for each composition, aligned; default props under it.
pub fn compositions(list: &CompositionList) -> String {
    let head = ["ID", "SIZE", "FPS", "DURATION", "FRAMES", "MADE FOR", "PAGE"].map(str::to_owned);
    let mut rows = vec![(head, None)];
    for page in &list.pages {
        for composition in &page.compositions {
            let cells = cells(composition, &page.contract, &page.page);
            let props = Some(composition.props.to_string()).filter(|props| props != "null" && props != "{}");
            rows.push((cells, props));
        }
        if let Some(error) = &page.error {
            let gap = || "-".to_owned();
            let row = [gap(), gap(), gap(), gap(), gap(), gap(), format!("{}: {error}", page.page)];
            rows.push((row, None));
        }
    }
    let width =
        |column: usize| rows.iter().map(|(row, _)| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut text = String::new();
    for (row, props) in &rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
        if let Some(props) = props {
            text.push_str(&format!("  props {props}\n"));
        }
    }
    text
}

fn cells(composition: &ListedComposition, contract: &str, page: &str) -> [String; 7] {
    let ListedComposition { id, width, height, fps, duration, frames, .. } = composition;
    let said = |value: Option<f64>, unit: &str| {
        value.map_or_else(|| "-".to_owned(), |value| format!("{}{unit}", (value * 1000.0).round() / 1000.0))
    };
    let size = match (width, height) {
        (Some(width), Some(height)) => format!("{width}x{height}"),
        _ => "-".to_owned(),
    };
    let id = if id.is_empty() { "-".to_owned() } else { id.clone() };
    let frames = said(*frames, "");
    [id, size, said(*fps, ""), said(*duration, " s"), frames, contract.to_owned(), page.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use helios_job::{COMPOSITIONS_SCHEMA, ListedPage};

    #[test]
    fn a_line_each_with_its_props_under_it() {
        let main = ListedComposition {
            id: "Main".to_owned(),
            width: Some(1280.0),
            height: Some(720.0),
            fps: Some(29.97),
            duration: Some(3.0),
            frames: Some(90.0),
            props: serde_json::json!({"title": "A"}),
        };
        let page = |page: &str| ListedPage { page: page.to_owned(), ..ListedPage::default() };
        let list = CompositionList {
            schema: COMPOSITIONS_SCHEMA.to_owned(),
            input: "videos".to_owned(),
            pages: vec![
                ListedPage {
                    contract: "remotion".to_owned(),
                    compositions: vec![main],
                    ..page("a/index.html")
                },
                ListedPage { error: Some("it does not load".to_owned()), ..page("b.html") },
            ],
        };
        let text = "\
ID    SIZE      FPS    DURATION  FRAMES  MADE FOR  PAGE
Main  1280x720  29.97  3 s       90      remotion  a/index.html
  props {\"title\":\"A\"}
-     -         -      -         -       -         b.html: it does not load
";
        assert_eq!(compositions(&list), text);
    }
}
