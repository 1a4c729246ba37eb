//! An exit code or signal → its name and what it says.

/// `exit code 1`, `signal 6`.
pub(crate) fn code_name(code: i64) -> String {
    if code < 0 { format!("signal {}", code.unsigned_abs()) } else { format!("exit code {code}") }
}

/// `exit code 1 (the program ended itself after an error)`, `signal 6 (SIGABRT: it aborted itself …)`.
pub(crate) fn code_words(code: i64) -> String {
    match code_meaning(code) {
        "" => code_name(code),
        meaning => format!("{} ({meaning})", code_name(code)),
    }
}

/// What an exit code says, by the convention of shells, kernels and gunicorn; below 0, what a signal says.
fn code_meaning(code: i64) -> &'static str {
    match code {
        -6 => "SIGABRT: it aborted itself, as a runtime does after an error that nothing caught",
        -9 => "SIGKILL: it was killed, often for memory",
        -11 => "SIGSEGV: invalid memory access",
        -15 => "SIGTERM: it was asked to stop",
        0 => "ended by itself without an error",
        1 => "the program ended itself after an error",
        2 => "wrong usage, or a Go panic",
        3 => "in gunicorn: a worker failed to boot; in uvicorn: the start phase failed",
        4 => "in gunicorn: the application could not be loaded",
        126 => "the command can't be executed",
        127 => "the command was not found",
        134 => "it aborted itself (SIGABRT)",
        137 => "it was killed (SIGKILL), often for memory",
        139 => "invalid memory access (SIGSEGV)",
        143 => "it was asked to stop (SIGTERM)",
        _ => "",
    }
}
