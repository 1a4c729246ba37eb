"""Checks the sealed page: policy, hashes, no external reference, and that nothing in it can navigate, open or call out.

Takes the sealed HTML file, gives the list of what is wrong and exit status 1 if there is anything. Names in the scripts
and imports of the wasm modules have to stand in `scripts/seal_allowed.txt`; `--accept` rewrites that list after a look at
what is new, but never takes in a name of NEVER.
"""

import base64
import hashlib
import re
import sys
from pathlib import Path

from sealed_file import Sealed, code_of, identifiers, imports
from steps import ROOT, say

ALLOWED = ROOT / "scripts" / "seal_allowed.txt"
#: The policy, but for the hashes.
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'wasm-unsafe-eval'"],
    "style-src": [],
    "worker-src": ["blob:"],
    "connect-src": ["'none'"],
    "img-src": ["data:", "blob:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["fivewhys"],
}
#: Ways out, ways to store and ways to run text. Names in scripts are compared whole, in imports as a part.
NEVER = """
fetch fetchLater XMLHttpRequest WebSocket WebSocketStream EventSource sendBeacon WebTransport importScripts
RTCPeerConnection webkitRTCPeerConnection RTCDataChannel PresentationRequest PaymentRequest
location replaceState pushState history navigation showModalDialog
serviceWorker SharedWorker audioWorklet addModule indexedDB caches localStorage sessionStorage cookie cookieStore
showSaveFilePicker showOpenFilePicker showDirectoryPicker storage share
eval Function newnoargs newwithargs innerHTML outerHTML insertAdjacentHTML setHTMLUnsafe parseHTMLUnsafe writeln
createContextualFragment srcdoc action formAction submit requestSubmit ping prerender
""".split()
#: Calls whose names are harmless elsewhere: `dialog.open` and `Object.assign` are, `window.open()` is not.
NEVER_CALLED = re.compile(r"\bopen\s*\(|(?<![.\w])push\b\s*(?!=)|document\s*\.\s*write|(?<!Object)\.assign\s*\(|\bimport\s*\(")
#: The only words about the history that may stand in the page: they tell it a whole number, and no address.
HISTORY = ("const push = history.pushState.bind(history);", 'step: (number) => push(number | 0, ""),')
#: The same for imports of the wasm modules.
IMPORT_NEVER = re.compile(
    r"fetch|xmlhttp|websocket|eventsource|beacon|webtransport|importscripts|rtc|location|pushstate|replacestate|history"
    r"|serviceworker|sharedworker|worklet|indexeddb|caches|storage|cookie|filepicker|directorypicker|_eval_"
    r"|newnoargs|newwithargs|html_|srcdoc|setaction|submit|setping",
    re.I,
)
#: Imports that the pattern above meets by their type's name only.
IMPORT_FINE = re.compile(r"instanceof_|htmlelement_|^__wbg_static_accessor", re.I)


def main(arguments):
    """Prints what is wrong, or what was found."""
    accept = "--accept" in arguments
    path = Path(next(each for each in arguments if not each.startswith("--")))
    text = path.read_text()
    sealed = Sealed(text)
    found = named(sealed)
    wrong = policy_faults(sealed) + reference_faults(sealed) + never_faults(found) + call_faults(sealed)
    if accept and not wrong:
        write_allowed(found)
    wrong += allow_faults(found)
    for each in wrong:
        say(f"  {each}")
    if wrong:
        sys.exit(f"{path}: the seal is broken in {len(wrong)} places")
    counts = ", ".join(f"{len(names)} {part}" for part, names in found.items())
    say(f"  policy and hashes as they should be, no external reference, nothing forbidden; known: {counts}")


def worker_script(sealed):
    """The worker's script, unpacked."""
    return (sealed.packed("worker-js") or b"").decode()


def page_scripts(sealed):
    """The page's scripts without what HISTORY allows, once."""
    scripts = sealed.scripts()
    for words in HISTORY:
        scripts = [script.replace(words, "", 1) for script in scripts]
    return scripts


