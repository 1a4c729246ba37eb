//! Packed bytes → the files in them, streaming: gzip, zstd, zip, tar and each inside another.
//!
//! Takes chunks of any size, gives [`Event`]s. First bytes decide, never names. Memory is bounded by windows and
//! buffers, never by the size of a file. Own readers stand where the field's crates need to pull from a `Read` (tar,
//! zip's directory, zstd's frames); inflating and zstd blocks are done by flate2 and ruzstd.

mod gzip;
mod tar;
mod zip;
mod zstd;

use crate::error::Code;
use crate::limits::{ARCHIVE_MEMBERS, BOMB_FLOOR_BYTES, BOMB_RATIO};

/// Bytes that tell a packing: a tar header names itself at byte 257.
const MAGIC_BYTES: usize = 512;
/// Packings inside each other that are followed: `x.zip/y.tar.gz` has three.
const DEPTH: usize = 4;

/// What comes out.
#[derive(Debug)]
pub enum Event<'a> {
    /// How the next file is packed: `gzip`, `tar in gzip` …; comes before its beginning, if it is packed.
    Packing(&'a str),
    /// A file begins: a member of an archive by its name, or the only one.
    Begin(Option<&'a str>),
    /// Its next bytes.
    Data(&'a [u8]),
    /// It ends.
    End,
    /// Something is wrong with the archive, or with one member.
    Trouble(Trouble),
}

/// What is wrong with an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Which kind.
    pub code: Code,
    /// What exactly.
    pub detail: String,
    /// The member, if it is about one.
    pub member: Option<String>,
    /// Whether the file that is open ends too early because of it.
    pub cuts: bool,
}

impl Trouble {
    fn new(code: Code, detail: &str) -> Trouble {
        Trouble { code, detail: detail.to_owned(), member: None, cuts: false }
    }

    fn cut(detail: &str) -> Trouble {
        Trouble { cuts: true, ..Trouble::new(Code::ETruncated, detail) }
    }
}

/// Who takes events; says whether to go on.
pub type Out<'o> = &'o mut dyn FnMut(Event<'_>) -> bool;

/// The same inside: who takes the parts of one layer.
type Parts<'o> = &'o mut dyn FnMut(Part<'_>) -> bool;

/// Unpacks one file.
#[derive(Debug)]
pub struct Unpack {
    layer: Layer,
    n_in: u64,
    n_out: u64,
    n_members: usize,
    begun: bool,
    refused: bool,
}

impl Default for Unpack {
    fn default() -> Unpack {
        Unpack::new()
    }
}

impl Unpack {
    /// An unpacker at the first byte of a file.
    pub fn new() -> Unpack {
        Unpack { layer: Layer::new(0), n_in: 0, n_out: 0, n_members: 0, begun: false, refused: false }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8], out: Out<'_>) {
        self.n_in += bytes.len() as u64;
        self.run(Some(bytes), out);
    }

    /// Ends the file.
    pub fn finish(&mut self, out: Out<'_>) {
        self.run(None, out);
    }

    /// How the file is packed: `gzip`, `tar in gzip` …, or empty.
    pub fn packing(&self) -> String {
        self.layer.packing()
    }

    /// Whether nothing more is read of it.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    fn run(&mut self, bytes: Option<&[u8]>, out: Out<'_>) {
        let Unpack { layer, n_in, n_out, n_members, begun, refused } = self;
        if *refused {
            return;
        }
        let allowed = BOMB_FLOOR_BYTES.max(n_in.saturating_mul(BOMB_RATIO));
        let mut guarded = |event: Event<'_>| {
            if *refused {
                return false;
            }
            let why = match &event {
                Event::Data(bytes) => {
                    *n_out += bytes.len() as u64;
                    (*n_out > allowed)
                        .then_some("It unpacks to far more than any log does; it was not read further.")
                }
                Event::Begin(_) => {
                    *n_members += 1;
                    *begun = true;
                    (*n_members > ARCHIVE_MEMBERS).then_some("It holds more files than are read.")
                }
                _ => None,
            };
            let Some(why) = why else { return out(event) };
            *refused = true;
            out(Event::Trouble(Trouble { cuts: true, ..Trouble::new(Code::WLimit, why) }));
            false
        };
        match bytes {
            Some(bytes) => {
                layer.push(bytes, &mut guarded);
            }
            None => layer.finish(&mut guarded),
        }
    }
}

/// One layer of packing with what is inside it.
#[derive(Debug)]
struct Layer {
    depth: usize,
    kind: Kind,
    /// The layer inside, for packings of one stream; archives make one a member.
    inner: Option<Box<Layer>>,
    member: Option<String>,
    /// How this layer and all around it are packed: `tar in gzip`.
    chain: String,
}

#[derive(Debug)]
enum Kind {
    /// First bytes are gathered.
    Unknown(Vec<u8>),
    Plain,
    Gzip(Box<gzip::Gzip>),
    Zstd(Box<zstd::Zstd>),
    Zip(Box<zip::Zip>),
    Tar(Box<tar::Tar>),
    /// Broken or refused: the rest is passed over.
    Dead,
}

