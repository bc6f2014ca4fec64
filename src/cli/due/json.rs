//! The object that `tejun due --json` prints.

use serde_json::{Value, json};

use super::Dues;
use crate::plan::{Done, DueLine, Outcome, Rank, Slot, SlotKind, Standing};

pub(super) fn object(dues: &Dues) -> Value {
    let days = dues.agenda.days.iter().map(|day| {
        json!({
            "date": day.date, "holiday": day.holiday, "duties": day.duties, "planned_min": day.minutes,
            "without_plan": day.unplanned,
        })
    });
    let collisions = dues.agenda.collisions.iter().map(|collision| {
        let each = collision.titles.iter().map(|(title, book)| json!({ "title": title, "runbook": book }));
        json!({ "at": collision.at.to_rfc3339(), "duties": each.collect::<Vec<_>>() })
    });
    let unread = dues.unread.iter().map(|one| json!({ "path": one.path, "message": one.message }));
    json!({
        "schema": 1,
        "now": dues.now.to_rfc3339(),
        "timezone": dues.team.calendar.zone.to_string(),
        "runbooks": dues.books,
        "duties": dues.agenda.lines.iter().map(|line| duty(dues, line)).collect::<Vec<_>>(),
        "days": days.collect::<Vec<_>>(),
        "collisions": collisions.collect::<Vec<_>>(),
        "unreadable": unread.collect::<Vec<_>>(),
    })
}

fn duty(dues: &Dues, line: &DueLine) -> Value {
    let duty = &line.duty;
    let (state, at) = match &line.standing {
        Standing::Overdue { slot } => ("overdue", Some(slot)),
        Standing::Today { slot } => ("today", Some(slot)),
        Standing::Open { slot } => ("open", Some(slot)),
        Standing::Next { slot } => ("next", Some(slot)),
        Standing::OnEvent => ("event", None),
        Standing::Irregular => ("irregular", None),
    };
    let procedure = duty.procedure.as_ref().map(|(id, headings)| json!({ "id": id, "headings": headings }));
    let rank = match duty.rank() {
        Rank::High => "high",
        Rank::Middle => "middle",
        Rank::Low => "low",
    };
    json!({
        "title": duty.title,
        "runbook": { "path": duty.book.path, "title": duty.book.title },
        "line": duty.line,
        "procedure": procedure,
        "rule": duty.written,
        "frequency": duty.frequency,
        "owner": duty.owner,
        "planned_min": duty.planned,
        "priority": duty.priority,
        "rank": rank,
        "state": state,
        "slot": at.map(slot),
        "next": line.next.as_ref().map(slot),
        "missed": line.missed,
        "last": line.last.as_ref().map(last),
        "running": dues.running(line).map(|run| run.run.to_string()),
        "automatic": duty.automatic,
        "tracked": duty.is_tracked(),
    })
}

fn slot(slot: &Slot) -> Value {
    let kind = match slot.kind {
        SlotKind::Minute => "minute",
        SlotKind::Day => "day",
        SlotKind::Period => "period",
    };
    json!({ "opens": slot.opens.to_rfc3339(), "due": slot.due.to_rfc3339(), "kind": kind, "shift": slot.shift })
}

fn last(done: &Done) -> Value {
    json!({
        "started": done.started.to_rfc3339(), "ended": done.ended.map(|t| t.to_rfc3339()), "operator": done.operator,
        "outcome": outcome(done.outcome), "record": done.record, "run": done.run.to_string(),
    })
}

/// The word for an outcome, the same in every language.
fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Well => "well",
        Outcome::Findings => "findings",
        Outcome::Failed => "failed",
        Outcome::Incomplete => "incomplete",
        Outcome::Aborted => "aborted",
    }
}
