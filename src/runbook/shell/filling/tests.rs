//! Values in commands: what the shell gets is the value, wherever it stands.

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::*;
use crate::runbook::shell::Analyst;

fn filled(text: &str, values: &[(&str, &str)]) -> Result<Filled, Unfilled> {
    let placeholders = Analyst::default().look(ExecutorKind::Shell, text).placeholders.clone();
    assert!(!placeholders.is_empty(), "{text} has nothing to fill in");
    let value = |wanted: &str| values.iter().find(|(name, _)| *name == wanted).map(|(_, value)| Value::Data(value));
    fill(ExecutorKind::Shell, text, &placeholders, &value)
}

#[test]
fn a_value_is_quoted_for_the_place_where_it_stands() {
    for (text, value, expected) in [
        ("ls <x>", "a", "ls a"),
        ("ls <x>", "a b", "ls 'a b'"),
        ("ls <x>", "日本語.txt", "ls 日本語.txt"),
        ("ls <x>", "a;id", "ls 'a;id'"),
        ("ls <x>", "$(id)", "ls '$(id)'"),
        ("ls <x>", "it's", r"ls 'it'\''s'"),
        ("ls <x>", "a\nid", "ls 'a\nid'"),
        ("ls <x>", "~", "ls '~'"),
        ("ls <x>", "*", "ls '*'"),
        ("ls /srv/<x>/log", "a b", "ls /srv/'a b'/log"),
        ("ls \"<x>\"", "a\"$(id)`b`\\", r#"ls "a\"\$(id)\`b\`\\""#),
        ("ls '<x>'", "it's", r"ls 'it'\''s'"),
        ("ls $'<x>'", "it's\\", r"ls $'it\'s\\'"),
        ("X=<x>\necho $X", "a b", "X='a b'\necho $X"),
        ("echo \"$(ls <x>)\"", "a b", "echo \"$(ls 'a b')\""),
        ("cat > f <<EOF\nname: <x>\nEOF", "a$b`c`", "cat > f <<EOF\nname: a\\$b\\`c\\`\nEOF"),
        ("cat > f <<'EOF'\nname: <x>\nEOF", "a$b`c`", "cat > f <<'EOF'\nname: a$b`c`\nEOF"),
        ("ls > <x>", "a b", "ls > 'a b'"),
        ("ls <x> <x>", "a b", "ls 'a b' 'a b'"),
        ("# look at <y>\nls <x>", "a", "# look at <y>\nls a"),
        ("kubectl delete pod POD_NAME", "web-1", "kubectl delete pod web-1"),
        ("git checkout v<x>", "1.2", "git checkout v1.2"),
        ("ls {{ x }}", "a", "ls a"),
        ("ls ＜x＞", "a", "ls a"),
        ("ls ｛x｝", "a b", "ls 'a b'"),
        ("ls 〔x〕", "a b", "ls 'a b'"),
        ("ssh [HOST] uptime", "web1", "ssh web1 uptime"),
        ("scp a ops@[HOST]:/tmp", "web1", "scp a ops@web1:/tmp"),
        ("rm -rf \"/data/[HOST]\"", "a b", "rm -rf \"/data/a b\""),
        ("ssh __HOST__ uptime", "web1", "ssh web1 uptime"),
        ("service [service] stop", "a b", "service 'a b' stop"),
    ] {
        let name = ["POD_NAME", "__HOST__", "HOST", "[service]"].into_iter().find(|name| text.contains(name));
        let name = name.map_or("x", |name| name.trim_matches(['[', ']']));
        let seen = filled(text, &[(name, value)]).map(|filled| filled.text);
        assert_eq!(seen, Ok(expected.to_owned()), "{text} with {value}");
    }
}

#[test]
fn a_person_is_told_where_quotes_are_not_enough() {
    let option = |name: &str| Doubt::Option { name: name.to_owned() };
    let inside = |name: &str, program: &str| Doubt::Inside { name: name.to_owned(), program: program.to_owned() };
    for (text, value, doubts) in [
        ("rm <x>", "-rf", vec![option("x")]),
        ("rm \"<x>\"", "-rf", vec![option("x")]),
        ("rm ./<x>", "-rf", vec![]),
        ("psql -c \"SELECT * FROM t WHERE id = '<x>'\"", "1' OR '1'='1", vec![inside("x", "psql")]),
        ("psql -c \"SELECT * FROM t WHERE id = <x>\"", "42", vec![]),
        ("sudo -u app psql -c \"<x>\"", "drop table t", vec![inside("x", "psql")]),
        ("ssh web1 'ls <x>'", "a; id", vec![inside("x", "ssh")]),
        ("psql <<EOF\nselect '<x>';\nEOF", "a'b", vec![inside("x", "psql")]),
        ("echo \"hello <x>\"", "a; b", vec![]),
        ("curl -d '{\"id\": \"<x>\"}' http://localhost", "a\"b", vec![inside("x", "curl")]),
    ] {
        assert_eq!(filled(text, &[("x", value)]).map(|filled| filled.doubts), Ok(doubts), "{text} with {value}");
    }
}

#[test]
fn what_has_no_safe_place_is_not_filled_in() {
    let no_place = |name: &str| Err(Unfilled::NoPlace(name.to_owned()));
    for (text, value, expected) in [
        ("echo $((<x> + 1))", "a b", no_place("x")),
        ("echo ${y:-<x>}", "a b", no_place("x")),
        ("cat > f <<'EOF'\n<x>\nEOF", "a\nEOF\nid", no_place("x")),
        ("ls <x>", "", Ok("ls ''".to_owned())),
    ] {
        assert_eq!(filled(text, &[("x", value)]).map(|filled| filled.text), expected, "{text} with {value}");
    }
    assert_eq!(filled("ls <a> <b>", &[("a", "1")]), Err(Unfilled::Missing(vec!["b".to_owned()])));
}

#[test]
fn a_value_that_is_no_good_is_told_apart() {
    for (value, expected) in [
        ("a", Ok(())),
        ("a\nb\tc", Ok(())),
        ("", Err(BadValue::Empty)),
        (" \n", Err(BadValue::Empty)),
        ("a\u{1b}[201~", Err(BadValue::Unseen)),
        ("a\u{202e}b", Err(BadValue::Unseen)),
        ("a\0", Err(BadValue::Unseen)),
    ] {
        assert_eq!(check_value(value), expected, "{value:?}");
    }
    assert_eq!(check_value(&"a".repeat(LONGEST_VALUE + 1)), Err(BadValue::TooLong));
}

#[test]
fn a_secret_stands_in_a_variable_wherever_it_is_used() {
    for (text, expected) in [
        ("login <password>", "login \"${S}\""),
        ("login -p<password>", "login -p\"${S}\""),
        ("login \"a <password>\"", "login \"a ${S}\""),
        ("login 'a <password>'", "login 'a '\"${S}\"''"),
        ("login <<EOF\n<password>\nEOF", "login <<EOF\n${S}\nEOF"),
    ] {
        let placeholders = [Placeholder { name: "password".to_owned(), form: "<>".to_owned() }];
        let seen = fill(ExecutorKind::Shell, text, &placeholders, &|_| Some(Value::Variable("S")));
        assert_eq!(seen.map(|filled| filled.text), Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn the_places_of_the_values_are_known() {
    let filled = filled("ls '<x>' /<x>", &[("x", "a b")]).expect("it has its value");
    let seen: Vec<&str> = filled.places.iter().filter_map(|place| filled.text.get(place.clone())).collect();
    assert_eq!(seen, ["a b", "'a b'"]);
}

#[expect(clippy::disallowed_methods, reason = "the test asks bash what it takes")]
fn bash(text: &str) -> Vec<u8> {
    let mut bash = Command::new("bash").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bash starts");
    bash.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it reads");
    bash.wait_with_output().expect("it ends").stdout
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_the_value_bash_gets_it_as_one_word(value in "[ -~\n]{1,40}", form in 0..5usize) {
        let text = [
            "printf '%s\\0' <x>",
            "printf '%s\\0' \"<x>\"",
            "printf '%s\\0' '<x>'",
            "X=<x>\nprintf '%s\\0' \"$X\"",
            "printf '%s\\0' \"$(printf '%s' <x>; printf .)\"",
        ][form];
        let filled = filled(text, &[("x", &value)]).expect("it has its value");
        let mut expected = value.into_bytes();
        if form == 4 {
            expected.push(b'.');
        }
        expected.push(0);
        prop_assert_eq!(bash(&filled.text), expected, "{}", filled.text);
    }
}
