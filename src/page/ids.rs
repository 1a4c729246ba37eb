//! Every DOM id of the page, once.

use std::fmt;

/// An id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // an id is its own description
pub enum Id {
    Picker,
    DropZone,
    Main,
    Report,
    Drawer,
    DrawerTitle,
    Search,
    Live,
    EntryAt,
    FacetAt,
    FacetFind,
    FacetMore,
    Query,
    Plot,
    Marks,
    More,
    Wish,
    Wishes,
    Overview,
    Timeline,
    Findings,
    Whys,
    Actions,
    Changes,
    Severity,
    Requests,
    Patterns,
    Exceptions,
    Details,
    Works,
    NotFound,
    Coverage,
    Raw,
    GeneratedAt,
    Level,
    OwnWord,
    Zone,
}

impl Id {
    /// The id as it stands in the document.
    pub fn name(self) -> &'static str {
        match self {
            Id::Picker => "picker",
            Id::DropZone => "drop-zone",
            Id::Main => "main",
            Id::Report => "report",
            Id::Drawer => "drawer",
            Id::DrawerTitle => "drawer-title",
            Id::Search => "search",
            Id::Live => "live",
            Id::FacetAt => "facet-at",
            Id::FacetFind => "facet-find",
            Id::FacetMore => "facet-more",
            Id::Query => "query",
            Id::EntryAt => "entry-at",
            Id::More => "picker-more",
            Id::Plot => "timeline-plot",
            Id::Marks => "timeline-marks",
            Id::Wish => "palette-input",
            Id::Wishes => "palette-list",
            Id::Overview => "overview",
            Id::Timeline => "timeline",
            Id::Findings => "findings",
            Id::Whys => "five-whys",
            Id::Actions => "actions",
            Id::Changes => "what-changed",
            Id::Severity => "severity",
            Id::Requests => "requests",
            Id::Patterns => "patterns",
            Id::Exceptions => "exceptions",
            Id::Details => "technical-details",
            Id::Works => "what-works",
            Id::NotFound => "not-found",
            Id::Coverage => "coverage",
            Id::Raw => "raw-data",
            Id::GeneratedAt => "generated-at",
            Id::Level => "redaction-level",
            Id::OwnWord => "own-word",
            Id::Zone => "time-zone",
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
