//! Options and operands of a call, read as `getopt_long` reads them.

use super::super::syntax::Call;

/// The options of a call with their values, and its operands.
pub(super) struct Options<'c> {
    valued: Vec<(&'c str, &'c str)>,
    pub(super) operands: Vec<&'c str>,
}

impl<'c> Options<'c> {
    /// Reads the arguments of `call`. The letters of `short` and the words of `long` take a value; a letter of `joined`
    /// takes what stands behind it in the same word, and never the next one.
    pub(super) fn of(call: &'c Call, short: &str, joined: &str, long: &[&str]) -> Self {
        let mut found = Self { valued: Vec::new(), operands: Vec::new() };
        let mut args = call.args().iter().map(String::as_str);
        while let Some(arg) = args.next() {
            if arg == "--" {
                found.operands.extend(args.by_ref());
            } else if let Some(option) = arg.strip_prefix("--") {
                match option.split_once('=') {
                    Some((name, value)) => found.valued.push((name, value)),
                    None if long.contains(&option) => {
                        found.valued.extend(args.next().map(|value| (option, value)));
                    }
                    None => {}
                }
            } else if let Some(bundle) = arg.strip_prefix('-').filter(|bundle| !bundle.is_empty()) {
                // A program with long options behind one dash, such as `-address=…`.
                if let Some((name, value)) = bundle.split_once('=').filter(|(name, _)| long.contains(name)) {
                    found.valued.push((name, value));
                    continue;
                }
                if long.contains(&bundle) && bundle.len() > 1 {
                    found.valued.extend(args.next().map(|value| (bundle, value)));
                    continue;
                }
                found.bundle(bundle, short, joined, &mut args);
            } else {
                found.operands.push(arg);
            }
        }
        found
    }

    fn bundle(&mut self, bundle: &'c str, short: &str, joined: &str, args: &mut dyn Iterator<Item = &'c str>) {
        for (at, letter) in bundle.char_indices() {
            let behind = at + letter.len_utf8();
            let name = bundle.get(at..behind).unwrap_or_default();
            let rest = bundle.get(behind..).unwrap_or_default();
            if joined.contains(letter) {
                return;
            }
            if short.contains(letter) {
                let value = if rest.is_empty() { args.next() } else { Some(rest.strip_prefix('=').unwrap_or(rest)) };
                self.valued.extend(value.map(|value| (name, value)));
                return;
            }
        }
    }

    /// The values of the options that are called one of `names`.
    pub(super) fn values(&self, names: &[&str]) -> Vec<&'c str> {
        self.valued.iter().filter(|(name, _)| names.contains(name)).map(|(_, value)| *value).collect()
    }

    /// The last value of the options that are called one of `names`, which is the one that counts.
    pub(super) fn value(&self, names: &[&str]) -> Option<&'c str> {
        self.values(names).pop()
    }
}
