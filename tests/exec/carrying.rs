//! What one command hands on to the next.

use pretty_assertions::assert_eq;
use tejun::run::environment::EnvironmentChange;
use tejun::run::event::{Carry, Finish, Outcome};

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

fn changed(finish: &Finish) -> Vec<(String, Option<String>)> {
    let Carry::Carried { changed, .. } = &finish.carry else { panic!("{:?}", finish.carry) };
    let mut changed: Vec<_> = changed.iter().map(|change| (change.name.clone(), change.value.clone())).collect();
    changed.sort();
    changed
}

fn pair(name: &str, value: Option<&str>) -> (String, Option<String>) {
    (name.to_owned(), value.map(str::to_owned))
}

#[tokio::test]
async fn what_a_command_did_to_variables_is_told_and_secrets_are_masked() {
    let mut lab = Lab::wrapped("#!/bin/sh\nexport GONE=1 KEPT=2 API_TOKEN=sesame-opener; exec @KEEPER@ \"$@\"\n").await;

    let (_, nothing) = lab.run("cd /; true").await;
    assert_eq!(changed(&nothing), [], "a folder and what bash sets itself are no variables of the work");
    let (_, first) =
        lab.run("unset GONE; KEPT=3; export new=\"a b\"; url=x$API_TOKEN; list=(1 2); MY_PASSWORD=x").await;
    let expected = [
        pair("GONE", None),
        pair("KEPT", Some("3")),
        pair("list", Some("([0]=\"1\" [1]=\"2\")")),
        pair("new", Some("a b")),
    ];
    let (url, rest): (Vec<_>, Vec<_>) = changed(&first).into_iter().partition(|(name, _)| name == "url");
    assert_eq!(rest, expected);
    assert!(!url[0].1.as_ref().unwrap().contains("sesame"), "{url:?}");
    let (_, second) = lab.run("unset list; new=a\\ b; IFS=,").await;
    assert_eq!(changed(&second), [pair("IFS", Some(",")), pair("list", None)]);
    let (_, long) = lab.run("long=$(printf '%9000d' 7)").await;
    let Carry::Carried { changed, .. } = &long.carry else { panic!("{:?}", long.carry) };
    assert_eq!((changed[0].cut, changed[0].value.as_ref().unwrap().len()), (true, 4096));
}

#[tokio::test]
async fn what_bash_makes_up_where_it_is_missing_is_no_variable_of_the_work() {
    let mut lab = Lab::wrapped("#!/bin/sh\nunset SHELL PATH OLDPWD HOME; exec @KEEPER@ \"$@\"\n").await;

    let (_, nothing) = lab.run("cd /; true").await;
    assert_eq!(changed(&nothing), []);
    let (_, first) = lab.run("PATH=$PATH:/opt/bin; unset SHELL").await;
    let names: Vec<_> = changed(&first).into_iter().map(|(name, value)| (name, value.is_some())).collect();
    assert_eq!(names, [("PATH".to_owned(), true), ("SHELL".to_owned(), false)], "what the work changes is told");
}

#[tokio::test]
async fn what_a_person_changed_holds_from_the_next_command_on() {
    let mut lab = Lab::wrapped("#!/bin/sh\nexport GONE=1 KEPT=2; exec @KEEPER@ \"$@\"\n").await;
    std::fs::create_dir(lab.path("folder")).unwrap();
    let set = |name: &str, value: &str| EnvironmentChange::Set { name: name.into(), value: value.into() };
    let remove = |name: &str| EnvironmentChange::Remove { name: name.into() };
    let path = lab.path("folder").to_str().unwrap().to_owned();
    let first = vec![set("ODD", "it's; $(id)\n`x`"), remove("GONE"), EnvironmentChange::Folder { path }];

    let output = lab.changed(first, "echo \"${PWD##*/}|$ODD|${GONE-gone}|$KEPT\"; inner=1; sh -c 'echo $ODD'").await;
    assert_eq!(output, "folder|it's; $(id)\n`x`|gone|2\nit's; $(id) `x`\n");
    let second = vec![set("inner", "2"), remove("ODD"), set("KEPT", "3")];
    let output =
        lab.changed(second, "echo \"${ODD-gone}|$inner|${PWD##*/}\"; sh -c 'echo ${inner-inside}:$KEPT'").await;
    assert_eq!(output, "gone|2|folder\ninside:3\n", "what was not exported is not by a new value");

    let gone = vec![EnvironmentChange::Folder { path: "/nowhere/at all".into() }];
    let attempt = lab.start_changed(gone, "echo ran").await;
    let finish = lab.end(attempt).await;
    assert!(matches!(&finish.outcome, Outcome::CouldNotStart { why } if why.contains("/nowhere/at all")), "{finish:?}");
    let back = vec![EnvironmentChange::Folder { path: "/".into() }];
    assert_eq!(lab.changed(back, "pwd; echo $inner").await, "/\n2\n", "and nothing was lost");
}
