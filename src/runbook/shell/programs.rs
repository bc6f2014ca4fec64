//! The programs that operators are known to use.

use std::collections::HashSet;
use std::sync::OnceLock;

/// Programs that operators are known to use: enough to tell a command from output where no prompt does.
const PROGRAMS: &str = "\
     . ./gradlew [ [[ ab act age alembic alertmanager alias amtool ansible ansible-galaxy ansible-inventory \
     ansible-playbook ansible-vault apache2ctl apachectl apropos apt apt-get argo argocd arp artillery at atq \
     auditctl ausearch awk aws aws-vault az azcopy barman base64 basename bash batch bazel bg bin/rails bin/rake \
     black blkid borg bq brew buildah bun bundle bunx calicoctl cargo case cat cd cdk celery ceph cephadm certbot \
     certtool cf chage chef-client chef-shell chkrootkit chmod chown chronyc chroot cilium circleci clamscan \
     clickhouse-client cmake cmp column command composer concourse conda consul convert corosync-cfgtool cp cqlsh \
     createdb createuser crictl crm crontab cryptsetup ctest ctr curl cut datadog-agent date dd declare deno deployer \
     df dialog diff dig dirname dirs django-admin dmesg dmidecode dnf docker docker-compose docker-machine doctl \
     dos2unix dotnet dpkg drbdadm dropdb dropuser du duckdb e2fsck echo egrep eksctl env envsubst eslint esxcli \
     etcdctl etcdutl ethtool eval exec exit export exportfs fail2ban-client false fdisk ffmpeg fg file filebeat find \
     firewall-cmd flask fluent-bit flux fly flyctl flyway for free fsck func function fuser gcc gcloud gem getenforce \
     getent gettext gh git gitlab-ctl gitlab-psql gitlab-rails gitlab-rake gitlab-redis-cli gitleaks gluster go gpg \
     gradle grafana-cli grep groupadd grpcurl grype gsutil gunicorn gunzip gzip hadolint haproxy hcloud hdparm head \
     helm helmfile heroku hexdump hey history host hostname hostnamectl htop http httpd httpie ibmcloud iconv id if \
     ifconfig influx info ionice iostat iotop ip iperf3 ipmitool iptables irb iscsiadm istioctl java javac jcmd \
     jenkins-cli jest jmap jobs journalctl jq jsonnet jstack jstat just k3d k3s k6 k9s kafka-console-consumer \
     kafka-console-producer kafka-consumer-groups kafka-consumer-groups.sh kafka-topics kafka-topics.sh keepalived \
     keytool kill killall kind kn knex knife kops kubeadm kubectl kubectx kubens kubeseal kustomize launchctl less \
     let linkerd liquibase ln local localectl locate locust logcli logger loginctl logrotate loki ls lsblk lscpu \
     lsmod lsof lspci lsusb lvcreate lvextend lvremove lvs lynis mail mailq make man mariadb mariadb-dump mc md5sum \
     mdadm minikube mkdir mkfs modprobe mongo mongodump mongoexport mongoimport mongorestore mongosh mongostat \
     mongotop more mount mpstat msbuild msgfmt mtr multipath mv mvn mypy mysql mysqladmin mysqlbinlog mysqlcheck \
     mysqldump mysqlpump named nano nats nc ncat nerdctl netlify netstat newrelic next nfsstat nft nginx nice nikto \
     nl nmap nmcli node nodetool nohup nova npm npx nsenter nslookup ntpdate ntpq nvidia-smi oc oci ocm od omc \
     openssl openstack otelcol packer pandoc parted passwd paste patronictl pcs pct pg_basebackup pg_controldata \
     pg_ctl pg_dump pg_dumpall pg_isready pg_restore pg_rewind pgbackrest pgbench pgcli pgrep php pidstat ping pip \
     pip3 pipenv pipx pkill pm2 pnpm podman poetry popd postfix postqueue postsuper printenv printf prisma prometheus \
     promtool ps psql pulumi puppet pushd pvesh pvs pwd pyenv pytest python python3 qm rabbitmq-diagnostics \
     rabbitmqctl racadm rados radosgw-admin rails rake rbd rbenv rclone read readlink readonly realpath \
     redis-benchmark redis-cli redis-server reindexdb renice repmgr resize2fs resolvectl restic restorecon return rev \
     rkhunter rm rndc rook rosa route rpm rspec rsync rsyslog rsyslogd ruff rustc rustup s3cmd salt sam saml2aws sar \
     scp screen script sed select semanage sendmail seq sequelize serverless service set setenforce sftp sh sha1sum \
     sha256sum shellcheck shift showmount siege skopeo sleep smartctl smbclient smbstatus snap snmpget snmpwalk snyk \
     socat sops sort source split sqlite3 sqlmap squid ss ssh ssh-add ssh-agent ssh-copy-id ssh-keygen stat stern \
     strace strings su sudo supervisorctl swapoff swapon sysctl systemctl tac tail tar task tcpdump tee telnet \
     terraform terragrunt test time timedatectl timeout tkn tmux tofu top touch tox tr traceroute trap tree trivy \
     true tsc tshark type typeset ufw ulimit umask umount unalias uname uniq unset until unzip updatedb uptime \
     useradd userdel usermod uv uvicorn vacuumdb vagrant valkey-cli varnishadm vault vector vegeta velero vercel vgs \
     vi vim virsh virtctl visudo vite vitest vmstat w wait watch wc websocat wget whereis which while who whois \
     wipefs wrangler wrk xargs xh xm xtrabackup xxd yamllint yarn yes yq yum zcat zfs zip zpool { \
";

/// The word is a program, or a word of the shell, that operators are known to use.
pub(super) fn is_program(word: &str) -> bool {
    static KNOWN: OnceLock<HashSet<&str>> = OnceLock::new();
    KNOWN.get_or_init(|| PROGRAMS.split_whitespace().collect()).contains(word)
}
