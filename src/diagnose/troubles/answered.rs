//! A call to another program that failed, as the fields beside a message tell it: takes a trouble, gives who was called and what it
//! answered.

use super::Trouble;
use super::beside::{pairs, shapes};
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::findings::Told;
use crate::report::model::{Rich, Sentence, Why};

/// The rule of the sentence.
const RULE: &str = "address and status beside the message";
/// Keys of an address, and of the status with which it was answered.
const ADDRESSES: [&str; 7] = ["url", "uri", "request_url", "http_url", "endpoint", "target", "upstream"];
const STATUSES: [&str; 6] =
    ["status", "status_code", "statuscode", "http_status", "httpstatus", "response_code"];

/// Who was called, and what came back.
pub(crate) struct Answer {
    url: String,
    status: u16,
}

/// `statusCode`, `http.status_code` → `statuscode`, `http_status_code`.
fn plain(key: &str) -> String {
    key.rsplit(['.', '/']).next().unwrap_or(key).to_ascii_lowercase()
}

fn read(line: &str) -> Option<Answer> {
    let pairs = pairs(line);
    let url = pairs
        .iter()
        .find(|(key, value)| ADDRESSES.contains(&plain(key).as_str()) && value.contains("://"))?
        .1;
    let status = pairs.iter().filter(|(key, _)| STATUSES.contains(&plain(key).as_str()));
    let status = status
        .filter_map(|(_, value)| value.parse::<u16>().ok())
        .find(|status| (400..600).contains(status))?;
    Some(Answer { url: url.split(['?', '#']).next().unwrap_or(url).to_owned(), status })
}

impl Answer {
    /// The answer that the kept fields of a trouble tell of, if they tell of one alone.
    pub(crate) fn of(scene: &Scene<'_>, root: &Trouble) -> Option<Answer> {
        let own = shapes(scene, root);
        let lines = own.iter().filter_map(|&n| scene.index.shape(n)).flat_map(crate::digest::Shape::fields);
        let mut answers = lines.filter_map(|(_, line)| read(line));
        let first = answers.next()?;
        answers.all(|other| other.host() == first.host() && other.status == first.status).then_some(first)
    }

    fn host(&self) -> &str {
        let after = self.url.split_once("://").map_or(self.url.as_str(), |(_, after)| after);
        let authority = after.split('/').next().unwrap_or(after);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        host.rsplit_once(':')
            .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
            .map_or(host, |(host, _)| host)
    }

    /// What happened, for the causes of a finding.
    pub(crate) fn sentence(&self, evidence: Option<u32>) -> Sentence {
        let text = Rich::text("The call to ").c(&self.url).t(format!(" was answered with {}.", self.status));
        derived(text, RULE, evidence)
    }

    /// What to do about it.
    pub(crate) fn advice(&self) -> Rich {
        let host = Rich::text("See whether ").c(self.host());
        match self.status {
            401 | 403 => Rich::text("Check the key or token, and the rights, with which ")
                .c(self.host())
                .t(" is called: it refuses the caller."),
            429 => Rich::text("Call ").c(self.host()).t(" less often, or with growing pauses, or ask for a higher limit: it refuses more."),
            400..=499 => Rich::text("See what was sent to ").c(self.host()).t(": it does not accept it."),
            _ => host.t(" works again (its status page, or whoever runs it), and let what waits for it try again with growing pauses; what was not done meanwhile has to be done once it works."),
        }
    }
}

/// The answer behind the main finding.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence| sentence.rule == RULE)?.clone();
    Some(Why { question: Rich::text("What came back?"), answer, alternatives: Vec::new() })
}

/// For the book of a finding: the sentence, if there is an answer.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    Answer::of(scene, root).map(|answer| answer.sentence(book.rows(&root.rows())))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_address_and_its_status_are_one_answer() {
        let answer = read("url=https://mail.example/v1/send?to=x status_code=503 retry_after=30")
            .map(|a| (a.url, a.status));
        assert_eq!(answer, Some(("https://mail.example/v1/send".to_owned(), 503)));
        assert!(read("url=https://mail.example/v1/send status_code=200").is_none());
        assert!(read("path=/v1/send status_code=503").is_none());
    }
}
