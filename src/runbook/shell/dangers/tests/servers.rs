//! What the clients of servers are told to do.

use super::check;
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

#[test]
fn a_recovery_manager_is_known_by_what_it_is_told() {
    check(&[
        ("rman target / cmdfile=restore_db.rcv", Some(Destructive)),
        ("rman target / @/srv/rman/recover.rcv", Some(Destructive)),
        ("rman target / @/srv/rman/nightly.rcv", Some(Disruptive)),
        ("rman target / < job.rcv", Some(Disruptive)),
        ("rman target / <<EOF\nRESTORE DATABASE;\nRECOVER DATABASE;\nEOF", Some(Destructive)),
        ("rman target / <<EOF\nrun {\n  restore tablespace users;\n}\nEOF", Some(Destructive)),
        ("rman target / <<EOF\nDELETE NOPROMPT OBSOLETE;\nEOF", Some(Destructive)),
        ("echo 'delete obsolete;' | rman target /", Some(Destructive)),
        ("rman target / <<EOF\nALTER DATABASE OPEN RESETLOGS;\nEOF", Some(Destructive)),
        ("rman target / <<EOF\nLIST BACKUP;\nRESTORE DATABASE VALIDATE;\nEOF", None),
        ("rman target / <<EOF\nRESTORE DATABASE PREVIEW SUMMARY;\nEOF", None),
        ("rman target /", None),
    ]);
}

#[test]
fn rings_caches_and_replicas_are_known_by_their_verbs() {
    check(&[
        ("dgmgrl sys@db 'switchover to standby1'", Some(Disruptive)),
        ("dgmgrl / 'show configuration'", None),
        ("pg_dropcluster 15 main", Some(Destructive)),
        ("nodetool decommission", Some(Destructive)),
        ("nodetool removenode 1234", Some(Destructive)),
        ("nodetool drain", Some(Disruptive)),
        ("nodetool cleanup", Some(Changes)),
        ("nodetool status", None),
        ("drbdadm down r0", Some(Disruptive)),
        ("drbdadm invalidate r0", Some(Destructive)),
        ("drbdadm status", None),
        ("echo flush_all | nc localhost 11211", Some(Destructive)),
        ("echo stats | nc localhost 11211", None),
        ("echo 'disable server web/app1' | socat stdio /run/lb.sock", Some(Disruptive)),
        ("varnishadm ban 'req.url ~ /'", Some(Changes)),
    ]);
}
