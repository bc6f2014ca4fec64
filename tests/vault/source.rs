//! Reading a runbook file.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use pretty_assertions::assert_eq;
use tejun::i18n::Language;
use tejun::ids::Digest;
use tejun::vault::source::{self, MAX_BYTES, Source, SourceError};

/// What a person is told about the file `name`, which `make` puts into a folder.
fn told(name: &str, make: impl FnOnce(&Path)) -> (SourceError, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    make(&path);
    let error = source::read(&path).unwrap_err();
    let text = error.to_string().replace(folder.path().to_str().unwrap(), "");
    (error, text)
}

#[test]
fn a_runbook_is_read_byte_for_byte_and_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("手順.md");
    let link = folder.path().join("link.md");
    let bytes = b"\xef\xbb\xbf# a\r\n\xff".to_vec();
    fs::write(&real, &bytes).unwrap();
    symlink(&real, &link).unwrap();

    let source = source::read(&link).unwrap();

    let canonical = real.canonicalize().unwrap();
    assert_eq!(source, Source { digest: Digest::of(&bytes), bytes, canonical });
}

#[test]
fn what_is_no_runbook_is_told_apart() {
    let (error, text) = told("なし.md", |_| {});
    assert!(matches!(error, SourceError::Missing { .. }));
    assert_eq!(text, "there is no file /なし.md; check the name");

    let (error, text) = told("folder", |path| fs::create_dir(path).unwrap());
    assert!(matches!(error, SourceError::Folder { .. }));
    assert_eq!(text, "/folder is a folder; name a markdown file in it");

    let (error, text) = told("pipe", |path| {
        rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
    });
    assert!(matches!(error, SourceError::NotAFile { .. }));
    assert_eq!(text, "/pipe is a pipe, not a file; save the runbook as a file first");

    let (error, _) = told("socket", |path| drop(UnixListener::bind(path).unwrap()));
    assert!(matches!(error, SourceError::NotAFile { kind: "a socket", .. }));

    let (error, text) = told("image.png", |path| fs::write(path, b"\x89PNG\0").unwrap());
    assert!(matches!(error, SourceError::Binary { at: 4, .. }));
    assert_eq!(text, "/image.png is not UTF-8 text (a NUL byte at offset 4); save it as UTF-8, or name another file");

    let (error, _) = told("loop.md", |path| symlink(path, path).unwrap());
    assert!(matches!(error, SourceError::Io { .. }));

    assert!(matches!(source::read(Path::new("/dev/null")), Err(SourceError::NotAFile { kind: "a device", .. })));
    assert!(matches!(source::read(Path::new("/dev/null/x")), Err(SourceError::Missing { .. })));
    assert!(matches!(source::read(Path::new("")), Err(SourceError::Missing { .. })));
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    // A file that the kernel lets nobody read, root included.
    let error = source::read(Path::new("/proc/sys/vm/compact_memory")).unwrap_err();

    assert!(matches!(error, SourceError::Denied { .. }), "{error:?}");
    assert_eq!(error.to_string(), "no permission to read /proc/sys/vm/compact_memory; ask its owner for access");
}

#[test]
fn the_largest_runbook_is_read_and_a_larger_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.md");
    let size = usize::try_from(MAX_BYTES).unwrap();

    fs::write(&path, vec![b'x'; size]).unwrap();
    assert_eq!(source::read(&path).unwrap().bytes.len(), size);
    fs::write(&path, vec![b'x'; size + 1]).unwrap();
    let error = source::read(&path).unwrap_err();

    assert!(matches!(error, SourceError::TooLarge { .. }));
    assert!(error.to_string().ends_with("large.md is larger than 16 MiB; split the runbook"), "{error}");
}

#[test]
fn what_is_told_follows_the_language_of_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str, language| {
        let text = source::read(&folder.path().join(name)).unwrap_err().told(language);
        text.replace(folder.path().to_str().unwrap(), "")
    };
    fs::create_dir(folder.path().join("folder")).unwrap();
    fs::write(folder.path().join("image.png"), b"\x89PNG\0").unwrap();
    for (name, ja, en) in [
        (
            "なし.md",
            "/なし.md というファイルはありません。名前を確認してください",
            "there is no file /なし.md; check the name",
        ),
        (
            "folder",
            "/folder はフォルダです。中の markdown ファイルを指定してください",
            "/folder is a folder; name a markdown file in it",
        ),
    ] {
        assert_eq!((told(name, Language::Ja).as_str(), told(name, Language::En).as_str()), (ja, en));
    }
    assert!(told("image.png", Language::Ja).starts_with("/image.png は UTF-8 のテキストではありません（4 バイト目"));
    let denied = source::read(Path::new("/proc/sys/vm/compact_memory")).unwrap_err();
    for (language, words) in [(Language::Ja, "を読む権限がありません。"), (Language::En, "no permission to read")]
    {
        let text = denied.told(language);
        assert!(text.contains(words) && text.contains("(os error 13)"), "{text}");
    }
}
