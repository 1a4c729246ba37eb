//! Cases of our own, written after what real runtimes print. `check` parses a text and compares one line per exception.

use super::*;

/// `relation Type: message @ function file:line, …` of each exception, user frames marked with `*`.
fn told(trace: &Trace) -> String {
    let mut out = format!("{}{}", trace.runtime, if trace.cut { " (cut)" } else { "" });
    for e in &trace.chain {
        let relation = if e.relation.is_empty() { String::new() } else { format!("{} ", e.relation) };
        out.push_str(&format!("\n{relation}{}: {}", e.kind, e.message.replace('\n', "⏎")));
        if let Some(site) = &e.site {
            out.push_str(&format!("\n  at {}:{}", site.file, site.line.unwrap_or(0)));
        }
        for f in &e.frames {
            let line = f.line.map(|n| format!(":{n}")).unwrap_or_default();
            let user = if f.user { "*" } else { "" };
            out.push_str(&format!("\n  {user}{} {}{line}", f.function, f.file));
        }
    }
    out
}

#[track_caller]
fn check(text: &str, want: &str) {
    let got = parse(text).map(|t| told(&t)).unwrap_or_default();
    assert_eq!(got, want, "\n{got}\n");
    // The same text as one entry a line between records is one group, and so is its repetition.
    check_groups(text);
}

/// Each line as an entry, between log records, twice: two groups and three entries of their own.
#[track_caller]
fn check_groups(text: &str) {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut all = vec!["INFO accepted"];
    all.extend(&lines);
    all.push("INFO answered 500");
    all.extend(&lines);
    all.push("INFO healthy");
    let entries: Vec<Line<'_>> = all.iter().map(|text| Line { text, stream: 3, time: None }).collect();
    let n = u32::try_from(lines.len()).unwrap();
    let mut want = vec![0];
    want.extend(std::iter::repeat_n(1, lines.len()));
    want.push(n + 1);
    want.extend(std::iter::repeat_n(n + 2, lines.len()));
    want.push(2 * n + 2);
    assert_eq!(group(&entries), want);
}

/// Groups of `(stream, microseconds, text)`.
#[track_caller]
fn check_timed(entries: &[(u32, i64, &str)], want: &[u32]) {
    let lines: Vec<Line<'_>> = entries
        .iter()
        .map(|(stream, micros, text)| Line {
            text,
            stream: *stream,
            time: Some(crate::entry::Nanos(micros * 1000)),
        })
        .collect();
    assert_eq!(group(&lines), want);
}

#[test]
fn python_chain_with_markers() {
    check(
        r#"Traceback (most recent call last):
  File "/srv/shop/store.py", line 8, in load
    return rows[key]
           ~~~~^^^^^
KeyError: 'sku-1'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/shop/api.py", line 20, in get
    item = load(key)
           ^^^^^^^^^
  File "/usr/lib/python3.12/contextlib.py", line 81, in inner
    return func(*args, **kwds)
  File "/srv/shop/store.py", line 10, in load
    raise NotThere(key) from e
shop.store.NotThere: sku-1"#,
        "python
shop.store.NotThere: sku-1
  *load /srv/shop/store.py:10
  inner /usr/lib/python3.12/contextlib.py:81
  *get /srv/shop/api.py:20
cause KeyError: 'sku-1'
  *load /srv/shop/store.py:8",
    );
}

