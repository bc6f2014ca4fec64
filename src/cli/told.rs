//! Faults of files, sockets and the journal in the language of the user: what happened, what is safe, what to do.
//!
//! The types say it in English. What stands here is the same in Japanese; what does not, keeps its own words.

mod proof;

use std::error::Error;

use crate::console::socket::SocketError;
use crate::console::starter::StartError;
use crate::i18n::Language;
use crate::runbook::parse::NotFound;
use crate::store::StoreError;
use crate::store::fault::Fault;
use crate::vault::FolderError;
use crate::vault::evidence::EvidenceError;
use crate::vault::records::RecordError;
use crate::vault::source::SourceError;
use crate::vault::team_log::LogError;
use crate::vault::trust::TrustError;

/// An error with its causes.
pub(super) fn chain(error: &(dyn Error + 'static), language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = one(cause, language);
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = cause.source();
    }
    parts.join(": ")
}

/// One error, without its causes.
pub(super) fn one(error: &(dyn Error + 'static), language: Language) -> String {
    let known: [fn(&(dyn Error + 'static)) -> Option<String>; 17] = [
        |error| Some(error.downcast_ref::<SourceError>()?.told(Language::Ja)),
        |error| Some(folder(error.downcast_ref()?)),
        |error| trust(error.downcast_ref()?),
        |error| record(error.downcast_ref()?),
        |error| evidence(error.downcast_ref()?),
        |error| Some(log(error.downcast_ref()?)),
        |error| start(error.downcast_ref()?),
        |error| Some(socket(error.downcast_ref()?)),
        |error| Some(journal(error.downcast_ref()?)),
        |error| fault(error.downcast_ref()?),
        |error| Some(procedure(error.downcast_ref()?)),
        |error| Some(proof::chain_fault(error.downcast_ref()?)),
        |error| Some(proof::parse_fault(error.downcast_ref()?)),
        |error| Some(proof::no_place(error.downcast_ref()?)),
        |error| Some(proof::signature(error.downcast_ref()?)),
        |error| Some(proof::rejected(error.downcast_ref()?)),
        |error| proof::system(error.downcast_ref()?),
    ];
    let ja = || known.iter().find_map(|words| words(error));
    match language {
        Language::Ja => ja().unwrap_or_else(|| error.to_string()),
        Language::En => error.to_string(),
    }
}

fn folder(error: &FolderError) -> String {
    match error {
        FolderError::Make { path, .. } => {
            format!("フォルダー {} を作れません。別の場所を選ぶか、持ち主に権限を求めてください", path.display())
        }
        FolderError::Symlink { path } => {
            format!("{} はシンボリックリンクです。リンク先のフォルダーを指定してください", path.display())
        }
        FolderError::NotAFolder { path } => {
            format!("{} はフォルダーではありません。移動するか、別の場所を選んでください", path.display())
        }
        FolderError::Foreign { path, owner } => format!(
            "フォルダー {} は別の利用者（uid {owner}）のものです。sudo で作ったものなら chown で自分のものに戻すか、別の場所を選んでください",
            path.display()
        ),
        FolderError::Open { path, mode } => format!(
            "フォルダー {} はほかの利用者が書き込めます（{mode:04o}）。chmod go-w で閉じてください",
            path.display()
        ),
    }
}

fn trust(error: &TrustError) -> Option<String> {
    Some(match error {
        TrustError::Folder(_) => "信頼リストのフォルダーを使えません".to_owned(),
        TrustError::Read { path, .. } => format!(
            "信頼リスト {} を読めません。読めるようになるまで何も信頼されず、何も実行されません。sudo で作ったものなら chown で自分のものに戻してください",
            path.display()
        ),
        TrustError::Damaged { path, .. } => {
            format!("信頼リスト {} が壊れています。直すか、移動してから手順書を改めて信頼してください", path.display())
        }
        TrustError::Newer { path, version } => format!(
            "信頼リスト {} は新しい tejun のもの（形式 {version}）です。tejun を更新してください",
            path.display()
        ),
        TrustError::Unsafe { path } => format!(
            "信頼リスト {} はほかの利用者が書き込めるか、自分の通常のファイルではありません。内容を確かめ、chmod 600 で閉じてください",
            path.display()
        ),
        TrustError::Write { path, .. } => {
            format!("信頼リスト {} に書けません。この手順書は信頼されていません", path.display())
        }
        TrustError::Unnameable { path } => {
            format!("パス {} は UTF-8 ではないため登録できません。ファイル名を変えてください", path.display())
        }
    })
}

fn record(error: &RecordError) -> Option<String> {
    Some(match error {
        RecordError::Folder(_) => "記録のフォルダーを使えません".to_owned(),
        RecordError::Unwritable { path, .. } => format!(
            "記録のフォルダー {} に書けません。空きを作るか、権限を直すか、別のフォルダーを選んでください",
            path.display()
        ),
        RecordError::Name { stem } => format!("{stem:?} は記録の名前にできません"),
        RecordError::Evidence(_) => "記録の証跡を写せません".to_owned(),
        RecordError::Note { path, .. } => {
            format!("記録の名前を {} に書けません。空きを作るか、権限を直してください", path.display())
        }
        RecordError::Taken { path } => {
            format!("{} はすでにあります。何も書いていません。移動するか、別の名前を選んでください", path.display())
        }
        RecordError::Crowded { path, stem } => {
            format!("{} には {stem} という記録が多すぎます。いくつか移動してください", path.display())
        }
    })
}

fn evidence(error: &EvidenceError) -> Option<String> {
    Some(match error {
        EvidenceError::Folder { path, .. } => format!("証跡のフォルダー {} を作れません", path.display()),
        EvidenceError::Read { path, .. } => format!("証跡 {} を読めません", path.display()),
        EvidenceError::Write { path, .. } => {
            format!("証跡 {} に書けません。空きを作ってからもう一度保存してください", path.display())
        }
        EvidenceError::Changed { path, expected, found } => format!(
            "証跡 {} はコマンドの終了後に変わっています: SHA-256 は {found} ですが、ジャーナルでは {expected} です",
            path.display()
        ),
        EvidenceError::Taken { path } => {
            format!("{} は別のものとしてすでにあります。移動してからもう一度保存してください", path.display())
        }
    })
}

fn log(error: &LogError) -> String {
    match error {
        LogError::Name { path } => format!("{} はファイルの名前ではありません", path.display()),
        LogError::Unusable { path, .. } => format!(
            "実施ログ {} を読み書きできません。書き込めるフォルダーの通常のファイルを指定してください",
            path.display()
        ),
        LogError::NotPlain { path, what } => {
            let what = if *what == "a symbolic link" {
                "シンボリックリンク"
            } else {
                "通常のファイルではないもの"
            };
            format!("実施ログ {} は{what}です。ファイルそのものを指定してください", path.display())
        }
        LogError::ReadOnly { path } => format!(
            "実施ログ {} は読み取り専用なので、そのままにしました。書き込みを許す（chmod u+w）か、別のファイルを指定してください",
            path.display()
        ),
        LogError::TooLarge { path } => {
            format!("実施ログ {} が大きすぎます。新しいファイルを始めてください", path.display())
        }
        LogError::NoPlace { path, .. } => format!("実施ログ {} はそのままにしました", path.display()),
        LogError::Contended { path } => {
            format!("実施ログ {} は書き足す間に何度も変更されました。ほかの変更をそのまま残しました", path.display())
        }
    }
}

fn start(error: &StartError) -> Option<String> {
    Some(match error {
        StartError::Spawn { exe, .. } => format!("実施を受け持つプロセス {} を起動できません", exe.display()),
        StartError::NoAnswer { log } => {
            format!(
                "実施を受け持つプロセスが応答せずに終わりました。新しく実行されたコマンドはありません。もう一度行ってください。繰り返すときはログを見てください: {}",
                log.display()
            )
        }
        StartError::Failed { .. } => return None,
        StartError::Unreachable(_) => "実施を受け持つプロセスに届きません".to_owned(),
    })
}

fn socket(error: &SocketError) -> String {
    match error {
        SocketError::Open { path, .. } => format!("実施のフォルダー {} を開けません", path.display()),
        SocketError::NotPrivate { path, owner, mode } => {
            format!("{} は使いません: 自分だけのフォルダーではありません（所有者 {owner}、{mode:o}）", path.display())
        }
        SocketError::Socket { path, .. } => format!("{} のソケットを使えません", path.display()),
    }
}

fn journal(error: &StoreError) -> String {
    let doing = match error.doing {
        "open" => "開けません",
        "read" => "読めません",
        _ => "書けません",
    };
    format!("記録（ジャーナル）{} を{doing}", error.journal)
}

fn fault(error: &Fault) -> Option<String> {
    Some(match error {
        Fault::Full(_) => {
            "ディスクに空きがありません。保存済みのものは無事です。空きを作ってもう一度試してください".to_owned()
        }
        Fault::Broken(_) => {
            "書き込みに失敗したか、ファイルが壊れているため、ここではもう書きません。ディスクを調べてから始め直してください".to_owned()
        }
        Fault::Busy(_) => "ほかのプログラムが使っています。もう一度試してください".to_owned(),
        Fault::Refused(_) => "データベースが拒みました".to_owned(),
        Fault::OldSqlite { found, least } => {
            format!("SQLite {found} は保存した事実を失うことがあるため書きません。{least} 以降が必要です")
        }
        Fault::NewerSchema { found, known } => format!(
            "新しい tejun が書いたものです（スキーマ {found}、このプログラムは {known} まで）。tejun を更新するか、閲覧だけにしてください"
        ),
        Fault::NotAJournal => "別のプログラムのデータベースか、空のものです".to_owned(),
        Fault::ReadOnly => "閲覧のために開かれています".to_owned(),
        Fault::DamagedRunbook(digest) => format!("保存された手順書 {digest} が壊れています"),
        Fault::Overflow(_) => return None,
    })
}

fn procedure(error: &NotFound) -> String {
    match error {
        NotFound::None { wanted } => format!("「{wanted}」という手順はありません"),
        NotFound::Several { wanted, candidates } => {
            format!("「{wanted}」に当てはまる手順が複数あります: {}", candidates.join("、"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_with_their_causes_in_the_language_of_the_user() {
        let folder = || FolderError::Open { path: "/srv/x".into(), mode: 0o777 };
        let system = || std::io::Error::other("no space left");
        let unwritable = || RecordError::Unwritable { path: "/srv/r".into(), source: system() };
        let unknown = || NotFound::None { wanted: "月曜".into() };
        let of: [(Box<dyn Error>, Language, &str); 6] = [
            (
                Box::new(TrustError::Folder(folder())),
                Language::Ja,
                "信頼リストのフォルダーを使えません: フォルダー /srv/x はほかの利用者が書き込めます（0777）。chmod go-w で閉じてください",
            ),
            (
                Box::new(TrustError::Folder(folder())),
                Language::En,
                "failed to use the folder of the trust list: the folder /srv/x can be written by other users (mode 0777); run chmod go-w on it",
            ),
            (
                Box::new(unwritable()),
                Language::Ja,
                "記録のフォルダー /srv/r に書けません。空きを作るか、権限を直すか、別のフォルダーを選んでください: no space left",
            ),
            (Box::new(unknown()), Language::Ja, "「月曜」という手順はありません"),
            (Box::new(unknown()), Language::En, "no procedure is called \"月曜\""),
            (Box::new(system()), Language::Ja, "no space left"),
        ];
        for (error, language, told) in of {
            assert_eq!(chain(error.as_ref(), language), told);
        }
    }
}
