//! What projects ask for: the `.tejun.toml` of a runbook's folder, and of the folders above it up to that of the repository.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::cli::exit::Fault;
use crate::cli::opening::Standing;
use crate::config::project::{FILE, Project};
use crate::i18n::Language;
use crate::term::sanitise::inline;

/// The largest file that is read.
const LARGEST: u64 = 64 * 1024;

/// Makes `standing` as careful as the projects of the runbook at `path` ask for.
pub(super) fn tighten(standing: &mut Standing, path: &Path, language: Language) -> Result<(), Fault> {
    for file in files_of(path) {
        let Some(project) = read(&file, language)? else { continue };
        standing.environment = project.environment(&standing.host, standing.environment.take());
        standing.limits = project.limits(standing.limits);
        standing.second_person = standing.second_person.max(project.sign_off.second_person);
        if project.run.attended {
            standing.attended.get_or_insert(file);
        }
    }
    Ok(())
}

/// Where such files may be, the nearest first: a repository is one project; without one the folder is.
fn files_of(runbook: &Path) -> Vec<PathBuf> {
    let folders: Vec<&Path> = runbook.ancestors().skip(1).collect();
    let root = folders.iter().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    folders.into_iter().take(root + 1).map(|folder| folder.join(FILE)).collect()
}

fn read(file: &Path, language: Language) -> Result<Option<Project>, Fault> {
    let bad = |why: &str| {
        let head = language.pick(
            "プロジェクトの設定が使えません。何も実行していません。ここには実施を慎重にする設定（environments、limits、sign_off の second_person、run の headless = false）だけを書けます",
            "the settings of the project cannot be used; nothing was run. They hold only what makes runs more careful: environments, limits, second_person under sign_off, headless = false under run",
        );
        Fault::usage(format!("{head}: {}\n{}", inline(&file.to_string_lossy()), inline(why)))
    };
    let opened = match std::fs::File::open(file) {
        Ok(opened) => opened,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(fault) => return Err(bad(&fault.to_string())),
    };
    if !opened.metadata().is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST) {
        return Err(bad(language.pick("通常のファイルではないか、大きすぎます", "it is no plain file, or too large")));
    }
    let mut text = String::new();
    opened.take(LARGEST).read_to_string(&mut text).map_err(|fault| bad(&fault.to_string()))?;
    Project::read(&text).map(Some).map_err(|fault| bad(&fault.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_a_repository_are_one_project_and_nothing_above_it_counts() {
        let dir = tempfile::tempdir().expect("a folder");
        let below = dir.path().join("team/ops/books");
        std::fs::create_dir_all(&below).expect("folders");
        let book = below.join("weekly.md");
        assert_eq!(files_of(&book), [below.join(FILE)], "without a repository the folder alone");

        std::fs::create_dir(dir.path().join("team/.git")).expect("a repository");

        let expected = ["team/ops/books", "team/ops", "team"].map(|folder| dir.path().join(folder).join(FILE));
        assert_eq!(files_of(&book), expected);
    }
}
