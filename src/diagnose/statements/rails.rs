//! What Rails says of a request that failed, without a level and behind the tags of the request → whether it does: in production it writes the
//! exception that nobody caught and how the request was answered to the standard output, which platforms take for INFO.

/// Classes that Rails answers with 4xx (rails/rails actionpack/lib/action_dispatch/middleware/exception_wrapper.rb, `rescue_responses`).
const REFUSED: [&str; 16] = [
    "RoutingError",
    "ActionNotFound",
    "MethodNotAllowed",
    "UnknownHttpMethod",
    "NotImplemented",
    "UnknownFormat",
    "MissingExactTemplate",
    "InvalidAuthenticityToken",
    "InvalidCrossOriginRequest",
    "BadRequest",
    "ParameterMissing",
    "ParseError",
    "InvalidType",
    "RecordNotFound",
    "RecordInvalid",
    "StaleObjectError",
];

/// The first line without the tags before it: `[id] [10.0.0.7] `.
fn untagged(text: &str) -> &str {
    let mut line = text.lines().next().unwrap_or("").trim();
    while let Some((_, rest)) = line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        line = rest.trim_start();
    }
    line
}

/// Class and message of `[id] RedisClient::CommandError (message):` (actionpack debug_exceptions.rb), where the answer to it is 5xx.
pub(crate) fn exception(text: &str) -> Option<(&str, &str)> {
    let (class, rest) = untagged(text).split_once(" (")?;
    let message = rest.strip_suffix("):")?;
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let last = class.rsplit("::").next().unwrap_or("");
    // A heading (`Results (by team):`) is written the same way.
    let is_thrown = class.contains("::") || last.ends_with("Error") || last.ends_with("Exception");
    (is_thrown && class.split("::").all(is_name) && !REFUSED.contains(&last)).then_some((class, message))
}

/// `[id] Completed 500 Internal Server Error in 125ms` (actionpack log_subscriber.rb).
fn is_failed_answer(text: &str) -> bool {
    let rest = untagged(text).strip_prefix("Completed 5");
    rest.is_some_and(|rest| rest.get(2..3) == Some(" ") && rest.contains(" in ") && rest.contains("ms"))
}

/// Whether it is either.
pub(crate) fn is_failure(text: &str) -> bool {
    is_failed_answer(text) || exception(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::{exception, is_failure};

    #[test]
    fn failures_are_told_from_what_callers_got_wrong() {
        let tag = "[0f3c9a52-77d1-4a1b-bb1e-6d0d7e42c1a9] ";
        assert_eq!(
            exception(&format!("{tag}NoMethodError (undefined method `total' for nil:NilClass):")),
            Some(("NoMethodError", "undefined method `total' for nil:NilClass"))
        );
        assert!(is_failure(&format!(
            "{tag}Completed 500 Internal Server Error in 125ms (ActiveRecord: 5.4ms)"
        )));
        for calm in [
            "Completed 201 Created in 20ms",
            "Completed 5 jobs in 20ms",
            "ActionController::RoutingError (No route matches [GET] \"/wp-login.php\"):",
            "Started GET (by proxy):",
            "Results (by team):",
        ] {
            assert!(!is_failure(&format!("{tag}{calm}")), "{calm}");
        }
    }
}