def named(sealed):
    """What the parts of the page name: part → names."""
    modules = sealed.programs()
    return {
        "names in the page's scripts": set().union(*map(identifiers, page_scripts(sealed))),
        "names in the worker's script": identifiers(worker_script(sealed)),
        **{f"imports of the {part}": imports(wasm) for part, wasm in modules.items() if wasm},
    }


def policy_faults(sealed):
    """Differences from POLICY, and scripts or styles that no hash names."""
    tags = [tag for tag, _, _ in sealed.elements]
    wrong = [] if tags[:3] == ["html", "head", "meta"] else ["the policy is not the first element of the head"]
    policy = sealed.policy()
    for name in sorted({*POLICY, *policy}):
        sources = [each for each in policy.get(name, []) if not each.startswith("'sha256-")]
        if name not in policy or name not in POLICY or sources != POLICY[name]:
            wrong.append(f"policy: {name} is {policy.get(name)}, not {POLICY.get(name)} and hashes")
    for name, texts in (("script-src", sealed.scripts()), ("style-src", [text for _, text in sealed.texts("style")])):
        hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts}
        listed = {each for each in policy.get(name, []) if each.startswith("'sha256-")}
        if hashes != listed:
            wrong.append(f"policy: {name} names {len(listed)} hashes, the file holds {len(hashes)} others")
    if not sealed.packed("worker-js") or set(sealed.programs()) != {"page", "worker"}:
        wrong.append("the worker is missing")
    return wrong


def reference_faults(sealed):
    """Attributes and style that would load, go or run something."""
    wrong = []
    for tag, attrs, _ in sealed.elements:
        for name, value in attrs.items():
            if name in ("src", "href", "action", "srcset", "data", "poster", "style") or name.startswith("on"):
                wrong.append(f"<{tag} {name}={value!r}>")
        if tag in ("link", "base", "iframe", "object", "embed", "form", "frame"):
            wrong.append(f"<{tag}>")
        if tag == "meta" and (attrs.get("http-equiv") or "").lower() == "refresh":
            wrong.append("<meta refresh>")
    for _, style in sealed.texts("style"):
        wrong += [f"style: {each}" for each in re.findall(r"@import[^;]*|url\((?!['\"]?(?:data:|#))[^)]*", style)]
    return wrong


def never_faults(found):
    """Names that may stand nowhere."""
    wrong = []
    for part, names in found.items():
        if part.startswith("names"):
            wrong += [f"{part}: {name}" for name in sorted(names & set(NEVER))]
        else:
            bad = [name for name in names if IMPORT_NEVER.search(name + "_") and not IMPORT_FINE.search(name)]
            wrong += [f"{part}: {name}" for name in sorted(bad)]
    return wrong


def call_faults(sealed):
    """Calls that may stand nowhere."""
    scripts = [*page_scripts(sealed), worker_script(sealed)]
    return [f"call: {found}" for script in scripts for found in NEVER_CALLED.findall(code_of(script))]


def read_allowed():
    """The list of known names: part → names."""
    allowed, part = {}, ""
    for line in ALLOWED.read_text().splitlines() if ALLOWED.exists() else []:
        if line.startswith("["):
            part = line.strip("[]")
        elif line and not line.startswith("#"):
            allowed.setdefault(part, set()).update(line.split())
    return allowed


def write_allowed(found):
    """Writes the list, one section a part."""
    lines = ["# Names that the sealed page holds, as `scripts/check_seal.py --accept` found them. Read the difference."]
    for part, names in found.items():
        lines += ["", f"[{part}]", *sorted(names)]
    ALLOWED.write_text("\n".join(lines) + "\n")
    say(f"  wrote {ALLOWED.name}: read what is new before you commit it")


def allow_faults(found):
    """Names that are not on the list. Names that went are no fault."""
    allowed = read_allowed()
    return [
        f"{part}: {name} is new (look at it, then --accept)"
        for part, names in found.items()
        for name in sorted(names - allowed.get(part, set()))
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
