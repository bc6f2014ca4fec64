//! What the danger tables say of calls, wherever they hide.

use pretty_assertions::assert_eq;

use crate::i18n::Language;
use crate::runbook::model::DangerLevel::{self, Changes, Destructive, Disruptive};
use crate::runbook::model::{Danger, ExecutorKind};
use crate::runbook::shell::Analyst;

mod cloud;
mod servers;
mod unknown;
mod unseen;

fn dangers(executor: ExecutorKind, text: &str) -> Vec<Danger> {
    let found = Analyst::default().look(executor, text);
    found.dangers.iter().map(|rule| rule.danger(Language::En)).collect()
}

fn level(text: &str) -> Option<DangerLevel> {
    dangers(ExecutorKind::Shell, text).first().map(|danger| danger.level)
}

fn check(cases: &[(&str, Option<DangerLevel>)]) {
    let seen = cases.iter().map(|(text, expected)| (*text, level(text), *expected));
    let wrong: Vec<_> = seen.filter(|(_, seen, expected)| seen != expected).collect();
    assert_eq!(wrong, []);
}

#[test]
fn a_call_is_known_behind_every_wrapper() {
    let wrapped = [
        "rm -rf /srv/x",
        "sudo -u app rm x",
        "sudo A=1 rm x",
        "doas rm x",
        "env -i A=b rm x",
        "nohup rm x &",
        "time rm x",
        "! rm x",
        "timeout -s KILL 5 rm x",
        "nice -n 5 rm x",
        "command rm x",
        "exec rm x",
        "busybox rm x",
        "xargs -I{} rm {}",
        "ls | xargs -n 1 -P 4 rm",
        "find . -name x -exec rm {} +",
        "ssh -i key host 'rm -r /x'",
        "ssh host sudo rm x",
        "ssh host <<'EOF'\nrm x\nEOF",
        "docker exec -it web sh -c 'rm x'",
        "docker run --rm -v a:/b busy rm x",
        "docker compose exec -T web rm x",
        "docker-compose run web rm x",
        "kubectl exec -n a pod -c web -- rm x",
        "kubectl -n a exec pod -- bash -c 'rm x'",
        "oc rsh pod rm x",
        "chroot /mnt rm x",
        "nsenter -t 1 -m -- rm x",
        "flock /tmp/l rm x",
        "bash -c 'cd /x && rm y'",
        "sh -lc \"rm y\"",
        "su - app -c 'rm y'",
        "eval 'rm y'",
        "trap 'rm -f /tmp/x' EXIT",
        "alias gone='rm -rf'",
        "watch -n 5 'rm x'",
        "bash <<EOF\nrm x\nEOF",
        "sudo bash -s <<'EOF'\nrm x\nEOF",
        "echo 'rm x' | sh",
        "cat <<EOF | bash\nrm x\nEOF",
        "bash <<< 'rm x'",
        "echo $(rm x)",
        "echo `rm x`",
        "diff <(rm x) y",
        "clean() { rm x; }",
        "if true; then rm x; fi",
        "while read f; do rm \"$f\"; done < list",
        "r\\m x",
        "'r'm x",
        "\"rm\" x",
        "\\rm x",
        "$'rm' x",
        "$'\\x72m' x",
        "/bin/rm x",
        "cmd=rm\n$cmd -rf x",
        "cmd='rm -rf'\n$cmd x",
        "$(which rm) x",
        "python3 -c 'import os; os.system(\"rm x\")'",
        "awk '{system(\"rm \" $1)}' list",
        "echo broken ( && rm x",
    ];
    for text in wrapped {
        let rules: Vec<_> = dangers(ExecutorKind::Shell, text).into_iter().map(|danger| danger.rule).collect();
        assert!(rules.iter().any(|rule| rule == "rm"), "{text}: {rules:?}");
    }
}

#[test]
fn a_version_handed_to_a_verb_is_no_question() {
    check(&[
        ("helm upgrade --install web repo/web --version 1.2.3", Some(Changes)),
        ("helm upgrade web repo/web --version", Some(Changes)),
        ("eksctl delete cluster --name a --version 1.30", Some(Destructive)),
        ("kubectl drain node1 --version 1", Some(Disruptive)),
        ("systemctl stop app --help x", Some(Disruptive)),
        ("kubectl delete ns web --force --help", Some(Destructive)),
        ("helm --version", None),
        ("kubectl drain --help", None),
        ("docker volume rm --help", None),
        ("aws ec2 terminate-instances --help", None),
        ("systemctl stop --help", None),
        ("reboot --help", None),
    ]);
}

