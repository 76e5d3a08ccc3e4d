//! Pages that were made for other tools: which tool, and which compositions such a page has. Data only; the page's runtime
//! (`web/runtime/contract*.js`) speaks the contracts.

use crate::{Composition, Fps, JobError, Seconds};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which tool a page was made for: how it is told its frame, and what it says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Contract {
    /// Found out from the page.
    #[default]
    Auto,
    /// Helios itself: any page, on the virtual clock.
    Helios,
    /// `@helios-project/core`, the TypeScript Helios.
    HeliosTs,
    /// HyperFrames.
    #[serde(rename = "hyperframes")]
    HyperFrames,
    /// The folder that `remotion bundle` writes.
    Remotion,
    /// timecut and timesnap: any page, on the virtual clock.
    Timecut,
}

impl Contract {
    /// All of them.
    pub const ALL: [Contract; 6] = [
        Contract::Auto,
        Contract::Helios,
        Contract::HeliosTs,
        Contract::HyperFrames,
        Contract::Remotion,
        Contract::Timecut,
    ];

    /// The name used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            Contract::Auto => "auto",
            Contract::Helios => "helios",
            Contract::HeliosTs => "helios-ts",
            Contract::HyperFrames => "hyperframes",
            Contract::Remotion => "remotion",
            Contract::Timecut => "timecut",
        }
    }

    /// Whether the page decides.
    pub fn is_auto(&self) -> bool {
        *self == Contract::Auto
    }
}

impl FromStr for Contract {
    type Err = JobError;

    fn from_str(text: &str) -> Result<Contract, JobError> {
        Contract::ALL.into_iter().find(|contract| contract.name() == text).ok_or_else(|| JobError::Choice {
            what: "--contract",
            given: text.to_owned(),
            allowed: "use auto, helios, helios-ts, hyperframes, remotion or timecut".to_owned(),
        })
    }
}

/// What a page was made for.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpokenContract {
    /// As in [`Contract::name`].
    pub name: String,
    /// The version of the tool, where the page tells.
    pub version: Option<String>,
    /// The composition that is rendered, where it has a name.
    pub composition: Option<String>,
}

impl fmt::Display for SpokenContract {
    /// `remotion 4.0.529, composition "Main"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(version) = &self.version {
            write!(f, " {version}")?;
        }
        match &self.composition {
            Some(composition) => write!(f, ", composition {composition:?}"),
            None => Ok(()),
        }
    }
}

/// The value of `schema` in a list of this version.
pub const COMPOSITIONS_SCHEMA: &str = "helios.compositions/1";

/// What `helios compositions` finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CompositionList {
    /// [`COMPOSITIONS_SCHEMA`].
    pub schema: String,
    /// The file, folder or URL that was looked at.
    pub input: String,
    /// The pages with what is in them, by path.
    pub pages: Vec<ListedPage>,
}

/// One page of a [`CompositionList`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ListedPage {
    /// What `helios render` takes.
    pub page: String,
    /// The tool that the page was made for.
    pub contract: String,
    /// Why the page could not be read; it then has no compositions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The compositions of the page.
    pub compositions: Vec<ListedComposition>,
}

/// One composition of a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ListedComposition {
    /// What `--composition` names; the page's title where it is the only one.
    pub id: String,
    /// Width in pixels.
    pub width: Option<f64>,
    /// Height in pixels.
    pub height: Option<f64>,
    /// Frames per second.
    pub fps: Option<f64>,
    /// Seconds.
    pub duration: Option<f64>,
    /// Number of frames.
    pub frames: Option<f64>,
    /// The values that `--props` replaces.
    pub props: serde_json::Value,
}

impl ListedComposition {
    /// The composition of a page that is one.
    pub fn of(page: &Composition) -> ListedComposition {
        let named = page.contract.as_ref().and_then(|contract| contract.composition.clone());
        let fps = page.fps.as_deref().and_then(|fps| fps.parse::<Fps>().ok());
        let duration = page.duration.and_then(|seconds| Seconds::from_f64(seconds).ok());
        ListedComposition {
            id: named.or_else(|| page.title.clone()).unwrap_or_default(),
            width: page.width,
            height: page.height,
            fps: fps.map(Fps::as_f64),
            duration: page.duration,
            frames: duration.map(|duration| f64::from(duration.frames(fps.unwrap_or(Fps::DEFAULT)))),
            props: serde_json::Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        let schema = schemars::schema_for!(CompositionList);
        helios_testkit::assert_schema("compositions", COMPOSITIONS_SCHEMA, schema);
    }
}
