//! What is marked in the rows of an output.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::term::cells::Row;
use crate::tui::find::Folded;

/// Characters of a row as they are seen, from the first to the last one.
pub type Mark = (usize, usize);

/// Where `wanted` stands in rows of which each is told with its line: what the end of a row breaks is found as well.
pub fn marks(rows: &[(u64, &Row)], wanted: &Folded) -> Vec<Vec<Mark>> {
    let mut out = vec![Vec::new(); rows.len()];
    if wanted.is_empty() {
        return out;
    }
    let mut at = 0;
    for line in rows.chunk_by(|a, b| a.0 == b.0) {
        let texts: Vec<String> = line.iter().map(|(_, row)| row.iter().map(|s| s.text.as_str()).collect()).collect();
        let mut begins = Vec::with_capacity(texts.len() + 1);
        let mut sum = 0;
        for text in &texts {
            begins.push(sum);
            sum += text.graphemes(true).count();
        }
        begins.push(sum);
        for (first, last) in Folded::new(&texts.concat()).occurrences(wanted) {
            for (row, bounds) in begins.windows(2).enumerate() {
                let &[begin, end] = bounds else { continue };
                if first < end && last >= begin {
                    let mark = (first.max(begin) - begin, last.min(end - 1) - begin);
                    out[at + row].push(mark);
                }
            }
        }
        at += line.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::cells::{Look, Span};

    fn row(texts: &[&str]) -> Row {
        texts.iter().map(|text| Span { text: (*text).to_owned(), look: Look::default() }).collect()
    }

    #[test]
    fn what_looks_and_row_ends_break_is_marked_as_one() {
        let (a, b, c) = (row(&["ディス", "ク容"]), row(&["量 85%"]), row(&["容", "量"]));
        let rows = [(0, &a), (0, &b), (40, &c)];
        assert_eq!(marks(&rows, &Folded::new("容量")), [vec![(4, 4)], vec![(0, 0)], vec![(0, 1)]]);
        assert_eq!(marks(&rows, &Folded::new("ﾃﾞｨｽｸ")), [vec![(0, 3)], vec![], vec![]]);
        assert_eq!(marks(&rows, &Folded::new("")), [vec![], vec![], vec![]]);
    }
}
