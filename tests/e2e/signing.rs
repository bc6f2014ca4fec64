//! Who signed, who checked, and that nothing of it can be changed unseen; with the real `ssh-keygen`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pretty_assertions::assert_eq;

use rustix::process::Signal;

use super::terminal::{Home, Terminal, kill};

/// A team of two with keys, and the settings that know them.
pub(super) struct Team {
    pub(super) home: Home,
}

impl Team {
    pub(super) fn new(settings: &str) -> Self {
        let home = Home::new();
        let team = Self { home };
        let listed = ["taro", "hanako"].map(|name| {
            made(&team.key(name));
            let public = std::fs::read_to_string(team.key(name).with_extension("pub")).expect("a public key");
            format!("{name}@example.com namespaces=\"tejun-record,tejun-presence\" {public}")
        });
        made(&team.key("stranger"));
        std::fs::write(team.allowed(), listed.concat()).expect("a list");
        let allowed = team.allowed();
        team.home.settings(&format!("[sign_off]\nallowed_signers = \"{}\"\n{settings}", allowed.display()));
        let trusted = team.home.tejun(&["trust", &team.home.runbook().display().to_string()]);
        assert!(trusted.status.success(), "{trusted:?}");
        team
    }

    pub(super) fn key(&self, name: &str) -> PathBuf {
        self.home.dir.path().join(name)
    }

    fn allowed(&self) -> PathBuf {
        self.home.dir.path().join("allowed_signers")
    }

    pub(super) fn key_arg(&self, name: &str) -> String {
        self.key(name).display().to_string()
    }

    /// A run of two steps, worked through and signed by `name`.
    fn signed_by(&self, name: &str) -> PathBuf {
        let mut terminal = self.signed_off(name, &format!("{name}@example.com"));
        terminal.keys("q");
        let (status, _) = terminal.ended();
        assert!(status.success(), "{status:?}");
        self.record()
    }

    /// The screen of such a run that was just signed off.
    fn signed_off(&self, name: &str, greeted: &str) -> Terminal {
        let mut terminal = self.worked_through(name, greeted);
        terminal.keys("S").wait_for("特記事項").keys("y").wait_for(".md");
        terminal
    }

    /// The screen of such a run of which everything is done; `greeted` is what is said of the key when it begins.
    fn worked_through(&self, name: &str, greeted: &str) -> Terminal {
        let (procedure, key) = (self.home.procedure("問題のない点検"), self.key_arg(name));
        let mut terminal = self.home.terminal(100, 30, &["open", &procedure, "--key", &key]);
        terminal.wait_for("開始しますか").keys("y").wait_for(greeted);
        for done in ["1/2", "2/2"] {
            terminal.keys("c<enter>").wait_for("rc 0").keys("<space>").wait_for("コメント");
            terminal.keys("<enter>").wait_without("コメント").wait_for(done);
        }
        terminal
    }

    /// The record among what stands beside it.
    pub(super) fn record(&self) -> PathBuf {
        let all = std::fs::read_dir(self.home.records()).expect("a folder").flatten().map(|e| e.path());
        let mut records =
            all.filter(|p| p.extension().is_some_and(|e| e == "md") && !p.display().to_string().contains("-1.md"));
        records.next().expect("a record")
    }

    pub(super) fn verify(&self, record: &Path) -> Output {
        self.home.tejun(&["verify", &record.display().to_string()])
    }

    /// What OpenSSH says of a signature, asked without us.
    pub(super) fn openssh(&self, name: &str, signature: &Path, bytes: &Path) -> bool {
        let allowed = self.allowed();
        let line = "ssh-keygen -Y verify -f \"$1\" -I \"$2\" -n tejun-record -s \"$3\" < \"$4\"";
        #[expect(clippy::disallowed_methods, reason = "the test asks OpenSSH itself")]
        let mut command = Command::new("bash");
        command.args(["-c", line, "-"]).arg(allowed).arg(format!("{name}@example.com")).arg(signature).arg(bytes);
        command.output().expect("it runs").status.success()
    }
}

fn made(file: &Path) {
    made_with(file, "");
}

fn made_with(file: &Path, passphrase: &str) {
    #[expect(clippy::disallowed_methods, reason = "the test makes a key")]
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", passphrase, "-f"]).arg(file).output();
    assert!(made.as_ref().is_ok_and(|o| o.status.success()), "{made:?}");
}

pub(super) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(super) fn beside(record: &Path, ending: &str) -> PathBuf {
    format!("{}{ending}", record.display()).into()
}