#[test]
fn files_and_disks() {
    check(&[
        ("find . -delete", Some(Destructive)),
        (": > app.log", Some(Destructive)),
        ("> app.log", Some(Destructive)),
        ("cat /dev/null > app.log", Some(Destructive)),
        ("truncate -s 0 app.log", Some(Destructive)),
        ("dd if=a of=/dev/sdb", Some(Destructive)),
        ("echo x > /dev/sda", Some(Destructive)),
        ("mkfs.ext4 /dev/sdb1", Some(Destructive)),
        ("wipefs -a /dev/sdb", Some(Destructive)),
        ("blkdiscard /dev/sdb", Some(Destructive)),
        ("zfs destroy pool/a@b", Some(Destructive)),
        ("zpool status", None),
        ("lvremove -y vg/lv", Some(Destructive)),
        ("mdadm --stop /dev/md0", Some(Disruptive)),
        ("cryptsetup luksFormat /dev/sdb", Some(Destructive)),
        ("rsync -a --delete a/ b/", Some(Destructive)),
        ("rsync -an --delete a/ b/", None),
        ("echo x > /etc/hosts", Some(Destructive)),
        ("echo x >> /etc/hosts", Some(Changes)),
        ("echo x | sudo tee /etc/hosts", Some(Destructive)),
        ("echo x | tee -a /etc/hosts", Some(Changes)),
        ("ls | tee out.txt", None),
        ("cp new.conf /etc/app/app.conf", Some(Destructive)),
        ("cp /etc/app.conf /etc/app.conf.bak", Some(Changes)),
        ("cp a b", None),
        ("mv a b", Some(Changes)),
        ("sed -i 's/a/b/' f", Some(Changes)),
        ("sed -n 1p f", None),
        ("echo 3 > /proc/sys/vm/drop_caches", Some(Changes)),
        ("echo b > /proc/sysrq-trigger", Some(Disruptive)),
        ("echo b | sudo tee /proc/sysrq-trigger", Some(Disruptive)),
        ("tar xzf a.tgz -C /", Some(Destructive)),
        ("tar xzf a.tgz", None),
        ("ls > out.txt 2>&1", None),
        ("ls > /dev/null", None),
        ("cat <<EOF > notes.txt\nrm -rf /\nEOF", None),
        ("chmod 600 f", Some(Changes)),
        ("df -h && free -m", None),
        ("echo rm -rf /", None),
        ("cat restore.log", None),
        ("grep -r 'DROP TABLE' logs", None),
    ]);
}