#[test]
fn python_group_members() {
    check(
        r#"  + Exception Group Traceback (most recent call last):
  |   File "/srv/jobs/run.py", line 5, in main
  |     raise ExceptionGroup("jobs", errors)
  | ExceptionGroup: jobs (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/jobs/run.py", line 3, in one
    |     return int(x)
    | ValueError: not a number
    +---------------- 2 ----------------
    | TimeoutError: slow
    +------------------------------------"#,
        "python
ExceptionGroup: jobs (2 sub-exceptions)
  *main /srv/jobs/run.py:5
member ValueError: not a number
  *one /srv/jobs/run.py:3
member TimeoutError: slow",
    );
}

#[test]
fn python_import_chain_and_root() {
    let text = r#"Traceback (most recent call last):
  File "/usr/local/bin/gunicorn", line 8, in <module>
    sys.exit(run())
  File "/app/shop/main.py", line 3, in <module>
    from shop import routes
  File "/app/shop/routes.py", line 9, in <module>
    from shop.billing import charge
ModuleNotFoundError: No module named 'shop.billing'"#;
    let trace = parse(text).unwrap();
    assert_eq!(import_chain(&trace), ["/app/shop/main.py", "/app/shop/routes.py"]);
    assert_eq!(root(&trace).kind, "ModuleNotFoundError");
    assert_eq!(user_frames(&trace).count(), 2);
    assert_eq!(trace.chain[0].frames[0].source, "from shop.billing import charge");
    // Doubly escaped, on one line, in a message.
    let escaped = text.replace('\n', "\\n").replace('"', "\\\"");
    assert_eq!(parse(&escaped), Some(trace));
}

#[test]
fn python_syntax_error() {
    check(
        r#"Traceback (most recent call last):
  File "/app/main.py", line 1, in <module>
    import rules
  File "/app/rules.py", line 4
    def check(:
              ^
SyntaxError: invalid syntax"#,
        "python
SyntaxError: invalid syntax
  at /app/rules.py:4
  *<module> /app/main.py:1",
    );
}

#[test]
fn python_cut() {
    let trace = parse(
        "Traceback (most recent call last):\n  File \"/app/a.py\", line 2, in f\n    checking = Account(",
    )
    .unwrap();
    assert!(trace.cut);
    let headless =
        parse("    return f(x)\n  File \"/app/a.py\", line 2, in f\n    g()\nValueError: no").unwrap();
    assert_eq!(told(&headless), "python (cut)\nValueError: no\n  *f /app/a.py:2");
}

#[test]
fn java_causes_suppressed_and_elisions() {
    check(
        "Exception in thread \"pool-1\" com.acme.shop.Broken: save failed
\tat com.acme.shop.Store.save(Store.java:31)
\tat java.base/java.lang.Thread.run(Thread.java:840)
\tSuppressed: java.io.IOException: close
\t\tat com.acme.shop.File.close(File.java:7)
\t\t... 2 more
Caused by: java.sql.SQLException: no
connection
\tat org.postgresql.Driver.connect(Driver.java:90)
\t... 2 more",
        "java
com.acme.shop.Broken: save failed
  *com.acme.shop.Store.save Store.java:31
  java.lang.Thread.run Thread.java:840
suppressed java.io.IOException: close
  *com.acme.shop.File.close File.java:7
  *com.acme.shop.Store.save Store.java:31
  java.lang.Thread.run Thread.java:840
cause java.sql.SQLException: no⏎connection
  org.postgresql.Driver.connect Driver.java:90
  *com.acme.shop.Store.save Store.java:31
  java.lang.Thread.run Thread.java:840",
    );
}

#[test]
fn node_uncaught_with_cause() {
    check(
        "/srv/app/pay.js:12
    throw new PayError('refused', { cause: e });
    ^

PayError: refused
    at pay (/srv/app/pay.js:12:11)
    at async Promise.all (index 0)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
  status: 402,
  [cause]: TypeError [ERR_INVALID_URL]: Invalid URL
      at new URL (node:internal/url:797:36)
      at call (/srv/app/node_modules/http-kit/call.js:3:9)
}

Node.js v22.3.0",
        "node
PayError: refused
  *pay /srv/app/pay.js:12
  process.processTicksAndRejections node:internal/process/task_queues:95
cause TypeError: Invalid URL
  new URL node:internal/url:797
  call /srv/app/node_modules/http-kit/call.js:3",
    );
}

#[test]
fn node_printed_objects() {
    check(
        "Could not start: ZodError: [
  {
    \"code\": \"invalid_type\",
    \"path\": [
      \"QUEUE_URL\"
    ]
  }
]
    at load (file:///srv/app/env.js:4:10) {
  issues: [
    {
      path: [Array],
      message: 'Required'
    }
  ]
}",
        "node
ZodError: [⏎  {⏎    \"code\": \"invalid_type\",⏎    \"path\": [⏎      \"QUEUE_URL\"⏎    ]⏎  }⏎]
  *load file:///srv/app/env.js:4",
    );
    check(
        "Error fetching queue: {
  message: 'TypeError: fetch failed',
  details: 'TypeError: fetch failed\\n' +
    '    at async poll (/srv/app/poll.js:17:4)',
  code: ''
}",
        "node
TypeError: fetch failed
  *poll /srv/app/poll.js:17",
    );
    let missing = parse("Error: Cannot find module './db'\nRequire stack:\n- /srv/app/api.js\n- /srv/app/main.js\n    at Module._load (node:internal/modules/cjs/loader:1038:27)").unwrap();
    assert_eq!(import_chain(&missing), ["/srv/app/main.js", "/srv/app/api.js"]);
}