/// What a reader of one packing tells the layer.
#[derive(Debug)]
enum Part<'a> {
    /// A member of an archive begins.
    Member(&'a str),
    /// Unpacked bytes.
    Data(&'a [u8]),
    /// The member ends.
    End,
    /// Something is wrong; if it cuts, nothing more comes.
    Trouble(Trouble),
}

impl Layer {
    fn new(depth: usize) -> Layer {
        let kind = Kind::Unknown(Vec::new());
        Layer { depth, kind, inner: None, member: None, chain: String::new() }
    }

    fn packing(&self) -> String {
        match &self.inner {
            Some(inner) if !self.kind.is_archive() => inner.packing(),
            _ => self.chain.clone(),
        }
    }

    /// Takes bytes; says whether to go on.
    fn push(&mut self, bytes: &[u8], out: Out<'_>) -> bool {
        let Kind::Unknown(head) = &mut self.kind else { return self.feed(bytes, out) };
        let room = MAGIC_BYTES.saturating_sub(head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        head.extend_from_slice(first);
        if head.len() < MAGIC_BYTES {
            return true;
        }
        self.settle(out) && self.feed(rest, out)
    }

    /// Decides by the first bytes and passes them on.
    fn settle(&mut self, out: Out<'_>) -> bool {
        let Kind::Unknown(head) = &mut self.kind else { return true };
        let head = std::mem::take(head);
        self.kind = Kind::of(&head, self.depth);
        if let Kind::Plain = self.kind {
            let member = self.member.as_deref();
            let begun =
                (self.chain.is_empty() || out(Event::Packing(&self.chain))) && out(Event::Begin(member));
            return begun && self.feed(&head, out);
        }
        let own = self.kind.name();
        self.chain = if self.chain.is_empty() { own.to_owned() } else { format!("{own} in {}", self.chain) };
        self.feed(&head, out)
    }

    fn feed(&mut self, bytes: &[u8], out: Out<'_>) -> bool {
        if bytes.is_empty() {
            return true;
        }
        let Layer { depth, kind, inner, member, chain } = self;
        let mut nest = Nest { depth: *depth, inner, member, chain, dead: false };
        let part = &mut |part: Part<'_>| nest.take(part, out);
        match kind {
            Kind::Plain => return out(Event::Data(bytes)),
            Kind::Gzip(reader) => reader.push(bytes, part),
            Kind::Zstd(reader) => reader.push(bytes, part),
            Kind::Zip(reader) => reader.push(bytes, part),
            Kind::Tar(reader) => reader.push(bytes, part),
            Kind::Unknown(_) | Kind::Dead => {}
        }
        if nest.dead {
            self.kind = Kind::Dead;
        }
        !matches!(self.kind, Kind::Dead)
    }

    fn finish(&mut self, out: Out<'_>) {
        self.settle(out);
        let Layer { depth, kind, inner, member, chain } = self;
        let mut nest = Nest { depth: *depth, inner, member, chain, dead: false };
        let part = &mut |part: Part<'_>| nest.take(part, out);
        match kind {
            Kind::Plain => {
                out(Event::End);
            }
            Kind::Gzip(reader) => reader.finish(part),
            Kind::Zstd(reader) => reader.finish(part),
            Kind::Zip(reader) => reader.finish(part),
            Kind::Tar(reader) => reader.finish(part),
            Kind::Unknown(_) | Kind::Dead => {}
        }
        if let Some(inner) = &mut self.inner {
            inner.finish(out);
        }
    }
}

/// Takes the parts of a layer to the layer inside.
struct Nest<'l> {
    depth: usize,
    inner: &'l mut Option<Box<Layer>>,
    member: &'l Option<String>,
    chain: &'l str,
    dead: bool,
}

impl Nest<'_> {
    /// Says whether the layer is to go on.
    fn take(&mut self, part: Part<'_>, out: Out<'_>) -> bool {
        match part {
            Part::Member(name) => {
                self.close(out);
                let member = match self.member {
                    Some(outer) => format!("{outer}/{name}"),
                    None => name.to_owned(),
                };
                *self.inner = Some(self.layer(Some(member)));
            }
            Part::Data(bytes) => {
                if self.inner.is_none() {
                    *self.inner = Some(self.layer(self.member.clone()));
                }
                // A damaged archive inside this one ends alone; a refusal of everything ends all.
                let goes_on = self.inner.as_mut().is_some_and(|inner| inner.push(bytes, out));
                if !goes_on && !out(Event::Data(&[])) {
                    self.dead = true;
                }
            }
            Part::End => self.close(out),
            Part::Trouble(trouble) => {
                if trouble.cuts {
                    self.dead = true;
                    if let Some(inner) = self.inner {
                        inner.settle(out);
                    }
                }
                out(Event::Trouble(trouble));
            }
        }
        !self.dead
    }

    fn layer(&self, member: Option<String>) -> Box<Layer> {
        let mut layer = Layer::new(self.depth + 1);
        layer.member = member;
        self.chain.clone_into(&mut layer.chain);
        Box::new(layer)
    }

    fn close(&mut self, out: Out<'_>) {
        if let Some(mut inner) = self.inner.take() {
            inner.finish(out);
        }
    }
}

impl Kind {
    fn of(head: &[u8], depth: usize) -> Kind {
        if depth >= DEPTH {
            return Kind::Plain;
        }
        match head {
            [0x1F, 0x8B, 8, ..] => Kind::Gzip(Box::default()),
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Kind::Zstd(Box::default()),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip(Box::default()),
            _ if tar::is_header(head) => Kind::Tar(Box::default()),
            _ => Kind::Plain,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Kind::Gzip(_) => "gzip",
            Kind::Zstd(_) => "zstd",
            Kind::Zip(_) => "zip",
            Kind::Tar(_) => "tar",
            Kind::Unknown(_) | Kind::Plain | Kind::Dead => "",
        }
    }

    fn is_archive(&self) -> bool {
        matches!(self, Kind::Zip(_) | Kind::Tar(_))
    }
}

/// Whether a member of an archive is worth reading: no folder, and none of the files that macOS adds.
fn is_file(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or("");
    !base.is_empty() && !name.starts_with("__MACOSX/") && !base.starts_with("._") && base != ".DS_Store"
}

/// Token of a member: that of the archive and the member's name.
pub fn member_token(token: u64, member: &str) -> u64 {
    super::token(&token.to_le_bytes(), member.as_bytes())
}
