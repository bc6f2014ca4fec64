//! Programs and scripts that nobody knows, by the words that they are handed.

use super::check;
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

#[test]
fn a_grave_word_handed_to_a_program_that_nobody_knows_says_what_it_does() {
    check(&[
        ("./ctl.sh poweroff", Some(Disruptive)),
        ("./ctl.sh web1 poweroff", Some(Disruptive)),
        ("/opt/app/bin/ctl node3 reboot", Some(Disruptive)),
        ("fleetctl --site tokyo db1 shutdown", Some(Disruptive)),
        ("fleetctl db db1 wipe", Some(Destructive)),
        ("fleetctl restore db1", Some(Destructive)),
        ("fleetctl rollback", Some(Destructive)),
        ("fleetctl cluster db1 purge", Some(Destructive)),
        ("fleetctl cleanup --delete", Some(Destructive)),
        ("./run --wipe", Some(Destructive)),
        ("./run --purge=all", Some(Destructive)),
        ("python3 ctl.py shutdown", Some(Disruptive)),
        ("python3 tools/ctl.py --zone a destroy", Some(Destructive)),
        ("bash run.sh destroy prod", Some(Destructive)),
        ("sh ./run.sh db1 rollback", Some(Destructive)),
        ("bash deploy.sh rollback", Some(Destructive)),
        ("./deploy.sh web shutdown", Some(Disruptive)),
        ("sudo restart web", Some(Disruptive)),
        ("fleetctl hup web", Some(Disruptive)),
        ("fleetctl deploy web", Some(Changes)),
    ]);
}

#[test]
fn a_grave_word_that_is_only_asked_about_or_named_is_none() {
    check(&[
        ("fleetctl show rollback", None),
        ("fleetctl list delete", None),
        ("./run --help destroy", None),
        ("./run status", None),
        ("./run destroy --check", None),
        ("./run web1 --log restore.log", None),
        ("python3 report.py --month 2", None),
        ("bash run.sh --dry-run destroy", None),
        ("grep -r destroy .", None),
        ("man shutdown", None),
        ("which reboot", None),
        ("systemctl status shutdown.target", None),
    ]);
}

#[test]
fn the_rights_of_a_whole_system_are_data() {
    check(&[
        ("chmod -R 777 /", Some(Destructive)),
        ("chown -R app:app /", Some(Destructive)),
        ("sudo chmod -R 755 /etc", Some(Destructive)),
        ("chown --recursive app /usr/", Some(Destructive)),
        ("chmod -R u+w /srv/app", Some(Changes)),
        ("chmod 644 /etc/app.conf", Some(Changes)),
        ("cp /dev/null /var/log/app.log", Some(Destructive)),
        ("nvme format /dev/nvme0n1", Some(Destructive)),
        ("debugfs -w /dev/sdb1", Some(Destructive)),
    ]);
}
