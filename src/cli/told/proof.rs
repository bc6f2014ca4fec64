//! Faults of records, signatures, the chain and the system, in Japanese.

use std::io;

use rustix::io::Errno;

use crate::record::ParseFault;
use crate::record::team_log::NoPlace;
use crate::store::verify::ChainFault;
use crate::vault::signature::{Rejected, SignatureError};

pub(super) fn chain_fault(error: &ChainFault) -> String {
    let what = match error {
        ChainFault::Empty => return "ジャーナルにこの実施の事実がありません".to_owned(),
        ChainFault::Missing { .. } => "がありません",
        ChainFault::OutOfOrder { .. } => "の順序が違います",
        ChainFault::Damaged { .. } => "が壊れています",
        ChainFault::Misplaced { .. } => "は別の場所のものです",
        ChainFault::Changed { .. } => "は書いたあとに変更されました",
        ChainFault::Unlinked { .. } => "が前の事実につながりません（どちらかが変更されました）",
    };
    format!("ジャーナルの {} 番の事実{what}", error.at())
}

pub(super) fn parse_fault(error: &ParseFault) -> String {
    match error {
        ParseFault::NoRecord => "記録ではありません（記録の見出しと項目で始まっていません）".to_owned(),
        ParseFault::UnknownLine { line } => format!("{line} 行目は記録の行ではありません"),
        ParseFault::OpenFence { line } => format!("{line} 行目のコードブロックが閉じていません"),
        ParseFault::Unreadable { line, name } => format!("{line} 行目の「{name}」を読み取れません"),
        ParseFault::Missing { line, name } => format!("{line} 行目のあとに「{name}」がありません"),
    }
}

pub(super) fn no_place(error: &NoPlace) -> String {
    match error {
        NoPlace::NotText => "UTF-8 の文書ではありません".to_owned(),
        NoPlace::Swallowed => {
            "閉じていないコードブロックかコメントがあり、追記がその中に入ってしまいます。閉じてください".to_owned()
        }
    }
}

pub(super) fn signature(error: &SignatureError) -> String {
    match error {
        SignatureError::NoProgram => {
            "ssh-keygen が PATH のどこにもありません。OpenSSH のクライアントを入れてください".to_owned()
        }
        SignatureError::Run { program, .. } => format!("{} を実行できません", program.display()),
        SignatureError::Slow { program, seconds } => format!(
            "{} が {seconds} 秒たっても答えません。ssh-agent が動いているか確かめてください（ssh-add -l）",
            program.display()
        ),
        SignatureError::NotSigned { key, why } => {
            format!("鍵 {} で署名できませんでした（ssh-keygen: {why}）", key.display())
        }
    }
}

/// A fault of the signature itself has the words of its cause.
pub(super) fn rejected(error: &Rejected) -> String {
    match error {
        Rejected::Unfit { why } => format!("署名が本文と合いません（ssh-keygen: {why}）"),
        Rejected::NoList { allowed } => format!(
            "署名者の一覧 {} がないため、どの鍵も信用できません。[sign_off] allowed_signers で指定してください",
            allowed.display()
        ),
        Rejected::Unlisted { fingerprint, allowed } => {
            format!("署名した鍵 {fingerprint} は {} にないか、署名の時点で有効ではありません", allowed.display())
        }
        Rejected::NotAllowed { principal, fingerprint, why } => {
            format!("{principal} の鍵 {fingerprint} はこの署名に使えません（ssh-keygen: {why}）")
        }
        Rejected::Unknown(fault) => signature(fault),
    }
}

/// What the system says most.
pub(super) fn system(error: &io::Error) -> Option<String> {
    const SAID: [(Errno, &str); 10] = [
        (Errno::NOENT, "ファイルやフォルダーがありません"),
        (Errno::ACCESS, "権限がありません"),
        (Errno::PERM, "許可されていません"),
        (Errno::NOSPC, "ディスクに空きがありません"),
        (Errno::DQUOT, "ディスクの割り当てを使い切りました"),
        (Errno::FBIG, "ファイルの大きさの上限を超えます"),
        (Errno::ROFS, "読み取り専用のファイルシステムです"),
        (Errno::NOTDIR, "フォルダーではありません"),
        (Errno::ISDIR, "フォルダーです"),
        (Errno::LOOP, "シンボリックリンクです"),
    ];
    let number = error.raw_os_error()?;
    let (_, say) = SAID.iter().find(|(errno, _)| errno.raw_os_error() == number)?;
    Some(format!("{say} (os error {number})"))
}
