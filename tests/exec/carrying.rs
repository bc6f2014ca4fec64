//! What one command hands on to the next.

use tejun::run::event::{Carry, Outcome};

use super::Lab;

#[tokio::test]
async fn folder_umask_variables_and_functions_are_carried() {
    let mut lab = Lab::open().await;

    lab.output(
        "mkdir -p 'a b'; cd 'a b'; umask 027; plain='1\n2'; export shown=\"it's\"; list=(x 'y z'); declare -A map=([k]=v)\n\
         greet() { echo \"hello $1\"; }; IFS=,; set -f",
    )
    .await;
    let output = lab
        .output("echo \"${PWD##*/}|$(umask)|$plain|$list|${list[1]}|${map[k]}|$IFS\"; bash -c 'echo $shown'; greet you; echo $-")
        .await;

    assert_eq!(output, "a b|0027|1\n2|x|y z|v|,\nit's\nhello you\nhBc\n");
}

#[tokio::test]
async fn what_was_unset_stays_unset() {
    let mut lab = Lab::wrapped("#!/bin/sh\nexport GONE=1 KEPT=2; exec @KEEPER@ \"$@\"\n").await;

    lab.output("unset GONE; export -n KEPT").await;

    assert_eq!(lab.output("echo \"${GONE-unset} $KEPT\"; env | grep -c KEPT || true").await, "unset 2\n0\n");
}

#[tokio::test]
async fn names_that_hold_secrets_are_dropped_and_named() {
    let mut lab = Lab::open().await;

    let (_, finish) = lab.run("export MY_TOKEN=abcdefgh; other=1").await;

    let Carry::Carried { dropped, .. } = finish.carry else { panic!("{:?}", finish.carry) };
    assert_eq!(dropped, ["MY_TOKEN"]);
    assert_eq!(lab.output("echo \"${MY_TOKEN-dropped} $other\"").await, "dropped 1\n");
}

#[tokio::test]
async fn nothing_is_carried_out_of_a_command_that_was_replaced_or_killed() {
    let mut lab = Lab::open().await;
    lab.output("kept=1").await;

    for text in ["kept=2; exec true", "kept=3; kill -9 $$", "kept=4; trap 'echo own' EXIT"] {
        let (_, finish) = lab.run(text).await;
        assert_eq!(finish.carry, Carry::Ended, "{text}");
    }

    assert_eq!(lab.output("echo $kept").await, "1\n");
}

#[tokio::test]
async fn a_failing_or_strict_command_is_carried_as_well() {
    let mut lab = Lab::open().await;

    for (text, code) in [("set -eu; a=1; false; a=2", 1), ("b=1; exit 7", 7), ("c=1; set -o pipefail; false | true", 1)]
    {
        let (output, finish) = lab.run(text).await;
        assert_eq!((finish.outcome, output.as_str()), (Outcome::Exited { code }, ""), "{text}");
    }
    let (output, _) = lab.run("set -x; d=1").await;

    // One sign more than in a script file: the text is evaluated.
    assert_eq!(output, "++ d=1\r\n");
    assert_eq!(lab.output("echo $a$b$c$d").await, "1111\n");
}

#[tokio::test]
async fn the_namespace_of_the_command_is_its_own() {
    let mut lab = Lab::open().await;

    let output = lab.output("compgen -v | grep -i ^_*tejun; compgen -A function; echo \"${BASH_ENV-none}\"").await;

    assert_eq!(output, "__tejun_carry\nnone\n");
    assert_eq!(lab.output("compgen -v | grep -i ^_*tejun; compgen -A function").await, "__tejun_carry\n");
}

#[tokio::test]
async fn the_parts_of_the_last_pipeline_are_in_the_exit_file() {
    let mut lab = Lab::open().await;

    let attempt = lab.start("true | (exit 3) | true").await;
    lab.end(attempt).await;

    let exit = tejun::exec::exit::read(&lab.folder, attempt).unwrap().unwrap();
    assert_eq!(exit.pipeline, [0, 3, 0]);
}
