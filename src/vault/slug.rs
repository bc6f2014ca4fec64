//! Titles as parts of file names.

/// How long a slug may be: with the date before it and a number and an ending behind it, it stays far below the 255 bytes
/// that a file name may have. What is longer is cut.
const MAX_BYTES: usize = 80;

/// A text as a safe part of a file name: Japanese letters and ASCII letters and digits stay, everything else becomes `-`.
///
/// Never empty, never starts or ends with `-`, holds no separator, no dot and no control character.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(MAX_BYTES);
    let mut last = '-';
    for c in text.chars() {
        let c = if stays(c, last) { c } else { '-' };
        if c == '-' && last == '-' {
            continue;
        }
        if slug.len() + c.len_utf8() > MAX_BYTES {
            break;
        }
        slug.push(c);
        last = c;
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() { "record".to_owned() } else { slug }
}

fn stays(c: char, before: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        // A separate voicing mark stays with its kana; names written on a Mac have them.
        '\u{3099}' | '\u{309a}' => matches!(before, 'ぁ'..='ゖ' | 'ァ'..='ヺ'),
        'ぁ'..='ゖ' | 'ゝ'..='ゟ' => true,
        'ァ'..='ヺ' | 'ー'..='ヿ' | 'ㇰ'..='ㇿ' | 'ｦ'..='ﾟ' => true,
        '々' | '〆' | '〇' => true,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => true,
        '\u{20000}'..='\u{323af}' => true,
        _ => false, // Everything that is not named above.
    }
}
