//! Text that is plainly commands, told line by line: most fences of a runbook, which need no full reading to make a step.
//!
//! May say no of commands, never yes of what the full reading would refuse.

use super::{groups, lines, nature, printed};

/// The lines, which stand behind no prompt, hold commands, and the first group of them is refused for nothing.
pub(super) fn runs(lines: &[String]) -> bool {
    let Some(first) = lines.iter().position(|line| !is_blank(line) && !is_comment(line)) else { return false };
    let (above, below) = lines.split_at(first);
    // What stands above can only announce output, or say which shell runs a script.
    let above = above.iter().all(|line| is_blank(line) || !groups::comment_says(line, printed::announced));
    let calls = below.first().is_some_and(|line| nature::is_plain_call(line));
    let script = lines.iter().any(|line| line.starts_with("#!") || nature::is_repl(line));
    above && calls && !script && below.iter().all(|line| is_whole(line)) && !continues_with_comment(below) && {
        let doubtful = |line: &String| !nature::looks_like_command(line) || printed::is_word(line);
        let rest = || below.iter().skip(1).filter(|line| !is_blank(line) && !is_comment(line));
        // Where a line may go on with the one before, the lines on which commands begin are looked for.
        !rest().any(doubtful)
            || lines::command_starts(below).into_iter().skip(1).filter_map(|at| below.get(at)).all(|at| !doubtful(at))
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// No cron line, and every quote of the line is closed in it.
fn is_whole(line: &str) -> bool {
    nature::cron_line(line).is_none() && !nature::unclosed_quote(line)
}

/// A comment stands where the line before goes on, and is none there.
fn continues_with_comment(lines: &[String]) -> bool {
    lines.windows(2).any(|pair| matches!(pair, [line, next] if line.ends_with('\\') && is_comment(next)))
}
