//! What of a series of statements is kept when not all of them are carried out.
//!
//! Pure. It follows the transactions that the statements themselves begin and end.

use super::sql::list;
use crate::runbook::statements::sql::Control;

/// What was carried out so far.
#[derive(Debug, Default)]
pub(super) struct Kept {
    committed: Vec<usize>,
    /// Carried out within the transaction that is open, where one is.
    open: Option<Vec<usize>>,
}

impl Kept {
    /// A transaction is open.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// What was written within it.
    pub(super) fn open(&self) -> &[usize] {
        self.open.as_deref().unwrap_or_default()
    }

    /// Statement `number` was carried out.
    pub(super) fn done(&mut self, number: usize, control: Control, reads: bool) {
        match control {
            Control::Begin => {
                // A second one keeps what stands before it, or changes nothing.
                self.open.get_or_insert_default();
            }
            Control::Commit => self.committed.extend(self.open.take().unwrap_or_default()),
            Control::Rollback => self.open = None,
            Control::Implicit => {
                self.committed.extend(self.open.take().unwrap_or_default());
                self.committed.push(number);
            }
            Control::None if reads => {}
            Control::None => match &mut self.open {
                Some(open) => open.push(number),
                None => self.committed.push(number),
            },
        }
    }

    /// One line that says what is kept: statement `stopped_at` of `all` was not carried out, or nobody knows.
    pub(super) fn sentence(&self, stopped_at: usize, all: usize, lost: bool) -> String {
        let mut parts = vec![match self.committed.is_empty() {
            true => "committed: none".to_owned(),
            false => format!("committed: statements {}", list(&self.committed)),
        }];
        if !self.open().is_empty() {
            let word = if lost { "unknown" } else { "rolled back" };
            parts.push(format!("{word}: statements {}", list(self.open())));
        }
        parts.push(format!("{}: statement {stopped_at}", if lost { "unknown" } else { "not carried out" }));
        if stopped_at < all {
            let rest: Vec<usize> = (stopped_at + 1..=all).collect();
            parts.push(format!("not sent: statements {}", list(&rest)));
        }
        format!("! {}", parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(steps: &[(Control, bool)]) -> Kept {
        let mut kept = Kept::default();
        for (i, (control, reads)) in steps.iter().enumerate() {
            kept.done(i + 1, *control, *reads);
        }
        kept
    }

    #[test]
    fn what_is_kept_is_said_whatever_the_transactions_are() {
        let write = (Control::None, false);
        let read = (Control::None, true);
        for (steps, lost, expected) in [
            (
                vec![write, read],
                false,
                "! committed: statements 1; not carried out: statement 3; not sent: statements 4",
            ),
            (
                vec![(Control::Begin, true), write],
                false,
                "! committed: none; rolled back: statements 2; not carried out: statement 3; not sent: statements 4",
            ),
            (
                vec![(Control::Begin, true), write],
                true,
                "! committed: none; unknown: statements 2; unknown: statement 3; not sent: statements 4",
            ),
            (
                vec![(Control::Begin, true), write, (Control::Commit, true)],
                false,
                "! committed: statements 2; not carried out: statement 4",
            ),
            (
                vec![(Control::Begin, true), write, (Control::Rollback, true)],
                false,
                "! committed: none; not carried out: statement 4",
            ),
            (
                vec![(Control::Begin, true), write, (Control::Implicit, false)],
                false,
                "! committed: statements 2, 3; not carried out: statement 4",
            ),
        ] {
            assert_eq!(after(&steps).sentence(steps.len() + 1, 4, lost), expected, "{steps:?}");
        }
    }
}