#[test]
fn a_record_is_signed_with_the_operators_key_and_one_altered_byte_is_refused() {
    let team = Team::new("");
    let record = team.signed_by("taro");

    let text = std::fs::read_to_string(&record).expect("a record");
    assert!(text.contains("taro@example.com"), "{text}");
    let signature = beside(&record, ".sig");
    assert!(team.openssh("taro", &signature, &record));
    assert!(!team.openssh("hanako", &signature, &record));
    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(said(&verified).contains("taro@example.com  SHA256:"), "{verified:?}");

    let altered = [
        text.replacen("成功", "失敗", 1),
        text.replace('\n', "\r\n"),
        format!("{text}\n"),
        text.trim_end().to_owned(),
        text.lines().rev().collect::<Vec<_>>().join("\n"),
    ];
    for altered in altered {
        std::fs::write(&record, &altered).expect("written");
        assert!(!team.openssh("taro", &signature, &record));
        let verified = team.verify(&record);
        assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    }
    std::fs::write(&record, &text).expect("written");
    assert_eq!(team.verify(&record).status.code(), Some(0), "as it was");
}

#[test]
fn a_record_is_signed_with_the_key_although_its_screen_is_lost_right_after_the_sign_off() {
    let team = Team::new("");
    let mut terminal = team.signed_off("taro", "taro@example.com");
    terminal.wait_for("電子署名: ").wait_for(".md.sig");

    terminal.hang_up();

    let record = team.record();
    assert!(team.openssh("taro", &beside(&record, ".sig"), &record));
    assert_eq!(team.verify(&record).status.code(), Some(0));
}

#[test]
fn who_signs_with_a_key_that_nobody_listed_is_told_that_it_is_not_accepted() {
    let team = Team::new("");
    let run = team.home.tejun(&["run", &team.home.procedure("問題のない点検"), "--headless"]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let path = team.record().display().to_string();

    let signed = team.home.tejun(&["record", "sign", &path, "--key", &team.key_arg("stranger")]);

    assert_eq!(signed.status.code(), Some(0), "{signed:?}");
    assert!(said(&signed).contains("tejun verify はこの署名を受け入れません"), "{signed:?}");
    std::fs::remove_file(beside(&team.record(), ".sig")).expect("away");
    let signed = team.home.tejun(&["record", "sign", &path, "--key", &team.key_arg("taro")]);
    assert!(!said(&signed).contains("受け入れません"), "{signed:?}");
    // A signature that was made anew counts; one that is taken away does not make the record an unsigned one.
    let verified = team.verify(&team.record());
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    std::fs::remove_file(beside(&team.record(), ".sig")).expect("away");
    let verified = team.verify(&team.record());
    assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    assert!(said(&verified).contains("ジャーナルにある署名のファイルがありません"), "{verified:?}");
}

#[test]
fn a_host_that_dies_before_it_saved_the_record_leaves_neither_the_screen_nor_the_signature_behind() {
    let team = Team::new("");
    let (records, aside) = (team.home.records(), team.home.dir.path().join("aside"));
    let mut terminal = team.worked_through("taro", "taro@example.com");
    std::fs::create_dir_all(&records).expect("a folder");
    std::fs::rename(&records, &aside).expect("taken away");
    std::fs::write(&records, "no folder").expect("in its place");
    terminal.keys("S").wait_for("特記事項").keys("y").wait_for("記録を書いています");

    terminal.signal(Signal::STOP);
    team.home.processes("host").into_iter().for_each(kill);
    team.home.wait_for_hosts();
    std::fs::remove_file(&records).expect("away");
    std::fs::rename(&aside, &records).expect("back");
    terminal.signal(Signal::CONT);

    terminal.wait_without("記録を書いています").wait_for("電子署名: ").wait_for(".md.sig").keys("q");
    assert!(terminal.ended().0.success());
    assert_eq!(team.verify(&team.record()).status.code(), Some(0));
}

#[test]
fn a_key_that_must_ask_signs_when_the_screen_is_left_and_the_screen_says_so() {
    let team = Team::new("");
    made_with(&team.key("locked"), "for the test");
    let mut terminal = team.signed_off("locked", "鍵で本人を確認できませんでした");

    terminal.wait_for("電子署名: まだです").keys("q").wait_for("passphrase").keys("for the test<enter>");

    let (status, _) = terminal.ended();
    assert!(status.success(), "{status:?}");
    assert!(beside(&team.record(), ".sig").exists());
}

#[test]
fn evidence_journal_and_signature_each_stand_for_themselves() {
    let team = Team::new("");
    let record = team.signed_by("taro");
    let signature = beside(&record, ".sig");
    let kept = std::fs::read(&signature).expect("a signature");
    let evidence = std::fs::read_dir(record.with_extension("evidence")).expect("a folder").flatten().next();
    let evidence = evidence.expect("a file").path();

    let output = std::fs::read(&evidence).expect("evidence");
    std::fs::write(&evidence, [&output[..], b"x"].concat()).expect("written");
    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    let name = evidence.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(said(&verified).contains(&name), "it names the file: {verified:?}");
    std::fs::write(&evidence, &output).expect("written");

    std::fs::remove_file(&signature).expect("gone");
    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(1), "a record that names its key is not unsigned: {verified:?}");
    let other = team.home.tejun(&["record", "sign", &record.display().to_string(), "--key", &team.key_arg("hanako")]);
    assert_eq!(other.status.code(), Some(3), "{other:?}");
    let again = team.home.tejun(&["record", "sign", &record.display().to_string(), "--key", &team.key_arg("taro")]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    assert_eq!(std::fs::read(&signature).expect("a signature"), kept, "an Ed25519 signature is the same again");

    std::fs::write(team.allowed(), "").expect("an empty list");
    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(1), "nobody is trusted who is not listed: {verified:?}");
}

