//! Texts that try to become more than text, wherever they are shown: markup, links, escapes, commands, formulas.

const HTML: &[&str] = &[
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg/onload=alert(1)//",
    "</code></pre><script>alert(1)</script>", "</style><script>alert(1)</script>", "</title><script>alert(1)</script>",
    "--><script>alert(1)</script>", "<!--", "]]><script>alert(1)</script>", "<![CDATA[<x>]]>", "<?php echo 1 ?>",
    "\" onmouseover=\"alert(1)", "' onfocus='alert(1)' autofocus='", "\"><iframe src=javascript:alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example>", "<form action=//evil.example><button>x</button></form>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">", "<object data=data:text/html,x>", "<embed src=//evil.example>",
    "<video><source onerror=alert(1)>", "<details open ontoggle=alert(1)>", "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>", "<body onload=alert(1)>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>", "<textarea></textarea><script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;", "&#x3c;img src=x onerror=alert(1)&#x3e;", "<scr\u{0}ipt>alert(1)</scr\u{0}ipt>", "＜script＞alert(1)＜/script＞",
    "<style>*{background:url(//evil.example)}</style>", "x\" style=\"background:url(//evil.example)", "<p style=position:fixed>",
    "<foreignObject><script>alert(1)</script></foreignObject>", "<image href=//evil.example>", "<use href=data:image/svg+xml,x>",
    "<animate attributeName=href values=javascript:alert(1)>", "<portal src=//evil.example>", "<dialog open>x</dialog>",
];
const MARKDOWN: &[&str] = &[
    "[x](javascript:alert(1))", "[x](https://evil.example)", "![x](https://evil.example/x.png)", "[x]: https://evil.example\n\n[x]",
    "<https://evil.example>", "https://evil.example/x", "www.evil.example", "mailto:a@evil.example", "a@evil.example", "@octocat", "#1",
    "# heading", "\n# heading", "heading\n===", "---", "* item", "1. item", "- [ ] task", "> quote", "    code", "```\nout\n```",
    "~~~\nout\n~~~", "`", "``", "```", "` ``` `", "\\`", "a | b", "|---|---|", "| a | b |\n|---|---|\n| c | d |", "\\|", "**bold**", "_it_",
    "~~gone~~", "$x$", "$$\nx\n$$", "[^1]", "[^1]: note", ":::tip", "{{x}}", "{% x %}", "<details>", "<!-- x -->", "\\<b>", "\\[x](y)",
    "[[wiki]]", "<a@b.c>", "![][x]", "[x][]", "&copy;", "&amp;lt;", "\u{2028}# x", "\u{b}# x", "a  \nb",
];
const TERMINAL: &[&str] = &[
    "\u{1b}[31mred\u{1b}[0m", "\u{1b}[2J\u{1b}[H", "\u{1b}]0;title\u{7}", "\u{1b}]8;;https://evil.example\u{1b}\\x\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;ZXZpbA==\u{7}", "\u{1b}P+q\u{1b}\\", "\u{9b}31mred", "\u{9d}0;title\u{9c}", "\u{90}x\u{9c}", "\u{8}\u{8}\u{8}rm", "\u{7}",
    "a\rb", "\u{c}", "\u{b}", "\u{7f}", "\u{0}", "\u{1b}c", "\u{1b}[6n", "\u{1b}[?1049h", "\u{1b}#8", "\u{e}x\u{f}", "\u{84}", "\u{85}", "\u{1b}[8mhidden",
];
const HIDDEN: &[&str] = &[
    "\u{202e}gpj.exe", "\u{202d}x\u{202c}", "\u{2066}x\u{2069}", "\u{2067}x", "a\u{200b}b", "a\u{200d}b", "\u{feff}x", "a\u{ad}b", "\u{61c}x",
    "\u{180e}x", "\u{2060}x", "\u{e0041}\u{e0042}", "\u{fff9}a\u{fffa}b\u{fffb}", "раураl", "ｅｖｉｌ", "\u{2029}x", "\u{200e}x\u{200f}",
];
const COMMANDS: &[&str] = &[
    "'; touch pwned; '", "\"; touch pwned; \"", "$(touch pwned)", "`touch pwned`", "x | touch pwned", "x && touch pwned", "x > pwned", "\\'; touch pwned #",
    "--impersonate-service-account=evil", "-rf", "x\ntouch pwned", "x\rtouch pwned", "${IFS}touch${IFS}pwned", "!!", "~/x", "*", "\" OR severity>=DEFAULT OR \"",
    "\\\" OR true OR \\\"", "x\" AND resource.type=\"", "=1+1", "=HYPERLINK(\"https://evil.example\")", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "%0a=1", "'\"`$(\\",
];

/// All of them: each by itself, behind a word, and two of different kinds together.
pub(crate) fn payloads() -> Vec<String> {
    let kinds = [HTML, MARKDOWN, TERMINAL, HIDDEN, COMMANDS];
    let each: Vec<&str> = kinds.iter().flat_map(|kind| kind.iter().copied()).collect();
    let mut all: Vec<String> = each.iter().map(|text| (*text).to_owned()).collect();
    all.extend(each.iter().map(|text| format!("pier {text} quay")));
    all.extend((0..each.len()).map(|at| format!("{}{}", each[at], each[(at * 37 + 50) % each.len()])));
    all
}
