//! Output, status and what is stored of them.

use std::os::unix::fs::PermissionsExt;

use tejun::exec::exit_file;
use tejun::ids::Digest;
use tejun::run::event::Outcome;

use super::{EXITED, Lab};

#[tokio::test]
async fn output_status_and_digest_are_those_of_the_stored_bytes() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("printf 'one\\ntwo'; (exit 3)").await;
    let finish = lab.end(attempt).await;

    let stored = std::fs::read(lab.folder.output(attempt)).unwrap();
    assert_eq!(stored, b"one\r\ntwo");
    assert_eq!(finish.outcome, Outcome::Exited { code: 3 });
    assert_eq!((finish.bytes, &finish.sha256), (8, &Digest::of(&stored)));
    assert_eq!((finish.gaps.as_slice(), finish.redactions), (&[][..], 0));
    assert_eq!(exit_file(&lab.folder, attempt).unwrap(), Some(finish));
    for path in [lab.folder.output(attempt), lab.folder.exit(attempt), lab.folder.index(attempt)] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn messages_of_the_shell_name_the_line_of_the_text() {
    let mut lab = Lab::open().await;

    let (output, finish) = lab.run("echo $0\n\nnosuchcommand").await;

    assert_eq!(output, "bash\r\nbash: line 3: nosuchcommand: command not found\r\n");
    assert_eq!(finish.outcome, Outcome::Exited { code: 127 });
}

#[tokio::test]
async fn a_text_of_a_megabyte_arrives_whole() {
    let mut lab = Lab::open().await;
    let line = "0123456789 'quoted' \"too\" $HOME `no` あ\\\n".repeat(25_000);

    let output = lab.output(&format!("sha256sum <<'END OF IT'\n{line}END OF IT\n")).await;

    assert!(line.len() > 1_000_000);
    assert_eq!(output, format!("{}  -\n", Digest::of(line.as_bytes())));
}

#[tokio::test]
async fn a_flood_is_stored_to_the_last_byte() {
    let mut lab = Lab::open().await;

    let (output, finish) = lab.run("head -c 3000000 /dev/zero | tr '\\0' x; echo END").await;

    assert_eq!(finish.outcome, EXITED);
    assert_eq!((output.len(), finish.bytes), (3_000_005, 3_000_005));
    assert!(output.ends_with("xEND\r\n"));
}

#[tokio::test]
async fn a_secret_of_the_environment_is_not_stored() {
    let mut lab = Lab::wrapped("#!/bin/sh\nDB_PASSWORD=hunter22x exec @KEEPER@ \"$@\"\n").await;

    let (output, finish) = lab.run("echo \"pass $DB_PASSWORD.\"; printf hunter; printf '22x\\n'").await;

    assert_eq!(output, "pass ***.\r\n***\r\n");
    assert_eq!(finish.redactions, 2);
    assert_eq!(lab.output("printf '%s' \"${#DB_PASSWORD}\"").await, "9");
}

#[tokio::test]
async fn output_of_a_child_that_stays_is_late() {
    let mut lab = Lab::open().await;
    let gate = lab.path("gate");
    let name = gate.display();

    let attempt =
        lab.start(&format!("mkfifo {name}; echo now; (read -r x <{name}; echo afterwards; echo done >{name}) &")).await;
    let finish = lab.end(attempt).await;
    std::fs::write(&gate, "go\n").unwrap();
    assert_eq!(std::fs::read_to_string(&gate).unwrap(), "done\n");
    // Whatever runs next has everything before it read first.
    let next = lab.output("echo next").await;

    assert_eq!((finish.bytes, lab.stored(attempt).as_str(), next.as_str()), (5, "now\r\n", "next\n"));
    let late = lab.folder.late(attempt);
    assert_eq!(std::fs::read_to_string(late).unwrap(), "afterwards\r\n");
}

#[tokio::test]
async fn a_command_that_cannot_start_says_why() {
    let mut lab = Lab::open().await;
    lab.output("mkdir gone; cd gone; rmdir ../gone").await;

    let (_, finish) = lab.run("echo never").await;

    let Outcome::CouldNotStart { why } = &finish.outcome else { panic!("{finish:?}") };
    assert!(why.contains("gone is gone"), "{why}");
}

#[tokio::test]
async fn g79_a_secret_is_in_the_environment_of_the_one_command_that_asked_and_masked_wherever_it_shows() {
    let mut lane = Lab::open().await;
    let shows = "echo \"$TEJUN_SECRET_1\"; printf %s \"$TEJUN_SECRET_1\" | base64; tr '\\0' '\\n' </proc/$$/cmdline";

    let asked = lane.start_with(shows, "correct-horse-9").await;
    lane.end(asked).await;
    let after = lane.start("echo \"left: ${TEJUN_SECRET_1-nothing}\"; echo correct-horse-9").await;
    lane.end(after).await;

    let (first, second) = (lane.stored(asked), lane.stored(after));
    assert!(!first.contains("correct-horse") && first.starts_with("***\r\n"), "{first}");
    assert!(!first.contains("Y29ycmVjdC1ob3JzZS05"), "{first}");
    assert!(second.contains("left: nothing") && !second.contains("correct-horse-9"), "{second}");
}