#[test]
fn a_record_is_checked_by_another_person_and_only_by_one() {
    let team = Team::new("second_person = \"independent\"\n");
    let record = team.signed_by("taro");
    let path = record.display().to_string();
    let check = |key: &str| {
        team.home.tejun(&["record", "check", &path, "--operator", "佐藤 花子", "--key", &team.key_arg(key)])
    };
    assert!(said(&team.verify(&record)).contains("確認待ち"));

    assert_eq!(check("taro").status.code(), Some(3), "the operator's own key");
    assert_eq!(check("stranger").status.code(), Some(3), "a key that nobody listed");
    let nobody = team.home.tejun(&["record", "check", &path, "--operator", "佐藤 花子"]);
    assert_eq!(nobody.status.code(), Some(3), "another name makes no other person: {nobody:?}");
    let checked = check("hanako");
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");

    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(said(&verified).contains("佐藤 花子"), "{verified:?}");
    assert!(team.openssh("hanako", &beside(&record, ".check-1.sig"), &record), "the same bytes, with the second key");
    let file = record.with_extension("check-1.md");
    assert!(team.openssh("hanako", &beside(&file, ".sig"), &file));
    let text = std::fs::read_to_string(&file).expect("a check");
    std::fs::write(&file, text.replace("佐藤", "山田")).expect("written");
    assert_eq!(team.verify(&record).status.code(), Some(1));
}

