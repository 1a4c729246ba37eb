//! The export formats as they cross between page and worker, and what a file of each is called.

use crate::report::render::Format;
use serde::{Deserialize, Serialize};

/// The export formats as they cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFormat {
    /// Markdown.
    Markdown,
    /// Markdown without tables.
    Plain,
    /// One HTML file without script.
    Html,
    /// JSON of the model.
    Json,
    /// A few lines for a chat.
    Chat,
}

impl ExportFormat {
    /// The renderer's name for it.
    pub fn format(self) -> Format {
        match self {
            ExportFormat::Markdown => Format::Markdown,
            ExportFormat::Plain => Format::Plain,
            ExportFormat::Html => Format::Html,
            ExportFormat::Json => Format::Json,
            ExportFormat::Chat => Format::Chat,
        }
    }

    /// Extension of a file that holds it.
    pub fn extension(self) -> &'static str {
        match self {
            ExportFormat::Markdown | ExportFormat::Plain => "md",
            ExportFormat::Html => "html",
            ExportFormat::Json => "json",
            ExportFormat::Chat => "txt",
        }
    }

    /// Media type of a file that holds it.
    pub fn media_type(self) -> &'static str {
        match self {
            ExportFormat::Markdown | ExportFormat::Plain => "text/markdown",
            ExportFormat::Html => "text/html",
            ExportFormat::Json => "application/json",
            ExportFormat::Chat => "text/plain",
        }
    }
}
