//! Where a dangerous command acts, as its text says.

use pretty_assertions::assert_eq;

use crate::runbook::model::{ExecutorKind, TargetKind};
use crate::runbook::shell::Analyst;

/// `.` is the machine that runs the text, `/x` a database, `=x` a context or the like.
fn targets(text: &str) -> String {
    let found = Analyst::default().look(ExecutorKind::Shell, text);
    let names = found.targets.iter().map(|target| match (target.kind, target.name.as_deref().unwrap_or_default()) {
        (TargetKind::Machine, _) => ".".to_owned(),
        (TargetKind::Host, name) => name.to_owned(),
        (TargetKind::Database, name) => format!("/{name}"),
        (TargetKind::Other, name) => format!("={name}"),
        (TargetKind::Empty, name) => format!("${name}"),
    });
    names.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, expected)| (*text, targets(text), *expected))
        .filter(|(_, seen, expected)| seen != expected)
        .collect();
    assert_eq!(wrong, []);
}

#[test]
fn what_is_handed_to_another_machine_acts_there() {
    check(&[
        ("rm -rf /srv/x", "."),
        ("sudo systemctl stop nginx", "."),
        ("ssh web1 'sudo systemctl stop nginx'", "web1"),
        ("ssh -p 2222 -i ~/.ssh/id deploy@web1.example.com rm -rf /srv/x", "web1.example.com"),
        ("ssh -l root web1 -- reboot", "web1"),
        ("ssh ssh://ops@web1:2222 reboot", "web1"),
        ("ssh web1 <<'EOF'\nrm -rf /srv/x\nEOF", "web1"),
        ("ssh web1 'echo x > /etc/hosts'", "web1"),
        ("ssh web1 'bash -s' < cleanup.sh && rm -rf /srv/x", "."),
        ("ssh bastion ssh db01 'rm -rf /srv/x'", "db01"),
        ("ssh bastion 'dropdb -h localhost app'", "bastion /app"),
        ("sudo -u deploy ssh web1 \"sh -c 'rm -rf /srv/x'\"", "web1"),
        ("ssh localhost 'rm -rf /srv/x'", "."),
        ("ssh web1 uptime; rm -rf /srv/x", "."),
        ("systemctl -H root@web1 stop nginx", "web1"),
        ("virsh -c qemu+ssh://root@kvm1/system destroy vm1", "kvm1"),
        ("pdsh -w web1,web2 'systemctl stop nginx'", "web1 web2"),
        ("pdsh -w web[1-3,5] reboot", "web[1-3,5]"),
        ("ansible web -m shell -a 'rm -rf /srv/x'", "=web"),
    ]);
}

#[test]
fn every_place_of_a_command_counts_once() {
    check(&[
        ("ssh web1 reboot; ssh web2 reboot; ssh web1 'rm -rf /x'", "web1 web2"),
        ("ssh web1 reboot && reboot", "web1 ."),
        ("for h in web1 web2; do ssh $h reboot; done", "web1 web2"),
        ("HOST=web1; ssh \"$HOST\" reboot", "web1"),
        ("HOST=a\nssh $HOST reboot\nHOST=b\nssh $HOST reboot", "a b"),
        ("export PGHOST=db01 PGDATABASE=app\npsql -c 'DROP TABLE x'", "db01 /app"),
    ]);
}

#[test]
fn in_doubt_the_machine_that_runs_the_text_counts_too() {
    check(&[
        ("ssh $HOST reboot", ". $HOST"),
        ("ssh $(cat host) reboot", ". $(cat host)"),
        ("cat hosts | xargs -I{} ssh {} reboot", ". {}"),
        ("for h in $(cat hosts); do ssh $h reboot; done", ". $h"),
        ("read HOST; ssh $HOST reboot", ". $HOST"),
        ("psql -d app -c 'DROP TABLE x'", ". /app"),
        ("dropdb app", ". /app"),
        ("psql -c 'DROP TABLE x'", "."),
        ("curl -X DELETE \"$ES/logs\"", ". $ES"),
    ]);
}