#[test]
fn verify_names_what_differs_and_how_in_the_language_of_the_user() {
    let team = Team::new("second_person = \"independent\"\n");
    let record = team.signed_by("taro");
    let path = record.display().to_string();
    let checked = team.home.tejun(&["record", "check", &path, "--operator", "花子", "--key", &team.key_arg("hanako")]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let output = std::fs::read_dir(record.with_extension("evidence")).expect("a folder").flatten().next();
    let output = output.expect("a file").path();
    let changed = |bytes: &[u8]| {
        let (_, end) = bytes.split_at(bytes.len() - 2);
        [&bytes[..bytes.len() - 2], b"?", &end[1..]].concat()
    };
    let at = std::fs::read(&output).expect("an output").len() - 2;
    let changed_at = format!("保存後に変更されました。先頭から {at} バイト目以降が違います");
    let (byte, gone) = (true, false);
    let cases: [(PathBuf, bool, &str); 6] = [
        (output.clone(), byte, &changed_at),
        (output, gone, "記録の横の写しがありません"),
        (beside(&record, ".sig"), gone, "署名するには: tejun record sign"),
        (beside(&record, ".check-1.sig"), gone, "check-1.sig: 確認者による記録への署名ファイルがありません"),
        (record.clone(), byte, "署名が本文と合いません"),
        (team.allowed(), gone, "allowed_signers がないため、どの鍵も信用できません"),
    ];
    for (file, change, told) in cases {
        let kept = std::fs::read(&file).expect("it is there");
        if change == byte {
            std::fs::write(&file, changed(&kept)).expect("changed");
        } else {
            std::fs::remove_file(&file).expect("taken away");
        }
        let verified = team.verify(&record);
        assert_eq!(verified.status.code(), Some(1), "{}: {verified:?}", file.display());
        assert!(said(&verified).contains(told), "{told}: {}", said(&verified));
        std::fs::write(&file, kept).expect("as it was");
    }
    assert_eq!(team.verify(&record).status.code(), Some(0), "as it was");

    let journal = team.home.dir.path().join("home/.local/state/tejun/journal.db");
    for ending in ["", "-wal"] {
        std::fs::write(format!("{}{ending}", journal.display()), "no database ".repeat(1000)).expect("broken");
    }
    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    assert!(said(&verified).contains("ジャーナルと照合できません"), "{verified:?}");
    assert!(said(&verified).contains("証跡ファイル: 2"), "what holds is told all the same: {verified:?}");
}

#[test]
fn verify_says_that_nobody_vouches_for_a_check_without_a_signature() {
    let team = Team::new("");
    let record = team.signed_by("taro");
    let path = record.display().to_string();
    let vouched = said(&team.verify(&record));
    assert!(vouched.contains("ジャーナルの最後の記載と一緒に消される"), "{vouched}");
    assert!(!vouched.contains("本人が書いたかどうか"), "{vouched}");

    let added = team.home.tejun(&["record", "add", &path, "-m", "追記"]);

    assert_eq!(added.status.code(), Some(0), "{added:?}");
    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(said(&verified).contains("本人が書いたかどうか"), "{verified:?}");
}

#[test]
fn addenda_are_files_of_their_own_and_none_can_be_taken_out_of_the_middle() {
    let team = Team::new("");
    let record = team.signed_by("taro");
    let path = record.display().to_string();
    let before = std::fs::read(&record).expect("a record");
    for text in ["証明書は翌日更新した", "```\n## 偽の見出し\n- **結果**: 成功"] {
        let added = team.home.tejun(&["record", "add", &path, "-m", text, "--key", &team.key_arg("hanako")]);
        assert_eq!(added.status.code(), Some(0), "{added:?}");
    }

    assert_eq!(std::fs::read(&record).expect("a record"), before, "the record is never written again");
    let first = record.with_extension("addendum-1.md");
    let second = record.with_extension("addendum-2.md");
    assert!(team.openssh("hanako", &beside(&second, ".sig"), &second));
    assert_eq!(team.verify(&record).status.code(), Some(0));
    let (away, second_sig) = (team.home.dir.path().join("away"), beside(&second, ".sig"));
    for (gone, told) in [(&second, "addendum-2.md"), (&first, "addendum-2.md: 前のファイルがありません")] {
        std::fs::rename(gone, &away).expect("taken away");
        let verified = team.verify(&record);
        assert_eq!(verified.status.code(), Some(1), "{verified:?}");
        assert!(said(&verified).contains(told), "{verified:?}");
        let without = team.home.tejun(&["verify", &path, "--without-journal"]);
        assert_eq!(
            without.status.code(),
            Some(i32::from(gone == &first)),
            "the last one is known by the journal alone"
        );
        std::fs::rename(&away, gone).expect("back");
    }
    assert_eq!(team.verify(&record).status.code(), Some(0));
    std::fs::rename(&second, &first).expect("moved");
    std::fs::rename(second_sig, beside(&first, ".sig")).expect("moved");
    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    assert!(said(&verified).contains("addendum-1.md"), "{verified:?}");
}

#[test]
fn an_agent_signs_with_a_public_key_in_hand() {
    let team = Team::new("");
    let output = team.home.tejun(&["run", &team.home.procedure("問題のない点検"), "--headless"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let record = team.record();
    let public = team.key("hanako").with_extension("pub");
    let private = team.home.dir.path().join("moved");
    std::fs::rename(team.key("hanako"), &private).expect("the private half is elsewhere");

    let line = format!(
        "eval \"$(ssh-agent)\" >/dev/null; ssh-add -q {}; trap 'kill $SSH_AGENT_PID' EXIT; \"$0\" \"$@\"; exit",
        private.display()
    );
    let args = ["record", "sign", &record.display().to_string(), "--key", &public.display().to_string()];
    let signed = team.home.tejun_after(&line, &args);

    assert_eq!(signed.status.code(), Some(0), "{signed:?}");
    assert!(team.openssh("hanako", &beside(&record, ".sig"), &record));
    assert_eq!(team.verify(&record).status.code(), Some(0));
}

#[test]
fn a_command_that_is_read_aloud_runs_after_the_second_persons_yes() {
    let team = Team::new("second_person = \"every\"\n");
    let (procedure, taro) = (team.home.procedure("問題のない点検"), team.key_arg("taro"));
    let mut first = team.home.terminal(100, 30, &["open", &procedure, "--key", &taro]);
    first.wait_for("開始しますか").keys("y").wait_for("taro@example.com");
    let mut same = team.home.terminal(100, 30, &["attach", "--key", &taro]);
    same.wait_for("taro@example.com");

    first.keys("<enter>").wait_for("読み上げ確認").wait_for("date").keys("y").wait_for("待っています");
    same.wait_for("実行してよいですか").keys("y").wait_for("別の人が必要");
    same.keys("<esc>").wait_without("実行してよいですか").keys("q").wait_for("離れますか").keys("y");
    same.ended();
    let hanako = team.key_arg("hanako");
    let mut second = team.home.terminal(100, 30, &["watch", "--key", &hanako, "--operator", "佐藤 花子"]);
    second.wait_for("hanako@example.com").keys("V").wait_for("実行してよいですか").wait_for("date").keys("y");
    first.wait_for("佐藤 花子: はい").keys("<enter>").wait_for("rc 0");

    first.keys("c").keys("<space>").wait_for("コメント").keys("<enter>").wait_for("1/2");
    first
        .keys("c<enter>")
        .wait_for("読み上げ確認")
        .keys("<esc>")
        .wait_without("読み上げ確認")
        .keys("W")
        .wait_for("理由");
    first
        .keys("確認者は退勤済み<enter>")
        .wait_for("一人作業として")
        .keys("<enter>")
        .wait_for("Linux")
        .wait_for("提案: OK");
    first.keys("<space>").wait_for("コメント").keys("<enter>").wait_for("2/2");
    first.keys("S").wait_for("確認者は退勤済み").keys("y").wait_for(".md").keys("q");
    assert!(first.ended().0.success());
    second.keys("q");
    assert!(second.ended().0.success());
    let record = team.record();
    assert!(team.openssh("taro", &beside(&record, ".sig"), &record), "who looked on signed nothing");

    let text = std::fs::read_to_string(team.record()).expect("a record");
    assert!(text.contains("- **確認者**: 佐藤 花子"), "{text}");
    assert!(text.contains("一人作業（確認者は退勤済み）"), "{text}");
    assert!(text.contains("hanako@example.com"), "{text}");
    assert_eq!(team.verify(&team.record()).status.code(), Some(0));
}

#[test]
fn a_headless_run_does_not_run_what_a_second_person_must_agree_to() {
    let team = Team::new("second_person = \"every\"\n");

    let output = team.home.tejun(&["run", &team.home.procedure("問題のない点検"), "--headless"]);

    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let text = std::fs::read_to_string(team.record()).expect("a record");
    assert!(text.contains("未完了 2 件"), "{text}");
}

#[test]
fn a_shared_record_is_for_its_group_and_for_nobody_else() {
    let team = Team::new("shared_records = true\n");
    let record = team.signed_by("taro");
    let mode = |path: &Path| {
        std::os::unix::fs::PermissionsExt::mode(&path.metadata().expect("it is there").permissions()) & 0o777
    };

    let evidence = record.with_extension("evidence");
    let file = std::fs::read_dir(&evidence).expect("a folder").flatten().next().expect("a file").path();

    assert_eq!([&record, &beside(&record, ".sig"), &evidence, &file].map(|p| mode(p)), [0o640, 0o640, 0o750, 0o640]);
}

#[test]
fn a_journal_that_was_cut_and_chained_anew_does_not_fit_the_signed_record() {
    let team = Team::new("");
    let record = team.signed_by("taro");
    let journal = team.home.dir.path().join("home/.local/state/tejun/journal.db");
    let text = std::fs::read_to_string(&record).expect("a record");

    // Somebody who can write the journal changes every fact, and makes the chain fit again.
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&journal);
        let mut db = sqlx::ConnectOptions::connect(&options).await.expect("the journal");
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT rowid, text FROM facts ORDER BY seq").fetch_all(&mut db).await.expect("facts");
        let mut prev = tejun::ids::Digest::of(b"");
        for (row, text) in rows {
            let mut fact: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            fact["prev"] = serde_json::json!(prev);
            fact["machine"] = serde_json::json!("other");
            let text = fact.to_string();
            prev = tejun::ids::Digest::of(text.as_bytes());
            let changed = sqlx::query("UPDATE facts SET text = ?1, digest = ?2 WHERE rowid = ?3");
            changed.bind(text).bind(prev.as_str()).bind(row).execute(&mut db).await.expect("changed");
        }
    });

    let verified = team.verify(&record);
    assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    assert!(said(&verified).contains("ジャーナル末尾のハッシュが違います"), "{verified:?}");
    assert_eq!(std::fs::read_to_string(&record).expect("a record"), text);
}
