//! A server of the Model Context Protocol: an agent lists pages, checks them, looks at frames and renders videos.
//!
//! ```text
//! protocol  JSON-RPC 2.0, one message a line: requests in, answers out
//! server    what the methods of the protocol do
//! tools     what an agent can call, and with which arguments
//! words     arguments become a command line, confined to the folder
//! renders   videos that are rendered while the agent goes on
//! ```

mod protocol;
mod renders;
mod server;
#[cfg(test)]
mod tests;
mod tools;
mod words;

pub use renders::Renders;
pub use server::Server;
pub use tools::Tools;