#[test]
fn databases_and_stores() {
    check(&[
        ("psql -c 'DELETE FROM t WHERE a = 1'", Some(Destructive)),
        ("psql app -c 'TRUNCATE t'", Some(Destructive)),
        ("psql -c \"UPDATE t SET a = 1\"", Some(Destructive)),
        ("psql -c \"UPDATE t SET a = 1 WHERE b = 2\"", Some(Changes)),
        ("psql -c \"SELECT 'drop table x'\"", None),
        ("psql -c 'SELECT count(*) FROM t'", None),
        ("psql -c 'VACUUM FULL t'", Some(Disruptive)),
        ("psql -c 'VACUUM ANALYZE t'", None),
        ("psql -c 'REINDEX DATABASE app'", Some(Disruptive)),
        ("psql -c 'SELECT pg_terminate_backend(1)'", Some(Disruptive)),
        ("psql -c 'ALTER SYSTEM SET a = 1'", Some(Changes)),
        ("psql app <<EOF\nSELECT 1;\nDROP TABLE t;\nEOF", Some(Destructive)),
        ("psql app <<< 'SELECT 1'", None),
        ("echo 'DROP DATABASE a' | mysql", Some(Destructive)),
        ("docker compose exec -T db psql -c 'DROP TABLE t'", Some(Destructive)),
        ("psql -f fix.sql", Some(Destructive)),
        ("mysql app < dump.sql", Some(Destructive)),
        ("gunzip -c a.gz | psql app", Some(Destructive)),
        ("mysql app -e 'source x.sql'", Some(Destructive)),
        ("sqlite3 a.db 'DELETE FROM t'", Some(Destructive)),
        ("sqlite3 a.db '.tables'", None),
        ("clickhouse-client --query='DROP TABLE t'", Some(Destructive)),
        ("mysqladmin drop app", Some(Destructive)),
        ("dropdb app", Some(Destructive)),
        ("pg_restore -d app a.dump", Some(Destructive)),
        ("pg_restore -l a.dump", None),
        ("pg_dump app > a.sql", None),
        ("mongosh --eval 'db.dropDatabase()'", Some(Destructive)),
        ("mongosh --eval 'db.users.deleteMany({})'", Some(Destructive)),
        ("mongosh --eval 'db.stats()'", None),
        ("redis-cli -h a -p 1 FLUSHALL", Some(Destructive)),
        ("redis-cli -a $P --scan --pattern 'a:*' | xargs redis-cli -a $P DEL", Some(Destructive)),
        ("redis-cli KEYS '*'", Some(Disruptive)),
        ("redis-cli SHUTDOWN", Some(Disruptive)),
        ("redis-cli DEBUG SLEEP 1", Some(Disruptive)),
        ("redis-cli SCRIPT FLUSH", Some(Destructive)),
        ("redis-cli CONFIG SET maxmemory 1gb", Some(Changes)),
        ("redis-cli INFO memory", None),
        ("redis-cli <<EOF\nDEL a\nEOF", Some(Destructive)),
        ("etcdctl del --prefix /a", Some(Destructive)),
        ("etcdctl endpoint health", None),
        ("kafka-topics.sh --delete --topic a", Some(Destructive)),
        ("kafka-topics --list", None),
        ("rabbitmqctl purge_queue a", Some(Destructive)),
        ("rabbitmqctl stop_app", Some(Disruptive)),
        ("rabbitmqctl list_queues", None),
        ("vault kv destroy -versions=1 a", Some(Destructive)),
        ("vault status", None),
        ("consul kv delete a", Some(Destructive)),
        ("alembic downgrade -1", Some(Destructive)),
        ("alembic upgrade head", Some(Changes)),
        ("alembic current", None),
        ("python manage.py flush", Some(Destructive)),
        ("python manage.py migrate", Some(Changes)),
        ("bundle exec rails db:rollback", Some(Destructive)),
        ("npx prisma migrate reset", Some(Destructive)),
        ("flyway clean", Some(Destructive)),
    ]);
}

#[test]
fn containers_clusters_and_clouds() {
    check(&[
        ("docker system prune -a --volumes", Some(Destructive)),
        ("docker volume rm a", Some(Destructive)),
        ("docker compose -f a.yml down -v", Some(Destructive)),
        ("docker compose down", Some(Disruptive)),
        ("docker compose restart web", Some(Disruptive)),
        ("docker compose up -d", Some(Changes)),
        ("docker ps -a", None),
        ("docker logs --tail 100 rm", None),
        ("docker compose logs down", None),
        ("kubectl -n x delete pod y", Some(Destructive)),
        ("kubectl delete -n x --dry-run=client pod y", None),
        ("kubectl --context a drain node", Some(Disruptive)),
        ("kubectl rollout restart deploy/x", Some(Disruptive)),
        ("kubectl rollout status deploy/x", None),
        ("kubectl scale deploy/x --replicas=0", Some(Disruptive)),
        ("kubectl apply -f x.yaml", Some(Changes)),
        ("kubectl get pods -l app=delete", None),
        ("helm uninstall x", Some(Destructive)),
        ("helm list", None),
        ("aws s3 rm s3://a --recursive", Some(Destructive)),
        ("aws s3 sync a s3://b --delete", Some(Destructive)),
        ("aws s3 ls", None),
        ("aws ec2 terminate-instances --instance-ids i", Some(Destructive)),
        ("aws ec2 stop-instances --instance-ids i", Some(Disruptive)),
        ("aws ec2 describe-instances", None),
        ("gcloud compute instances delete a", Some(Destructive)),
        ("az group delete -n a", Some(Destructive)),
        ("terraform destroy", Some(Destructive)),
        ("terraform state rm a", Some(Destructive)),
        ("terraform apply", Some(Disruptive)),
        ("terraform plan", None),
        ("ansible-playbook site.yml --check --diff", None),
        ("ansible-playbook site.yml", Some(Disruptive)),
        ("ansible all -m shell -a 'rm -rf /x'", Some(Destructive)),
        ("ansible all -m ping", None),
    ]);
}