#[test]
fn clients_of_servers_name_host_and_database() {
    check(&[
        ("redis-cli -h cache1 FLUSHALL", "cache1"),
        ("redis-cli -u redis://:pw@cache1:6380/2 FLUSHDB", "cache1"),
        ("redis-cli -h 127.0.0.1 -p 6380 FLUSHALL", "."),
        ("psql -h db01 -U app -d app -c 'DROP TABLE x'", "db01 /app"),
        ("psql -hdb01 -dapp -c 'DROP TABLE x'", "db01 /app"),
        ("psql --host=db01 --dbname=app --command='DROP TABLE x'", "db01 /app"),
        ("psql -h db01 app -tAc 'DROP TABLE x'", "db01 /app"),
        ("psql postgres://u:p@db01:5432/app?sslmode=require -c 'DROP TABLE x'", "db01 /app"),
        ("psql 'host=db01 dbname=app user=x' -c 'DROP TABLE x'", "db01 /app"),
        ("PGHOST=db01 dropdb app", "db01 /app"),
        ("sudo PGHOST=db01 dropdb app", "db01 /app"),
        ("pg_restore -h db01 -d app --clean /backup/a.dump", "db01 /app"),
        ("mysql -h db01 -u root -psecret app -e 'DROP TABLE x'", "db01 /app"),
        ("mysql -h db01 -u root -p app < dump.sql", "db01 /app"),
        ("mysqladmin -h db01 drop app", "db01 /app"),
        ("mongosh mongodb://u:p@m1,m2/app --eval 'db.dropDatabase()'", "m1 m2 /app"),
        ("mongorestore --host m1:27017 --db app dump/", "m1 /app"),
        ("curl -X DELETE http://es1:9200/logs-2024", "es1"),
        ("curl -XDELETE -H 'a: b' localhost:9200/logs-2024", "."),
        ("sqlplus sys/pw@ORCL <<E\nDROP TABLE x;\nE", ". /ORCL"),
    ]);
}

#[test]
fn contexts_and_accounts_are_names_too() {
    check(&[
        ("kubectl --context prod delete pod web-0", "=prod"),
        ("kubectl delete pod web-0 --context=prod -n app", "=prod"),
        ("kubectl delete pod web-0", "."),
        ("kubectl --context prod exec pg-0 -- dropdb app", "=prod /app"),
        ("helm --kube-context prod uninstall web", "=prod"),
        ("docker -H tcp://dock1:2375 rm -f web", "dock1"),
        ("docker -H unix:///var/run/docker.sock rm -f web", "."),
        ("docker --context prod stop web", "=prod"),
        ("DOCKER_HOST=ssh://ops@dock1 docker compose down", "dock1"),
        ("docker run -h web1 --rm busybox rm -rf /x", "."),
        ("aws --profile prod rds delete-db-instance --db-instance-identifier main", "=prod /main"),
        ("aws s3 rm --recursive s3://backups/old", "=backups"),
        ("git push --force origin main", "=origin"),
    ]);
}

#[test]
fn copies_act_where_they_copy_to() {
    check(&[
        ("rsync -a --delete /srv/ web1:/srv/", "web1"),
        ("rsync -a --delete -e 'ssh -p 22' /srv/ deploy@web1:/srv/", "web1"),
        ("rsync -a --delete web1:/srv/ /srv/", "."),
        ("rsync -a --delete --remove-source-files web1:/srv/ /srv/", "web1 ."),
        ("rsync -a --delete /srv/ rsync://web1/srv/", "web1"),
    ]);
}

#[test]
fn what_is_harmless_has_no_target() {
    check(&[("ssh web1 uptime", ""), ("df -h", ""), ("psql -h db01 -d app -c 'SELECT 1'", "")]);
}
