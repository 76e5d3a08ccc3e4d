//! Projects become pages: TypeScript, JSX, style sheets, assets and npm packages are built into a folder that a browser takes
//! as it is, by rolldown, inside this program.
//!
//! * [`find`] says what an input is: a page that runs as it stands, or a [`Project`] that must be built.
//! * [`build`] builds a project into a folder of the cache, whose name is made of its content: the same sources give the same
//!   folder, and a render that comes later finds it again.
//!
//! | module | what it knows |
//! |---|---|
//! | `input`, `package`, `scan` | files of a project: which is the entry, what is installed, what a browser can run |
//! | `html`, `entry` | the page: what it names, and the script that mounts a component |
//! | `plugin`, `css`, `assets`, `env` | what rolldown is told about files that are no JavaScript |
//! | `compile` | languages whose compilers are JavaScript: Svelte, Vue, Solid |
//! | `build`, `fault` | rolldown itself, and its complaints in our words |
//! | `store` | the folder that comes out |
//!
//! It needs no Node. It does not know what a render is, and never prints.

mod assets;
mod build;
mod compile;
mod css;
mod entry;
mod env;
mod error;
mod fault;
mod html;
mod input;
mod package;
mod page;
mod plugin;
mod scan;
mod store;

pub use build::{BuildOptions, Built, build};
pub use error::BundleError;
pub use fault::Fault;
pub use input::{Project, Source, find};
