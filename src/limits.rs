//! Every cap of the core, named, with unit and reason. What a cap leaves out is reported as `W-LIMIT`; counts stay right.

/// Longest record read, in bytes: a longer one is skipped and counted. A real entry of Cloud Logging is at most 256 KiB.
pub const RECORD_BYTES: usize = 128 * 1024 * 1024;
/// Deepest JSON nesting followed; serde_json's own default.
pub const JSON_DEPTH: usize = 120;
/// Bytes of the head of a file that detection looks at.
pub const HEAD_BYTES: usize = 256 * 1024;
/// Records of the head that detection parses.
pub const HEAD_RECORDS: usize = 64;
/// Skipped records named one by one (the others are counted).
pub const SKIPPED_NAMED: usize = 20;
/// Caps of one digest. Another value than the default is for tests and for machines with little memory; digests that merge
/// take the smaller of their caps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Limits {
    /// Distinct message shapes.
    pub shapes: usize,
    /// Distinct sources.
    pub sources: usize,
    /// Distinct request paths.
    pub paths: usize,
    /// Distinct texts of nested error objects.
    pub asides: usize,
    /// Distinct names of figures.
    pub figures: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { shapes: SHAPES, sources: SOURCES, paths: PATHS, asides: ASIDES, figures: FIGURES }
    }
}

/// Distinct message shapes kept; the smallest by (severity rank, hash) stay.
pub const SHAPES: usize = 16_384;
/// Distinct sources (service, revision, instance, log …) kept.
pub const SOURCES: usize = 32_768;
/// Distinct request paths kept.
pub const PATHS: usize = 8_192;
/// Bytes of a message that are masked and kept as sample; a stack trace of 200 frames fits.
pub const SAMPLE_BYTES: usize = 16 * 1024;
/// Samples kept of one shape, the smallest by content hash, beside the first and the last one.
pub const SAMPLES_PER_SHAPE: usize = 4;
/// Lines of fields kept of one shape, the smallest by content hash.
pub const FIELDS_PER_SHAPE: usize = 24;
/// Bytes of an additional sample.
pub const EXTRA_SAMPLE_BYTES: usize = 512;
/// Bytes of a sample below WARNING; long texts at INFO are rarely traces.
pub const CALM_SAMPLE_BYTES: usize = 8 * 1024;
/// Distinct texts of nested error objects kept.
pub const ASIDES: usize = 512;
/// Distinct names of figures (with what they are about, and targets of calls) kept.
pub const FIGURES: usize = 4_096;
/// Distinct label keys kept a file set.
pub const LABEL_KEYS: usize = 64;
/// Distinct values kept a label key.
pub const LABEL_VALUES: usize = 8;
/// Files unpacked from one archive.
pub const ARCHIVE_MEMBERS: usize = 10_000;
/// Ratio of unpacked to packed bytes beyond which an archive is refused as a bomb, once past `BOMB_FLOOR_BYTES`.
pub const BOMB_RATIO: u64 = 1_000;
/// Unpacked bytes below which no ratio is suspicious.
pub const BOMB_FLOOR_BYTES: u64 = 64 * 1024 * 1024;
/// Lines that a trace recogniser looks ahead for the line that proves a trace (a multi-line message stands before its frames).
pub const TRACE_LOOKAHEAD_LINES: usize = 40;
/// Longest pause inside one trace, in nanoseconds, where each line is its own entry.
pub const TRACE_GAP_NANOS: i64 = 1_000_000_000;
/// Longest pause before a line that is only probably part of the trace above it (lines of one print are 2 to 30 µs apart).
pub const TRACE_CLOSE_NANOS: i64 = 5_000_000;
/// Lines of one group; a longer one is cut into several.
pub const TRACE_LINES: usize = 20_000;
/// Frames kept of one exception: the outermost beyond it are dropped.
pub const TRACE_FRAMES: usize = 400;
/// Exceptions kept of one chain.
pub const TRACE_CHAIN: usize = 64;

/// How far from 1970 a time may lie, in nanoseconds (1824 to 2115): the difference of two times fits. One that lies further
/// away is taken for this far, and `W-CLOCK` tells of it.
pub const FAR_NANOS: i64 = 4_600_000_000 * 1_000_000_000;
/// Entries of two revisions up to which a report compares them unasked: it costs about as much as the report itself.
pub const UNASKED_ROWS: u64 = 200_000;
/// Rows named one by one in the evidence of a sentence.
pub const EVIDENCE_ROWS: usize = 500;
/// Bytes of a quoted entry.
pub const QUOTE_BYTES: usize = 1_500;
/// Distinct statements (messages or folded traces) that are analysed one by one.
pub const STATEMENTS: usize = 20_000;
/// Entries of one folded trace.
pub const TRACE_ENTRIES: usize = 400;
/// Files of dropped folders that are read, and the depth to which folders are walked; deeper ones are no log exports.
pub const FOLDER_FILES: usize = 10_000;
/// See [`FOLDER_FILES`].
pub const FOLDER_DEPTH: usize = 32;

/// What is said of folders that are deeper.
pub fn deeper_folders(n: u64) -> String {
    let what = if n == 1 { "folder is" } else { "folders are" };
    format!("{n} {what} more than {FOLDER_DEPTH} levels deep: what stands in there is not read")
}
/// Bytes of a rule file that the page reads; all built-in rules together have half of it.
pub const RULES_BYTES: u64 = 2 * 1024 * 1024;
/// Distinct statements that the pattern table clusters, the most severe and frequent first; a table of 25 rows needs no more.
pub const PATTERN_SHAPES: usize = 8_192;
/// Incidents, the strongest first, on which others are hung as consequences; so many kinds of failure are never looked at.
pub const HOSTS: usize = 512;
/// Statements of one pattern whose words are looked at for its values.
pub const PATTERN_SAMPLES: usize = 1_000;
/// Bytes of a report that is opened again; those of large logs have some hundred thousand.
pub const REPORT_BYTES: u64 = 32 * 1024 * 1024;
/// Values in the JSON of such a report.
pub const REPORT_VALUES: u64 = 2_000_000;
/// Buckets of its timeline, as many as a report has at most.
pub const REPORT_BUCKETS: usize = 4_096;
/// Largest number in it that is no time: so that its products with a thousand and its sums fit.
pub const REPORT_NUMBER: u64 = 10_000_000_000_000;
