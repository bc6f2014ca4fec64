//! The terminal session of a lane.

use tejun::exec::{Executor, Size};
use tejun::run::event::{Outcome, Stop};

use super::{EXITED, Lab};

#[tokio::test]
async fn a_command_has_a_terminal_and_no_other_descriptor() {
    let mut lab = Lab::wrapped("#!/bin/bash\nexec 7</dev/null 9</dev/null; exec @KEEPER@ \"$@\"\n").await;

    let output = lab.output("test -t 0 && test -t 1 && test -t 2 && echo tty; ls /proc/self/fd").await;

    // The fourth is that of ls itself.
    assert_eq!(output.split_whitespace().collect::<Vec<_>>(), ["tty", "0", "1", "2", "3"]);
}

#[tokio::test]
async fn signals_are_clean_whoever_started_the_keeper() {
    let mut lab = Lab::wrapped(
        "#!/bin/bash\ntrap '' HUP INT QUIT TERM CHLD USR1 TSTP TTIN TTOU PIPE RTMIN+3; exec @KEEPER@ \"$@\"\n",
    )
    .await;

    let output = lab.output("grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2").await;

    // The C library keeps two signals to itself: nobody can change what they do.
    let masks: Vec<u64> = output.lines().map(|mask| u64::from_str_radix(mask, 16).unwrap() & !0x1_8000_0000).collect();
    assert_eq!(masks, [0, 0], "{output}");
}

#[tokio::test]
async fn commands_share_a_session_and_each_leads_a_group() {
    let mut lab = Lab::open().await;
    let ask = "cut -d' ' -f5,6,8 /proc/$$/stat; echo $$";

    let first = lab.output(ask).await;
    let second = lab.output(ask).await;

    for (output, other) in [(&first, &second), (&second, &first)] {
        let words: Vec<&str> = output.split_whitespace().collect();
        let [group, session, foreground, pid] = words[..] else { panic!("{output}") };
        assert_eq!((group, foreground, session), (pid, pid, lab.lane.keeper.to_string().as_str()));
        assert_ne!(output, other);
    }
}

#[tokio::test]
async fn what_is_typed_is_read() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("read -r -p 'name? ' name; echo \"<$name>\"").await;
    lab.see(attempt, "name? ").await;
    lab.keepers.input(1, "太郎\r".into()).await.unwrap();
    let finish = lab.end(attempt).await;

    assert_eq!(finish.outcome, EXITED);
    assert_eq!(lab.stored(attempt), "name? 太郎\r\n<太郎>\r\n");
}

#[tokio::test]
async fn what_was_typed_for_one_command_is_not_read_by_the_next() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("stty -echo; echo ready; read -r a").await;
    lab.see(attempt, "ready").await;
    lab.keepers.input(1, b"one\nrm -rf\n".to_vec()).await.unwrap();
    lab.end(attempt).await;
    let output = lab.output("read -r -t 0 && echo leaked; stty -a | grep -o -- '-\\?echo\\b'").await;

    assert_eq!(output, "echo\n");
}

#[tokio::test]
async fn the_size_is_that_of_the_pane() {
    let mut lab = Lab::open().await;
    assert_eq!(lab.output("stty size; env | grep -c COLUMNS; echo $TERM").await, "24 80\n0\nxterm-256color\n");

    lab.keepers.resize(1, Size { cols: 100, rows: 30 }).await.unwrap();

    assert_eq!(lab.output("stty size").await, "30 100\n");
}

#[tokio::test]
async fn a_resize_is_told_to_the_running_command() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("trap 'stty size; exit' WINCH; echo ready; while :; do read -r -t 60; done").await;
    lab.see(attempt, "ready").await;
    lab.keepers.resize(1, Size { cols: 61, rows: 17 }).await.unwrap();
    lab.end(attempt).await;

    assert!(lab.stored(attempt).ends_with("17 61\r\n"), "{}", lab.stored(attempt));
}

#[tokio::test]
async fn an_interrupt_is_that_of_ctrl_c() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("kept=1; (echo ready; exec sleep 60); kept=2").await;
    lab.see(attempt, "ready").await;
    lab.keepers.stop(1, attempt, Stop::Interrupt).await.unwrap();
    let finish = lab.end(attempt).await;

    // The signal is sent when the shell waits for a child: between two commands, bash may see it too late.
    assert_eq!(finish.outcome, Outcome::Signalled { signal: 2 });
    assert_eq!(lab.output("echo $kept").await, "1\n");
}

#[tokio::test]
async fn a_terminal_that_a_command_stopped_and_spoilt_is_mended() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("stty raw -echo -opost; echo ready; read -r -n1 x; kill -9 $$").await;
    lab.see(attempt, "ready").await;
    lab.keepers.input(1, b"\x13".to_vec()).await.unwrap();
    lab.end(attempt).await;

    assert_eq!(lab.output("echo well").await, "well\n");
}
