//! How long and how much of what commands printed is kept in the program's own folders. Copies beside records are the
//! team's, and never touched.

use std::num::NonZeroU64;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// `[evidence]` of the settings. Where nothing is said everything is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceSettings {
    /// `keep = "365d"`: outputs of runs that ended longer ago are removed; in seconds.
    #[serde(deserialize_with = "time")]
    pub keep: Option<NonZeroU64>,
    /// `limit = "20GB"`: past this size in all, outputs of the runs that ended first are removed; in bytes.
    #[serde(deserialize_with = "size")]
    pub limit: Option<NonZeroU64>,
    /// `output_limit = "1GB"`: past this size the output of one command is not stored; in bytes. The command goes on.
    #[serde(deserialize_with = "size")]
    pub output_limit: Option<NonZeroU64>,
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NonZeroU64>, D::Error> {
    let text = String::deserialize(from)?;
    let time = humantime::parse_duration(&text)
        .map_err(|why| D::Error::custom(format!("{text:?} is no time ({why}); write 90d or 1y")))?;
    NonZeroU64::new(time.as_secs()).map(Some).ok_or_else(|| D::Error::custom("a time of less than a second"))
}

fn size<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NonZeroU64>, D::Error> {
    let text = String::deserialize(from)?;
    bytes(&text).map(Some).ok_or_else(|| D::Error::custom(format!("{text:?} is no size; write 500MB, 20GB or 1GiB")))
}

/// The bytes of a size as people write it.
fn bytes(text: &str) -> Option<NonZeroU64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1000,
        "kib" => 1 << 10,
        "m" | "mb" => 1_000_000,
        "mib" => 1 << 20,
        "g" | "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        "t" | "tb" => 1_000_000_000_000,
        "tib" => 1u64 << 40,
        _ => return None, // No unit of a size.
    };
    NonZeroU64::new(number.parse::<u64>().ok()?.checked_mul(unit)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::Settings;

    #[test]
    fn times_and_sizes_are_written_as_people_write_them() {
        let read = |text: &str| Settings::read(&format!("[evidence]\n{text}\n")).map(|s| s.evidence);
        let all = read("keep = \"365d\"\nlimit = \"20GB\"\noutput_limit = \"1 GiB\"").expect("it reads");
        assert_eq!(all.keep.map(NonZeroU64::get), Some(365 * 24 * 3600));
        assert_eq!(all.limit.map(NonZeroU64::get), Some(20_000_000_000));
        assert_eq!(all.output_limit.map(NonZeroU64::get), Some(1 << 30));
        assert_eq!(read(""), Ok(EvidenceSettings::default()));
        for text in
            ["keep = \"soon\"", "limit = \"0GB\"", "limit = \"much\"", "limit = \"99999999TB\"", "keeep = \"1d\""]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
