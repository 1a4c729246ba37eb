//! Traces of forms that other tests don't have: what is one trace among lines of a log, what it says, and whose code its frames are.

use fivewhys::trace::{Line, Trace, group, is_fragment, parse};

/// Fails unless the text, between other lines, is one group, and gives its trace.
#[track_caller]
fn one(text: &str, before: usize) -> Trace {
    let calm = "INFO accepted";
    let lines: Vec<&str> = text.lines().collect();
    let all = std::iter::repeat_n(calm, before).chain(lines.iter().copied()).chain([calm]);
    let entries: Vec<Line<'_>> = all.map(|text| Line { text, stream: 3, time: None }).collect();
    let groups = group(&entries);
    assert!(groups[before..before + lines.len()].iter().all(|group| *group == groups[before]), "{groups:?}");
    assert_ne!(groups.last(), Some(&groups[before]), "{groups:?}");
    parse(text).expect("a trace")
}

/// Files of the user's own code.
fn own(trace: &Trace) -> Vec<&str> {
    let frames = trace.chain.iter().flat_map(|exception| &exception.frames);
    frames.filter(|frame| frame.user).map(|frame| frame.file.as_str()).collect()
}

#[test]
fn a_box_of_flutter_is_one_trace_wherever_it_stands() {
    let text = "══╡ EXCEPTION CAUGHT BY WIDGETS LIBRARY ╞══════════════════════
The following StateError was thrown building Cart(dirty):
Bad state: no element

When the exception was thrown, this was the stack:
#0      ListMixin.first (dart:collection/list.dart:89:5)
#1      Cart.build (package:shop/cart.dart:31:18)
(elided 3 frames from dart:async)
════════════════════════════════════════════════════════════════";
    for before in [1, 600] {
        assert_eq!(own(&one(text, before)), ["package:shop/cart.dart"]);
    }
}

#[test]
fn code_of_elixir_that_was_fetched_or_is_of_erlang_is_not_the_users() {
    let text = "** (RuntimeError) no basket
    lib/shop/basket.ex:12: Shop.Basket.total/1
    deps/plug/lib/plug.ex:3: Plug.run/2
    lists.erl:1338: :lists.foreach/2";
    assert_eq!(own(&parse(text).expect("a trace")), ["lib/shop/basket.ex"]);
}

#[test]
fn an_exception_of_php_without_words_has_its_class() {
    let text = "PHP Fatal error:  Uncaught LogicException in /srv/shop/a.php:7
Stack trace:
#0 /srv/shop/b.php(3): load()
#1 {main}
  thrown in /srv/shop/a.php on line 7";
    let trace = one(text, 1);
    assert_eq!((trace.chain[0].kind.as_str(), trace.chain[0].message.as_str()), ("LogicException", ""));
}

#[test]
fn an_old_panic_of_rust_has_all_lines_of_its_message() {
    let text = "thread 'main' panicked at 'no basket
for shop 7', src/main.rs:4:5
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace";
    let trace = one(text, 1);
    assert_eq!(trace.chain[0].message, "no basket\nfor shop 7");
    let site = trace.chain[0].site.as_ref().expect("a place");
    assert_eq!((site.file.as_str(), site.line), ("src/main.rs", Some(4)));
}

#[test]
fn a_sanitizers_report_that_was_cut_off_keeps_what_it_says_of_the_access() {
    let text =
        "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x6020 at pc 0x55d1 bp 0x7ffe sp 0x7ffd
READ of size 4 at 0x6020 thread T0
    #0 0x55d1 in total /srv/shop/basket.c:5:3";
    let trace = one(text, 1);
    assert_eq!(trace.chain[0].kind, "AddressSanitizer: heap-use-after-free");
}

#[test]
fn what_node_prints_of_a_thrown_nothing_is_one_trace() {
    let text = "/srv/shop/basket.js:3
throw undefined;
^

Node.js v20.11.0";
    let lines: Vec<&str> = text.lines().chain(["INFO accepted"]).collect();
    let entries: Vec<Line<'_>> = lines.iter().map(|text| Line { text, stream: 3, time: None }).collect();
    assert_eq!(group(&entries), [0, 0, 0, 0, 0, 5]);
}

#[test]
fn registers_belong_to_the_dump_of_a_signal_and_sums_of_files_do_not() {
    let dump = "SIGQUIT: quit
PC=0x46e1 m=0 sigcode=0

goroutine 1 [running]:
main.main()
\t/srv/shop/main.go:5 +0x1d
";
    let groups = |last: &str| {
        let text = format!("{dump}\n{last}");
        let entries: Vec<Line<'_>> = text.lines().map(|text| Line { text, stream: 3, time: None }).collect();
        group(&entries)
    };
    let registers = groups("rax    0x0\nrflags 0x246");
    assert!(registers.iter().all(|group| *group == 0), "{registers:?}");
    let sums = groups("downloads 0x1f");
    assert_ne!(sums.last(), Some(&0), "{sums:?}");
}

#[test]
fn a_bar_begins_a_line_of_a_group_of_exceptions_only_if_it_stands_further_in() {
    assert!(is_fragment("  | ValueError: not a number"));
    assert!(!is_fragment("| name | price |"));
}

#[test]
fn a_name_with_a_number_in_brackets_is_no_call() {
    assert!(is_fragment("main.load()"));
    assert!(!is_fragment("report.pdf(2)"));
}

#[test]
fn a_panic_that_was_cut_off_takes_no_trace_of_another_language() {
    let text = "panic: no basket
Traceback (most recent call last):
  File \"/srv/shop/basket.py\", line 3, in total
ValueError: no basket
goroutine 1 [running]:
main.main()
\t/srv/shop/main.go:5 +0x1d";
    let entries: Vec<Line<'_>> = text.lines().map(|text| Line { text, stream: 3, time: None }).collect();
    assert_eq!(group(&entries), [0, 1, 1, 1, 4, 4, 4]);
}

#[test]
fn the_head_that_ruby_shares_with_python_is_rubys_above_numbered_frames() {
    let text = "Traceback (most recent call last):
\t2: from /srv/shop/app.rb:9:in `<main>'
\t1: from /srv/shop/app.rb:5:in `run'
/srv/shop/app.rb:2:in `total': no basket (RuntimeError)";
    let trace = one(text, 1);
    assert_eq!((trace.runtime.as_str(), trace.chain[0].kind.as_str()), ("ruby", "RuntimeError"));
}
