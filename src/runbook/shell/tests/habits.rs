//! What asks, what never ends, and what shows a secret.

use super::only;

#[test]
fn what_reads_the_keyboard_is_interactive() {
    for text in [
        "cat > /etc/app.conf",
        "tee notes.txt",
        "nc db1 5432",
        "python3 -i shell.py",
        "kinit admin",
        "htpasswd -c users admin",
        "cryptsetup luksOpen /dev/sdb1 data",
        "ansible-playbook site.yml -K",
        "ansible-vault view group_vars/all",
        "openssl genrsa -des3 -out a.key 4096",
        "openssl enc -aes-256-cbc -in a -out b",
        "gpg -c dump.sql",
        "git add -p",
        "gcloud init",
        "gcloud sql connect db --user=root",
        "sudo gitlab-rails console",
        "aws sso login",
        "helm registry login registry.local",
        "ipmitool sol activate",
        "kafka-console-producer --topic a",
        "mysql -u root -p -e 'select 1'",
        "less /var/log/app.log",
        "visudo",
        "kubectl edit deploy web",
        "docker attach web",
        "sudo su -",
        "read -s answer",
    ] {
        assert!(only(text).interactive, "{text}");
    }
    for text in [
        "cat /etc/app.conf",
        "cat > a <<EOF\nx\nEOF",
        "echo x | tee notes.txt",
        "nc -zv db1 5432",
        "echo stat | nc zk1 2181",
        "cqlsh -e 'select 1'",
        "sftp -b batch web1",
        "kinit -kt app.keytab app",
        "htpasswd -nbB admin $P",
        "cryptsetup luksOpen --key-file k /dev/sdb1 data",
        "ansible-vault view a --vault-password-file p",
        "openssl enc -base64 -in a",
        "openssl enc -aes-256-cbc -pass env:P -in a -out b",
        "openssl x509 -in a.crt -noout",
        "aws configure list",
        "helm list",
    ] {
        assert!(!only(text).interactive, "{text}");
    }
}

#[test]
fn what_runs_until_it_is_stopped_never_ends() {
    for text in [
        "kubectl get pods --watch=true",
        "tcpdump -i eth0",
        "tcpdump -nn -i eth0 port 80",
        "ltrace -p 1",
        "perf top",
        "perf record -p 1",
        "while sleep 5; do df; done",
        "until false; do df; done",
        "for ((;;)); do df; done",
        "etcdctl watch /a",
        "consul monitor",
        "nomad alloc logs -f a",
        "udevadm monitor",
        "conntrack -E",
        "ip monitor",
        "mtr db1",
        "nvidia-smi dmon",
        "nvidia-smi -l 1",
        "slabtop",
        "systemd-cgtop",
        "kcat -C -t a",
        "python manage.py runserver",
        "stern web",
        "atop 1",
        "sar -n DEV 1",
    ] {
        assert!(only(text).never_ends, "{text}");
    }
    for text in [
        "tcpdump -r a.pcap",
        "tcpdump -nn -c 20 -i eth0",
        "timeout 10 tcpdump -i eth0",
        "timeout 30 sudo tcpdump -i eth0",
        "atop 1 5",
        "perf record -a -- sleep 5",
        "stern --no-follow web",
        "mtr --report db1",
        "mtr -rwc 5 db1",
        "slabtop -o",
        "systemd-cgtop -n 1",
        "nvidia-smi",
        "kcat -C -e -t a",
        "until false; do df && break; done",
        "sar -n DEV 1 3",
        "ip addr",
    ] {
        assert!(!only(text).never_ends, "{text}");
    }
    assert!(only("timeout 10 df; tail -f a").never_ends);
}

#[test]
fn what_prints_a_secret_reads_it() {
    for text in [
        "printenv",
        "printenv DB_PASSWORD",
        "set",
        "cat /proc/1/environ",
        "cat /etc/kubernetes/admin.conf",
        "op read op://ops/db/password",
        "bw get password db",
        "pass show ops/db",
        "security find-generic-password -s db -w",
        "az keyvault secret show --name a",
        "gcloud auth print-access-token",
        "gcloud secrets versions access latest --secret=db",
        "aws iam create-access-key --user-name u",
        "aws sts assume-role --role-arn a",
        "ansible-vault view a",
        "age -d a.age",
        "openssl rsa -in a.key",
        "wg showconf wg0",
        "kubeadm token create --print-join-command",
        "argocd admin initial-password",
        "heroku config",
        "terraform output -raw db_password",
        "vault token create",
    ] {
        assert!(only(text).reads_secret, "{text}");
    }
    for text in [
        "printenv PATH",
        "set -euo pipefail",
        "export A=1",
        "declare -a list",
        "T=$(gcloud auth print-access-token)",
        "openssl rsa -in a.key -noout -modulus",
        "terraform output",
        "heroku config:set A=1",
        "pass insert ops/db",
        "az vm list",
    ] {
        assert!(!only(text).reads_secret, "{text}");
    }
}

#[test]
fn a_secret_among_the_words_is_seen_and_its_name_is_none() {
    for text in [
        "curl -uadmin:s3cret localhost",
        "curl -u admin:s3cret localhost",
        "ldapsearch -D cn=a -w s3cret",
        "ipmitool -U root -P s3cret chassis status",
        "smbclient //fs/a -U 'app%s3cret'",
        "wget --http-password s3cret https://a/b",
        "PGPASSWORD=s3cret psql -c 'select 1'",
        "curl -H 'Authorization: Bearer abcdef123' localhost",
    ] {
        assert!(only(text).secret_on_command_line, "{text}");
    }
    for text in [
        "gcloud secrets versions access latest --secret=db",
        "gcloud secrets versions access latest --secret db",
        "ldapsearch -D cn=a -W",
        "ldapsearch -D cn=a -w $P",
        "curl -u admin localhost",
        "smbclient //fs/a -U app",
    ] {
        assert!(!only(text).secret_on_command_line, "{text}");
    }
}
