//! Signatures by the real `ssh-keygen`: made, accepted, and refused for each thing that is wrong.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, FixedOffset};
use tejun::vault::signature::{Ask, Keygen, PRESENCE, RECORD, Rejected, SignatureError};

/// Makes a key, and gives the line of its public half.
fn key(dir: &Path, name: &str, kind: &str) -> (PathBuf, String) {
    let file = dir.join(name);
    #[expect(clippy::disallowed_methods, reason = "the test makes a key")]
    let made = Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-C", name, "-f"]).arg(&file).output();
    assert!(made.as_ref().is_ok_and(|o| o.status.success()), "{made:?}");
    let public = std::fs::read_to_string(file.with_extension("pub")).expect("a public key");
    (file, public)
}

fn keygen() -> Keygen {
    Keygen::find(std::env::var_os("PATH").as_deref()).expect("the OpenSSH client is installed")
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("a time")
}

#[test]
fn a_signature_of_every_kind_of_key_is_accepted_and_says_whose_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let allowed = dir.path().join("allowed");
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let (file, public) = key(dir.path(), kind, kind);
        std::fs::write(&allowed, format!("# our team\ntaro@example.com,taro@other.example {public}")).expect("a list");

        let signature = keygen().sign(&file, RECORD, b"record\n", Ask::Nobody).expect("signed");
        let signer = keygen().verify(&allowed, RECORD, b"record\n", &signature, at("2026-11-20T02:00:00+09:00"));

        let signer = signer.unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert_eq!(signer.principal, "taro@example.com", "{kind}");
        assert_eq!(signer.fingerprint, keygen().fingerprint(&file).expect("a fingerprint"), "{kind}");
    }
}

#[test]
fn what_is_wrong_with_a_signature_is_told_apart() {
    let dir = tempfile::tempdir().expect("a folder");
    let (allowed, now) = (dir.path().join("allowed"), at("2026-11-20T02:00:00+09:00"));
    let (file, public) = key(dir.path(), "taro", "ed25519");
    let (_, other) = key(dir.path(), "hanako", "ed25519");
    let signature = keygen().sign(&file, RECORD, b"record\n", Ask::Nobody).expect("signed");
    let verify = |list: &str, purpose: &str, bytes: &[u8], signature: &str| {
        std::fs::write(&allowed, list).expect("a list");
        keygen().verify(&allowed, purpose, bytes, signature, now).expect_err("refused")
    };
    let listed = format!("taro@example.com {public}");

    let unfit = [
        verify(&listed, RECORD, b"record!", &signature),
        verify(&listed, RECORD, b"record\n\n", &signature),
        verify(&listed, PRESENCE, b"record\n", &signature),
        verify(&listed, RECORD, b"record\n", ""),
        verify(&listed, RECORD, b"record\n", &signature.replacen('U', "V", 1)),
    ];
    for rejected in unfit {
        assert!(matches!(rejected, Rejected::Unfit { .. }), "{rejected}");
    }
    for list in [String::new(), format!("hanako@example.com {other}"), "no list at all\n".to_owned()] {
        let rejected = verify(&list, RECORD, b"record\n", &signature);
        assert!(matches!(rejected, Rejected::Unlisted { .. }), "{list}: {rejected}");
    }
    let purposes = format!("taro@example.com namespaces=\"git\" {public}");
    let expired = format!("taro@example.com valid-before=\"20260101\" {public}");
    for list in [purposes, expired] {
        let rejected = verify(&list, RECORD, b"record\n", &signature);
        assert!(matches!(rejected, Rejected::NotAllowed { .. } | Rejected::Unlisted { .. }), "{list}: {rejected}");
    }
}

#[test]
fn a_key_that_was_valid_when_the_record_was_signed_stays_good_for_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let allowed = dir.path().join("allowed");
    let (file, public) = key(dir.path(), "taro", "ed25519");
    std::fs::write(&allowed, format!("taro@example.com valid-before=\"20260101\" {public}")).expect("a list");
    let signature = keygen().sign(&file, RECORD, b"record\n", Ask::Nobody).expect("signed");

    let verified = keygen().verify(&allowed, RECORD, b"record\n", &signature, at("2025-06-01T00:00:00+09:00"));

    assert_eq!(verified.expect("it was valid then").principal, "taro@example.com");
}

/// What OpenSSH says of a signature for one of `names`, asked without us.
fn openssh(allowed: &Path, names: &[&str], signature: &Path, bytes: &Path) -> bool {
    let line =
        "ssh-keygen -Y verify -f \"$1\" -I \"$2\" -n tejun-record -Overify-time=20261120020000 -s \"$3\" < \"$4\"";
    names.iter().any(|name| {
        #[expect(clippy::disallowed_methods, reason = "the test asks OpenSSH itself")]
        let mut command = Command::new("bash");
        command.args(["-c", line, "-"]).arg(allowed).arg(name).arg(signature).arg(bytes);
        command.output().expect("it runs").status.success()
    })
}