#[test]
fn go_panics() {
    check(
        "panic: first [recovered]
\tpanic: second
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]

goroutine 7 [running]:
panic({0x1, 0x2})
\t/usr/local/go/src/runtime/panic.go:884 +0x213
example.com/shop/cart.(*Cart).Add(0x0, {0xc00001, 0x3})
\t/src/cart/cart.go:33 +0x1b
net/http.HandlerFunc.ServeHTTP(0x1, {0x2, 0x3}, 0x4)
\t/usr/local/go/src/net/http/server.go:2122 +0x2f
created by net/http.(*Server).Serve in goroutine 1
\t/usr/local/go/src/net/http/server.go:3086 +0x5cb
exit status 2",
        "go
panic: second
  *example.com/shop/cart.(*Cart).Add /src/cart/cart.go:33
  net/http.HandlerFunc.ServeHTTP /usr/local/go/src/net/http/server.go:2122
context panic: first
  *example.com/shop/cart.(*Cart).Add /src/cart/cart.go:33
  net/http.HandlerFunc.ServeHTTP /usr/local/go/src/net/http/server.go:2122",
    );
}

#[test]
fn rust_panic_and_error_chain() {
    check(
        "thread 'tokio-runtime-worker' panicked at src/cart.rs:9:14:
price missing
  of item 3
stack backtrace:
   0: rust_begin_unwind
             at /rustc/0123456789abcdef/library/std/src/panicking.rs:645:5
   1: core::option::expect_failed
             at /rustc/0123456789abcdef/library/core/src/option.rs:1994:5
   2: shop::cart::total::h0123456789abcdef
             at ./src/cart.rs:9:14
note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
        "rust
panic: price missing⏎  of item 3
  *shop::cart::total ./src/cart.rs:9",
    );
    check(
        "Error: cannot start

Caused by:
    0: reading config
    1: No such file or directory (os error 2)

Location:
    src/main.rs:12:5",
        "rust
Error: cannot start
  at src/main.rs:12
cause : reading config
cause : No such file or directory (os error 2)",
    );
}

#[test]
fn ruby_forms() {
    check(
        "/app/lib/cart.rb:7:in 'Cart#add': no price (Shop::Broken)
\tfrom /usr/local/bundle/gems/rack-3.0.8/lib/rack/builder.rb:20:in 'call'
\tfrom /app/main.rb:3:in '<main>'
/app/lib/price.rb:2:in 'Integer#/': divided by 0 (ZeroDivisionError)
\tfrom /app/lib/price.rb:2:in 'Price.of'",
        "ruby
Shop::Broken: no price
  *Cart#add /app/lib/cart.rb:7
  call /usr/local/bundle/gems/rack-3.0.8/lib/rack/builder.rb:20
  *<main> /app/main.rb:3
cause ZeroDivisionError: divided by 0
  *Integer#/ /app/lib/price.rb:2
  *Price.of /app/lib/price.rb:2",
    );
    check(
        "ActionView::Template::Error (undefined method `name' for nil (NilClass)):
  
  app/views/cart.html.erb:3:in `block in _app_views_cart'
  actionview (7.0.4) lib/action_view/base.rb:244:in `_run'",
        "ruby
ActionView::Template::Error: undefined method `name' for nil (NilClass)
  *block in _app_views_cart app/views/cart.html.erb:3
  _run actionview (7.0.4) lib/action_view/base.rb:244",
    );
}

#[test]
fn php_wrapper_last() {
    check(
        "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] refused in /app/src/Db.php:14
Stack trace:
#0 /app/src/Db.php(14): PDO->__construct('mysql:host=db')
#1 {main}

Next App\\Broken: no database in /app/src/Kernel.php:30
Stack trace:
#0 /app/vendor/symfony/http-kernel/Kernel.php(88): App\\Kernel->boot()
#1 {main}
  thrown in /app/src/Kernel.php on line 30",
        "php
App\\Broken: no database
  at /app/src/Kernel.php:30
  App\\Kernel->boot /app/vendor/symfony/http-kernel/Kernel.php:88
cause PDOException: SQLSTATE[HY000] [2002] refused
  at /app/src/Db.php:14
  *PDO->__construct /app/src/Db.php:14",
    );
}

#[test]
fn terminal_colours_are_ignored() {
    let plain = parse("TypeError: no\n    at f (/srv/a.js:1:2)").unwrap();
    assert_eq!(
        parse("\u{1b}[31mTypeError: no\u{1b}[0m\n\u{1b}[90m    at f (/srv/a.js:1:2)\u{1b}[39m"),
        Some(plain)
    );
}

#[test]
fn prose_is_no_trace() {
    for text in [
        "",
        "all is well",
        "Error: quota reached",
        "at the end of the day (really)",
        "{\"message\":\"Traceback (most recent call last):\"}",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

mod groups;
mod others;
