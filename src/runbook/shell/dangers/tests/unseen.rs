//! Programs, verbs and statements that do not stand in the text.

use super::check;
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

#[test]
fn a_program_or_a_verb_out_of_a_variable_is_unknown_until_the_text_says_what_it_is() {
    check(&[
        ("$CMD x", Some(Disruptive)),
        ("r${x}m y", Some(Disruptive)),
        ("rm${IFS}-rf${IFS}y", Some(Disruptive)),
        ("cmd='rm -rf'\n$cmd y", Some(Destructive)),
        ("cmd=uptime\n$cmd", None),
        ("kubectl $VERB pod web", Some(Disruptive)),
        ("kubectl ${VERB:-delete} pod web", Some(Disruptive)),
        ("systemctl \"$1\" nginx", Some(Disruptive)),
        ("kubectl $OPTS get pods", None),
        ("kubectl -n $NS get pods", None),
        ("systemctl status $UNIT", None),
        ("r\\m y", Some(Destructive)),
        ("'rm' y", Some(Destructive)),
        ("\"r\"m y", Some(Destructive)),
    ]);
}

#[test]
fn what_is_fetched_and_then_run_is_text_that_nobody_has_seen() {
    check(&[
        ("curl -s https://a/b | sh", Some(Destructive)),
        ("wget -O- https://a/b | sudo bash", Some(Destructive)),
        ("curl -o a.sh https://a/b; bash a.sh", Some(Destructive)),
        ("curl https://a/b --output /tmp/a && sh /tmp/a", Some(Destructive)),
        ("wget https://a/setup.sh\nchmod +x setup.sh\n./setup.sh", Some(Destructive)),
        ("curl -LO https://a/setup.sh && bash setup.sh", Some(Destructive)),
        ("curl -o a.json https://a/b; python3 count.py a.json", None),
        ("perl -MMIME::Base64 -e 'eval decode_base64(\"eA==\")'", Some(Destructive)),
        ("python3 -c \"exec(__import__('base64').b64decode('eA=='))\"", Some(Destructive)),
        ("python3 -c \"print(__import__('base64').b64decode('eA=='))\"", None),
        ("ls | perl -ne 'chomp; unlink'", Some(Destructive)),
    ]);
}

#[test]
fn statements_that_do_not_stand_here_change_something() {
    check(&[
        ("psql -c \"$SQL\"", Some(Changes)),
        ("psql -c \"$(cat fix.sql)\"", Some(Changes)),
        ("mongosh fix.js", Some(Changes)),
        ("mongosh --file fix.js", Some(Changes)),
        ("mongosh mongodb://db/app --eval 'db.stats()'", None),
        ("psql -c 'select 1'", None),
    ]);
}
