//! The contents of runbooks, kept by their digest.

use std::fs;

use tejun::ids::Digest;
use tejun::runbook::lexicon::Lexicon;
use tejun::runbook::parse::Parser;
use tejun::vault::shelf::{Shelf, markdown_under};

const TEXT: &str = "# Book\n\n## 毎週月曜 02:00 点検\n\n- [ ] a\n- [ ] b\n\n| 作業 | 頻度 | 優先度 |\n|---|---|---|\n| 棚卸し | 月次 | 高 |\n";

#[test]
fn contents_are_kept_by_digest_for_the_program_that_made_them() {
    let home = tempfile::tempdir().expect("a folder");
    let dir = home.path().join("cache");
    let contents = Parser::new(Lexicon::built_in()).contents("weekly.md", TEXT.as_bytes());
    let mut shelf = Shelf::load(&dir, "one".into());
    assert_eq!(shelf.contents(&contents.sha256), None);
    shelf.put(contents.clone());
    shelf.save(&dir).expect("it is saved");

    assert_eq!(Shelf::load(&dir, "one".into()).contents(&contents.sha256), Some(&contents));
    assert_eq!(Shelf::load(&dir, "two".into()).contents(&contents.sha256), None);
    assert_eq!(Shelf::load(&dir, "one".into()).contents(&Digest::of(b"other")), None);
}

#[test]
fn a_damaged_file_is_as_none_and_is_written_anew() {
    let home = tempfile::tempdir().expect("a folder");
    let dir = home.path();
    let contents = Parser::new(Lexicon::built_in()).contents("weekly.md", TEXT.as_bytes());
    for damage in ["", "{", "{\"made_by\":\"one\",\"kept\":{\"x\":3}}", "\u{0}"] {
        fs::write(dir.join("contents.json"), damage).expect("a file");
        let mut shelf = Shelf::load(dir, "one".into());
        assert_eq!(shelf.contents(&contents.sha256), None, "{damage}");
        shelf.put(contents.clone());
        shelf.save(dir).expect("it is saved");
        assert!(Shelf::load(dir, "one".into()).contents(&contents.sha256).is_some(), "{damage}");
    }
}

#[test]
fn links_in_a_circle_end_and_what_cannot_be_entered_is_said() {
    let home = tempfile::tempdir().expect("a folder");
    let root = home.path();
    for name in ["b.md", "a/z.markdown", "a/notes.txt", ".git/x.md", "node_modules/y.md"] {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, "# x\n").expect("a file");
    }
    std::os::unix::fs::symlink(root, root.join("a/again")).expect("a link");

    let found = markdown_under(root);
    assert_eq!(found.files, ["a/z.markdown", "b.md"].map(|name| root.join(name)));
    assert!(found.unread.is_empty() && !found.cut);

    let missing = markdown_under(&root.join("gone"));
    assert_eq!(missing.unread.len(), 1);
}