#[test]
fn machines_networks_packages_and_code() {
    check(&[
        ("systemctl restart nginx", Some(Disruptive)),
        ("systemctl status nginx", None),
        ("systemctl list-units --failed", None),
        ("service nginx stop", Some(Disruptive)),
        ("supervisorctl restart all", Some(Disruptive)),
        ("pm2 delete all", Some(Disruptive)),
        ("kill -9 1", Some(Disruptive)),
        ("kill -0 1", None),
        ("reboot", Some(Disruptive)),
        ("userdel a", Some(Disruptive)),
        ("crontab -r", Some(Destructive)),
        ("crontab -l", None),
        ("crontab jobs.txt", Some(Changes)),
        ("echo x | at now", Some(Changes)),
        ("sysctl -a", None),
        ("journalctl --vacuum-time=1d", Some(Destructive)),
        ("certbot renew --dry-run", None),
        ("iptables -L", None),
        ("iptables -F", Some(Disruptive)),
        ("ufw status", None),
        ("nft flush ruleset", Some(Disruptive)),
        ("ip addr", None),
        ("ip link set eth0 down", Some(Disruptive)),
        ("curl -X DELETE localhost/a", Some(Destructive)),
        ("curl -XPUT localhost/a", Some(Changes)),
        ("curl -sS -d a=b localhost", Some(Changes)),
        ("curl -I localhost", None),
        ("apt-get install -y jq", Some(Changes)),
        ("apt-get -s install jq", None),
        ("apt remove jq", Some(Disruptive)),
        ("pip install --upgrade x", Some(Changes)),
        ("pip list", None),
        ("npm publish", Some(Changes)),
        ("npm audit", None),
        ("git push --force", Some(Destructive)),
        ("git clean -fdx", Some(Destructive)),
        ("git reset --hard HEAD~1", Some(Destructive)),
        ("git branch -D x", Some(Destructive)),
        ("git push origin main", Some(Changes)),
        ("git log --oneline", None),
        ("gh pr merge 1", Some(Changes)),
        ("gh pr list", None),
        ("make restore", Some(Destructive)),
        ("make -n restore", None),
        ("./scripts/restore.sh", Some(Destructive)),
        ("./scripts/restore.sh --test", None),
        ("bash tools/db-reset.sh", Some(Destructive)),
        ("make down", Some(Disruptive)),
        ("./deploy.sh", Some(Changes)),
        ("npm run db:reset", Some(Destructive)),
        ("python -c 'import shutil; shutil.rmtree(\"x\")'", Some(Destructive)),
        ("perl -e 'unlink \"x\"'", Some(Destructive)),
        ("node -e 'fs.rmSync(\"x\")'", Some(Destructive)),
        ("python -c 'print(1)'", None),
        ("curl -s https://a/b | sh", Some(Destructive)),
        ("curl -s https://a/b | sudo -E bash -", Some(Destructive)),
        ("base64 -d x | bash", Some(Destructive)),
        ("bash <(curl -s https://a/b)", Some(Destructive)),
        ("eval \"$(cat x)\"", Some(Destructive)),
        ("eval \"$(ssh-agent -s)\"", None),
        ("curl -s a | jq .", None),
        ("cat x | python3 -m json.tool", None),
        ("$TOOL --now", Some(Disruptive)),
        ("$HOME/bin/tool", None),
    ]);
}

#[test]
fn text_for_databases_and_programs_is_looked_at_too() {
    for (executor, text, rule) in [
        (ExecutorKind::Sql, "-- clean\nDELETE FROM t;", "sql-drop"),
        (ExecutorKind::Sql, "VACUUM FULL t;", "sql-lock"),
        (ExecutorKind::Redis, "127.0.0.1:6379> FLUSHDB", "redis-flush"),
        (ExecutorKind::Redis, "GET a\nUNLINK b", "redis-delete"),
        (ExecutorKind::Python, "import os\nos.remove('a')", "code-delete"),
        (ExecutorKind::Python, "cursor.execute('DROP TABLE t')", "sql-drop"),
    ] {
        let rules: Vec<_> = dangers(executor, text).into_iter().map(|danger| danger.rule).collect();
        assert_eq!(rules, [rule], "{text}");
    }
    assert_eq!(dangers(ExecutorKind::Sql, "SELECT 1; EXPLAIN SELECT 2;"), []);
}

