//! What a server says beside its answers. The library hands it to the log alone, so it is taken from there.

use std::cell::RefCell;
use std::collections::VecDeque;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// So many are kept between two looks; a server that says more is counted.
const MOST: usize = 100;

/// Each is cut at so many characters.
const LONGEST: usize = 500;

/// Where the library logs them. What stands there may hold anything that a statement reads.
pub const TARGET: &str = "sqlx::postgres::notice";

#[derive(Default)]
struct Heard {
    lines: VecDeque<String>,
    more: u64,
}

tokio::task_local! {
    static HEARD: RefCell<Heard>;
}

/// Hears what servers say while `listening`.
#[derive(Debug)]
pub struct Ear;

impl<S: Subscriber> Layer<S> for Ear {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != TARGET {
            return;
        }
        // Whoever does not run statements hears nothing.
        let _others = HEARD.try_with(|heard| {
            let mut heard = heard.borrow_mut();
            if heard.lines.len() >= MOST {
                heard.more += 1;
                return;
            }
            let word = match *event.metadata().level() {
                Level::ERROR => "ERROR",
                Level::WARN => "WARNING",
                Level::INFO => "NOTICE",
                Level::DEBUG => "DEBUG",
                Level::TRACE => "INFO",
            };
            let mut line = Line(format!("{word}: "));
            event.record(&mut line);
            heard.lines.push_back(line.0);
        });
    }
}

struct Line(String);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.0.extend(value.chars().take(LONGEST));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0.extend(format!("{value:?}").chars().take(LONGEST));
        }
    }
}

/// Runs `work`; what servers say meanwhile can be taken.
pub(super) async fn listening<T>(work: impl Future<Output = T>) -> T {
    HEARD.scope(RefCell::default(), work).await
}

/// What was said since the last call, a line each.
pub(super) fn taken() -> String {
    let heard = HEARD.try_with(RefCell::take).unwrap_or_default();
    let mut out: String = heard.lines.into_iter().map(|line| line + "\n").collect();
    if heard.more > 0 {
        out.extend(["! ", &heard.more.to_string(), " more notices are left out\n"]);
    }
    out
}
