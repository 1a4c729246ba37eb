"""Takes a sealed page apart: policy, scripts, style, the packed worker and the wasm modules, with what each names.

Takes the text of the file, gives plain values; judges nothing (that is check_seal.py).
"""

import lzma
import re
from html.parser import HTMLParser

#: A string, a template without `${}`, or a comment: whatever in a script names nothing.
SILENT = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(?<=[(,=:\[!&|?{};])\s*/(?![/*])(?:\\.|\[[^\]\n]*\]|[^/\\\n\[])+/[a-z]*""",
    re.S | re.X,
)
WORD = re.compile(r"[A-Za-z_$][\w$]*")
#: wasm-bindgen ends the names of imports in a hash of what they are made from.
HASH = re.compile(r"_h?[0-9a-f]{16}$")
#: It numbers the closures that it hands to JavaScript; the numbers change with every build.
CLOSURE = re.compile(r"^(__wasm_bindgen_func_elem)_\d+(?:_\d+)*$")
#: Its parameters and variables, which are numbered.
LOCAL = re.compile(r"(arg|v|len|ptr|deferred|cb|state)\d[\d_]*")


class Sealed(HTMLParser):
    """The elements of the file in order, with attributes and text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Notes an element."""
        self.elements.append((tag, dict(attrs), []))
        self._open = True

    def handle_endtag(self, tag):
        """Ends an element: what follows is not its text."""
        self._open = False

    def handle_data(self, data):
        """Adds text to the element that is open."""
        if self._open:
            self.elements[-1][2].append(data)

    def texts(self, tag):
        """`(attributes, text)` of each element of a kind."""
        return [(attrs, "".join(parts)) for name, attrs, parts in self.elements if name == tag]

    def policy(self):
        """Directives of the policy: name → sources."""
        for attrs, _ in self.texts("meta"):
            if (attrs.get("http-equiv") or "").lower() == "content-security-policy":
                parts = [part.split() for part in attrs["content"].split(";") if part.strip()]
                return {name: sources for name, *sources in parts}
        return {}

    def scripts(self):
        """Texts that the browser runs."""
        return [text for attrs, text in self.texts("script") if "type" not in attrs or "javascript" in attrs["type"]]

    def packed(self, ident):
        """Bytes of what is packed under an id, or None."""
        for attrs, text in self.texts("script"):
            if attrs.get("id") == ident:
                if "data-cuts" in attrs:
                    return b"".join(part for both in streams(attrs["data-cuts"], text) for part in both)
                return lent(self.scripts()[-1], text).encode()
        return None

    def programs(self):
        """The wasm modules by part, without the bodies of their functions: the first stream of each."""
        for attrs, text in self.texts("script"):
            if "data-cuts" in attrs:
                page, worker = next(streams(attrs["data-cuts"], text))
                return {"page": page, "worker": worker}
        return {}


def lent(lender, text):
    """A script whose lines are its own behind a blank, or `=FROM TO` of another script's: `borrow` of examples/seal.rs."""
    lines, out = lender.split("\n"), []
    for line in text.split("\n"):
        if line.startswith("="):
            start, end = map(int, line[1:].split(" "))
            out += lines[start:end]
        else:
            out.append(line[1:])
    return "\n".join(out)


def streams(cuts, text):
    """Streams of both programs as examples/seal/filter.rs made them: (the page's, the worker's) of each kind, packed as one."""
    data, at = dense(text), 0
    numbers = [int(each) for each in cuts.split()][2:]
    for size, cut in zip(numbers[::2], numbers[1::2], strict=True):
        both = lzma.decompress(data[at : at + size])
        at += size
        yield both[:cut], both[cut:]


def dense(text):
    """Bytes of the sealer's text for the programs: `!` to `~` but `&` and `<`, the first 36 for six bits, the others for seven."""
    symbols = [chr(code) for code in range(33, 127) if chr(code) not in "&<"]
    bits = {c: f"{n:06b}" if n < 36 else f"{n + 36:07b}" for n, c in enumerate(symbols)}
    stream = "".join(map(bits.__getitem__, text.strip()))
    whole = len(stream) // 8
    return int(stream[: whole * 8], 2).to_bytes(whole, "big")


def code_of(script):
    """A script without comments and strings."""
    return _templates(SILENT.sub(" ", script))


def identifiers(script):
    """Names that stand in a script's code, hashes and numbers of wasm-bindgen cut off."""
    words = (word for word in WORD.findall(code_of(script)) if not LOCAL.fullmatch(word))
    return {HASH.sub("", CLOSURE.sub(r"\1", word)) for word in words}


def _templates(code):
    """Template literals reduced to the code inside `${}`."""
    return re.sub(r"`[^`]*`", lambda found: " ".join(re.findall(r"\$\{([^}]*)\}", found.group(0))), code)


def imports(wasm):
    """`module.name` of everything that a wasm module takes from its host, hashes cut off."""
    found, at = set(), 8
    while at < len(wasm):
        section, at = wasm[at], at + 1
        size, at = _leb(wasm, at)
        if section == 2:
            found |= _import_names(wasm, at)
        at += size
    return found


def _import_names(wasm, at):
    count, at = _leb(wasm, at)
    names = set()
    for _ in range(count):
        _module, at = _name(wasm, at)
        name, at = _name(wasm, at)
        names.add(HASH.sub("", name))
        at = _skip_kind(wasm, at)
    return names


def _skip_kind(wasm, at):
    kind, at = wasm[at], at + 1
    if kind == 0:  # function: type index
        return _leb(wasm, at)[1]
    if kind == 3:  # global: type and mutability
        return at + 2
    if kind == 1:  # table: element type, then limits
        at += 1
    flags, at = wasm[at], at + 1
    at = _leb(wasm, at)[1]
    return _leb(wasm, at)[1] if flags & 1 else at


def _name(wasm, at):
    size, at = _leb(wasm, at)
    return wasm[at : at + size].decode(), at + size


def _leb(wasm, at):
    value = shift = 0
    while True:
        byte, at = wasm[at], at + 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