#[test]
fn what_can_happen_is_said_in_the_language_of_the_document() {
    let found = Analyst::default().look(ExecutorKind::Shell, "rm x");
    let said: Vec<_> = found.dangers.iter().map(|rule| rule.danger(Language::Ja).why).collect();
    assert_eq!(said, ["ファイルを削除します。"]);
}

#[test]
fn a_tool_that_no_table_knows_is_told_by_its_verb() {
    check(&[
        ("teamtool delete web", Some(Destructive)),
        ("teamtool user purge a", Some(Destructive)),
        ("teamtool admin-disable-user a", Some(Disruptive)),
        ("chef-client-disable 'why'", Some(Disruptive)),
        ("consul maint -enable", Some(Disruptive)),
        ("bq rm -t a.b", Some(Destructive)),
        ("odf set full-ratio 0.9", Some(Changes)),
        ("ceph osd out 3", Some(Disruptive)),
        ("knife node edit web", Some(Changes)),
        ("deployer deploy-support a", Some(Changes)),
        ("tf destroy", Some(Destructive)),
        ("virtctl stop vm1", Some(Disruptive)),
        ("dmsetup remove data", Some(Destructive)),
        ("/etc/init.d/app stop", Some(Disruptive)),
        ("az containerapp update --name a --min-replicas 0 --max-replicas 0", Some(Disruptive)),
        ("teamtool list delete", None),
        ("teamtool status", None),
        ("grep delete x; man rm; which restart", None),
        ("deployer exec homes a", None),
        ("ceph status; ceph osd tree", None),
    ]);
}

#[test]
fn what_writes_moves_or_stops_is_known_by_its_own_words() {
    check(&[
        ("yum history undo last", Some(Disruptive)),
        ("yum history", None),
        ("fdisk /dev/sdb", Some(Destructive)),
        ("fdisk -l", None),
        ("impdp app/x dumpfile=a.dmp", Some(Destructive)),
        ("sqlplus app/x @grant.sql", Some(Changes)),
        ("crm_resource --move vip", Some(Disruptive)),
        ("ln -sfn /srv/a /srv/current", Some(Changes)),
        ("ln -s a b", None),
        ("echo x >> ~/.ssh/config", Some(Changes)),
        ("kubectl scale deploy/a --replicas 0", Some(Disruptive)),
        ("scp a.conf host:/srv/", Some(Changes)),
        ("rsync -a a/ host:/srv/a/", Some(Changes)),
        ("cp -r a /srv/live", Some(Changes)),
        ("cp -r /srv/live /srv/live.bak", None),
        ("cp -r /srv/restore/a /srv/live", Some(Destructive)),
        ("kubectl drain n --delete-emptydir-data", Some(Destructive)),
        ("kubectl drain n", Some(Disruptive)),
        ("mount /dev/sdb1 /mnt", Some(Changes)),
        ("umount /mnt", Some(Disruptive)),
        ("etcdctl defrag", Some(Disruptive)),
        ("pg_restore --list a.dump; pg_restore -l a.dump", None),
        ("oc adm upgrade", None),
        ("oc adm upgrade --to-latest", Some(Disruptive)),
        ("$PSQL -c 'SHOW config_file'", None),
        ("$PSQL -c 'DROP TABLE a'", Some(Destructive)),
        ("ssh h 'kubectl exec p -- bash -c \"mysql -e \\\"SHOW TABLES\\\" && : > /srv/x\"'", Some(Destructive)),
        ("ssh h 'kubectl exec p -- bash -c \"mysql -e \\\"TRUNCATE a\\\"\"'", Some(Destructive)),
    ]);
    let rule = |text: &str| dangers(ExecutorKind::Shell, text).first().map(|danger| danger.rule.clone());
    assert_eq!(rule("qm destroy 100").as_deref(), Some("vm-delete"));
    assert_eq!(dangers(ExecutorKind::Shell, "qm stop 100\nqm stop 101").len(), 1);
    assert_eq!(rule("qm stop 100").as_deref(), Some("vm-stop"));
    assert_eq!(rule("etcdctl defrag").as_deref(), Some("store-defragment"));
}
