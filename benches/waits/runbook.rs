//! A long runbook: as large as the largest that people are known to keep.

use std::fmt::Write as _;

/// A procedure in the middle of it.
pub(crate) const PROCEDURE: &str = "Check 12: payments";

const SERVICES: &[&str] = &["orders", "stock", "mail", "search", "payments", "reports", "gateway"];

/// About 36 KB of sections, each a checklist whose steps have commands and rules.
pub(crate) fn largest() -> String {
    let mut text = String::from("# Checks of all services\n\n**Version**: 3.2\n**Audience**: whoever is on duty\n\n");
    for number in 1..=29 {
        let service = SERVICES[(number + 6) % SERVICES.len()];
        // Writing to a string does not fail.
        let _always_well = write!(
            text,
            "## Check {number}: {service}\n\n\
             Look at {service} before its users do. Tell the team what was found, and leave the rest to the owner.\n\n\
             - [ ] **Room for {service}**\n  ```bash\n  # How full the file systems are\n  df -h /var/lib/{service}\n  \
             du -sh /var/lib/{service}/* | sort -rh | head -n 20\n  ```\n  \
             - Usage > 80%: remove the archives of last year\n  - Usage > 95%: call the owner of {service} at once\n\n\
             - [ ] **Service {service} runs**\n  ```bash\n  systemctl status {service}.service --no-pager\n  \
             journalctl -u {service} --since '1 hour ago' | grep -ciE 'error|failed'\n  ```\n  \
             - If the service is not active: read its log, then tell the team\n  - Errors > 20: open a ticket\n\n\
             - [ ] **Answers of {service}**\n  ```bash\n  for path in health ready version; do\n    \
             curl -fsS -o /dev/null -w '%{{http_code}} %{{time_total}}\\n' \"http://localhost:80{number:02}/$path\"\n  \
             done\n  ```\n  - Response time > 2 seconds: compare with the load of the machine\n\n\
             - [ ] **Copies of the data**\n  ```bash\n  ls -lt /srv/backup/{service} | head -n 5\n  \
             sha256sum --check --quiet /srv/backup/{service}/latest.sha256\n  ```\n  \
             - If the newest copy is older than 24 hours: start one by hand and look at it again\n\n\
             - [ ] **Questions from the users of {service}**\n  - Read what came in since the last check\n  \
             - Hand on what came in more than once\n\n"
        );
    }
    text
}