#[test]
fn a_list_of_signers_is_read_as_openssh_reads_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    let (key_file, public) = key(dir.path(), "taro", "ed25519");
    let (authority, authority_public) = key(dir.path(), "authority", "ed25519");
    #[expect(clippy::disallowed_methods, reason = "the test makes a certificate")]
    let certified = Command::new("ssh-keygen")
        .args(["-q", "-I", "taro", "-n", "taro@x,t@x", "-s"])
        .args([&authority, &key_file.with_extension("pub")])
        .output();
    assert!(certified.as_ref().is_ok_and(|o| o.status.success()), "{certified:?}");
    std::fs::write(path("record"), "record\n").expect("bytes");
    let signed = |name: &str, with: &Path| {
        let text = keygen().sign(with, RECORD, b"record\n", Ask::Nobody).expect("signed");
        std::fs::write(path(name), &text).expect("a signature");
        (text, path(name))
    };
    let plain = signed("plain", &key_file);
    // The certificate beside the private half is what signs.
    let certificate = signed("certified", &path("taro-cert.pub"));
    let [k, ca] = [&public, &authority_public].map(|p| p.split_whitespace().take(2).collect::<Vec<_>>().join(" "));

    let cases: [(&str, String, bool); 22] = [
        ("another purpose first", format!("git@x namespaces=\"git\" {k}\nt@x namespaces=\"tejun-record\" {k}\n"), true),
        ("no longer valid first", format!("git@x valid-before=\"20200101\" {k}\nt@x {k}\n"), true),
        ("not valid yet", format!("t@x valid-after=\"20300101\" {k}\n"), false),
        ("valid between", format!("t@x valid-after=\"20260101\",valid-before=\"20270101\" {k}\n"), true),
        ("everybody of a domain", format!("*@x {k}\n"), true),
        ("but one", format!("*@x,!bad@x {k}\n"), true),
        ("nobody but by a later line", format!("!t@x {k}\nt@x {k}\n"), true),
        ("nobody", format!("!t@x {k}\n"), false),
        ("ends of lines of Windows", format!("# team\r\n\r\nt@x {k}\r\n"), true),
        ("no end of the last line", format!("t@x {k}"), true),
        ("a name with a space", format!("\"t x\" {k}\n"), true),
        ("a list of purposes", format!("t@x namespaces=\"git,tejun-record\" {k}\n"), true),
        ("a pattern of purposes", format!("t@x namespaces=\"tejun-*\" {k}\n"), true),
        ("no such purpose", format!("t@x namespaces=\"tejun-presence\" {k}\n"), false),
        (
            "three lines, the last allows",
            format!("a@x namespaces=\"a\" {k}\nb@x namespaces=\"b\" {k}\nt@x {k}\n"),
            true,
        ),
        ("a line that cannot be read", format!("t@x nonsense {k}\nnothing\nt@x {k}\n"), true),
        ("a quote that does not end", format!("t@x namespaces=\"git {k}\n"), false),
        ("an authority is no key", format!("t@x cert-authority {k}\n"), false),
        ("an authority of the certificate", format!("*@x cert-authority {ca}\n"), true),
        (
            "an authority for another purpose first",
            format!("*@x cert-authority,namespaces=\"git\" {ca}\n*@x cert-authority {ca}\n"),
            true,
        ),
        ("an authority of others", format!("*@y cert-authority {ca}\n"), false),
        ("an empty list", String::new(), false),
    ];
    for (name, list, accepted) in cases {
        std::fs::write(path("allowed"), &list).expect("a list");
        let (text, file) = if list.contains("authority") && !list.contains(&k) { &certificate } else { &plain };
        let names = ["t@x", "taro@x", "git@x", "a@x", "b@x", "t x"];
        assert_eq!(openssh(&path("allowed"), &names, file, &path("record")), accepted, "OpenSSH: {name}");

        let verified = keygen().verify(&path("allowed"), RECORD, b"record\n", text, at("2026-11-20T02:00:00+09:00"));

        assert_eq!(verified.is_ok(), accepted, "{name}: {verified:?}");
        let principal = verified.map(|signer| signer.principal).unwrap_or_default();
        assert!(!principal.starts_with('!'), "{name}: {principal}");
    }
}

#[test]
fn nobody_is_asked_for_a_passphrase_where_nobody_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("locked");
    #[expect(clippy::disallowed_methods, reason = "the test makes a key")]
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "correct horse", "-f"]).arg(&file).output();
    assert!(made.is_ok_and(|o| o.status.success()));

    let refused = keygen().sign(&file, RECORD, b"record\n", Ask::Nobody);

    assert!(matches!(refused, Err(SignatureError::NotSigned { .. })), "{refused:?}");
    let none = keygen().sign(&dir.path().join("no key"), RECORD, b"record\n", Ask::Nobody);
    assert!(matches!(none, Err(SignatureError::NotSigned { .. })), "{none:?}");
}

#[test]
fn the_program_is_looked_for_in_absolute_folders_only() {
    let dir = tempfile::tempdir().expect("a folder");
    let fake = dir.path().join("ssh-keygen");
    std::fs::write(&fake, "#!/bin/sh\nexit 0\n").expect("a script");
    std::fs::set_permissions(&fake, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it runs");

    for path in ["", ".", ":", "bin:../sbin"] {
        assert!(matches!(Keygen::find(Some(OsStr::new(path))), Err(SignatureError::NoProgram)), "{path}");
    }
    assert!(matches!(Keygen::find(None), Err(SignatureError::NoProgram)));
    let found = Keygen::find(Some(OsStr::new(&format!(".:{}", dir.path().display())))).expect("it is there");
    assert_eq!(found.program(), fake);
}
