//! Signatures of files (SSHSIG), made and checked by OpenSSH's own `ssh-keygen`.
//!
//! The program is asked, and no library: it alone knows agents, passphrases, hardware keys, certificates and every option
//! of an `allowed_signers` file, and it is what others check our signatures with. It is found in the absolute folders of
//! `PATH` only, called without a shell, and given a time to answer. A key that the file does not list is never trusted.

use std::ffi::OsStr;
use std::io::{self, Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Local};

/// What a signature of a record, of an addendum or of a check is for.
pub const RECORD: &str = "tejun-record";

/// What a signature is for that proves who sits at a screen.
pub const PRESENCE: &str = "tejun-presence";

/// How long `ssh-keygen` may take that asks nobody: an agent on the other side of a slow line answers within it.
const QUIET: Duration = Duration::from_secs(20);

/// How long a person may take to type a passphrase or to touch a key.
const WITH_PERSON: Duration = Duration::from_secs(180);

/// How often a child that works is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// How much of what `ssh-keygen` says is taken: a signature of a certificate is below a tenth of it.
const MOST_SAID: u64 = 256 * 1024;

/// Whether somebody is there to be asked for a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// At the terminal.
    Person,
    /// Nobody: a key that needs a passphrase must be in an agent.
    Nobody,
}

/// Whose signature it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// What the `allowed_signers` file calls the person.
    pub principal: String,
    /// The fingerprint of the key, `SHA256:…`.
    pub fingerprint: String,
}

/// Why there is no signature, or no answer about one.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// The program is not there.
    #[error("ssh-keygen is in no folder of PATH; install the OpenSSH client")]
    NoProgram,
    /// The program could not be run.
    #[error("failed to run {program}")]
    Run {
        /// Which.
        program: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It gave no answer in time.
    #[error("{program} gave no answer within {seconds} s; is the ssh-agent alive?")]
    Slow {
        /// Which.
        program: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// It could not sign.
    #[error("the key {key} gave no signature: {why}")]
    NotSigned {
        /// Which key.
        key: PathBuf,
        /// What the program said.
        why: String,
    },
}

/// Why a signature is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    /// It is not of these bytes, or not for this purpose, or no signature at all.
    #[error("the signature does not fit the text: {why}")]
    Unfit {
        /// What the program said.
        why: String,
    },
    /// There is no file of those that are trusted.
    #[error(
        "there is no list of signers at {allowed}, so no key is trusted; name one with allowed_signers under [sign_off]"
    )]
    NoList {
        /// Where it was looked for.
        allowed: PathBuf,
    },
    /// It is good, and its key was nobody's at that time.
    #[error(
        "the signature is by the key {fingerprint}, which {allowed} does not list, or not for the time of the signature"
    )]
    Unlisted {
        /// The key.
        fingerprint: String,
        /// The file of those that are trusted.
        allowed: PathBuf,
    },
    /// The key is listed, but not for this purpose or this time.
    #[error("{principal} may not sign this with the key {fingerprint}: {why}")]
    NotAllowed {
        /// Whose key.
        principal: String,
        /// The key.
        fingerprint: String,
        /// What the program said.
        why: String,
    },
    /// Nobody could say.
    #[error(transparent)]
    Unknown(#[from] SignatureError),
}

/// `ssh-keygen`, found once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keygen {
    program: PathBuf,
}

/// A signature that somebody is looked for.
struct Asked<'a> {
    file: &'a OsStr,
    time: &'a str,
    purpose: &'a str,
    bytes: &'a [u8],
    fingerprint: String,
}

/// What a list says of a signature.
enum Allowed {
    By(String),
    /// It has the key, but not for this.
    Refused {
        principal: String,
        why: String,
    },
    NotListed,
}

struct Said {
    well: bool,
    out: String,
    err: String,
}

impl Keygen {
    /// Finds the program in `path`, as `PATH` has it. Folders that are not absolute are passed over: what lies in the
    /// working folder is not asked.
    ///
    /// # Errors
    /// [`SignatureError::NoProgram`].
    pub fn find(path: Option<&OsStr>) -> Result<Self, SignatureError> {
        let folders = path.map(|p| std::env::split_paths(p).collect::<Vec<_>>()).unwrap_or_default();
        let runs = |p: &PathBuf| p.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
        let found = folders.into_iter().filter(|f| f.is_absolute()).map(|f| f.join("ssh-keygen")).find(runs);
        found.map(|program| Self { program }).ok_or(SignatureError::NoProgram)
    }

    /// Where it was found.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Signs `bytes` for `purpose` with `key`: a private key, or a public one whose private half is in the agent.
    ///
    /// # Errors
    /// [`SignatureError`]; then there is no signature.
    pub fn sign(&self, key: &Path, purpose: &str, bytes: &[u8], ask: Ask) -> Result<String, SignatureError> {
        let args = [OsStr::new("-Y"), "sign".as_ref(), "-n".as_ref(), purpose.as_ref(), "-f".as_ref(), key.as_os_str()];
        let said = self.run(&args, bytes, ask)?;
        if said.well && said.out.starts_with("-----BEGIN SSH SIGNATURE-----") {
            return Ok(said.out);
        }
        Err(SignatureError::NotSigned { key: key.to_owned(), why: said.why() })
    }

    /// The fingerprint of a key.
    ///
    /// # Errors
    /// [`SignatureError`] when the file is no key.
    pub fn fingerprint(&self, key: &Path) -> Result<String, SignatureError> {
        let said = self.run(&[OsStr::new("-l"), "-f".as_ref(), key.as_os_str()], b"", Ask::Nobody)?;
        let found = said.out.split_whitespace().find(|word| word.starts_with("SHA256:")).map(str::to_owned);
        let found = found.filter(|_| said.well);
        found.ok_or_else(|| SignatureError::NotSigned { key: key.to_owned(), why: said.why() })
    }

    /// Whose `signature` of `bytes` for `purpose` it is, by the file of those that are trusted, as it held at `at`.
    ///
    /// # Errors
    /// [`Rejected`]: the first thing that does not hold.
    pub fn verify(
        &self,
        allowed: &Path,
        purpose: &str,
        bytes: &[u8],
        signature: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<Signer, Rejected> {
        let fingerprint = self.key_of(purpose, bytes, signature)?;
        let file = self.written(signature)?;
        let file = file.path().as_os_str();
        // Without a zone the time is the machine's, which every version of the program understands.
        let time = format!("-Overify-time={}", at.with_timezone(&Local).format("%Y%m%d%H%M%S"));
        let asked = Asked { file, time: &time, purpose, bytes, fingerprint };
        let all = self.allowed_by(allowed.as_os_str(), &asked)?;
        if let Allowed::By(principal) = all {
            return Ok(Signer { principal, fingerprint: asked.fingerprint });
        }
        // Of the lines that list a key `find-principals` tells of the first alone, whatever that one allows.
        let mut refused = match all {
            Allowed::Refused { principal, why } => Some((principal, why)),
            Allowed::By(_) | Allowed::NotListed => None,
        };
        for line in if refused.is_some() { lines(allowed) } else { Vec::new() } {
            let one = self.written(&line)?;
            match self.allowed_by(one.path().as_os_str(), &asked)? {
                Allowed::By(principal) => return Ok(Signer { principal, fingerprint: asked.fingerprint }),
                Allowed::Refused { principal, why } => refused = refused.or(Some((principal, why))),
                Allowed::NotListed => {}
            }
        }
        let fingerprint = asked.fingerprint;
        Err(match refused {
            Some((principal, why)) => Rejected::NotAllowed { principal, fingerprint, why },
            None if !allowed.exists() => Rejected::NoList { allowed: allowed.to_owned() },
            None => Rejected::Unlisted { fingerprint, allowed: allowed.to_owned() },
        })
    }

    /// Who of those that `list` has for the key may make the signature.
    fn allowed_by(&self, list: &OsStr, asked: &Asked<'_>) -> Result<Allowed, Rejected> {
        let (time, file) = (OsStr::new(asked.time), asked.file);
        let find = ["-Y".as_ref(), "find-principals".as_ref(), "-s".as_ref(), file, "-f".as_ref(), list, time];
        let found = self.run(&find, asked.bytes, Ask::Nobody)?;
        let mut refused = Allowed::NotListed;
        for principal in found.out.lines().map(str::trim).filter(|name| found.well && !name.is_empty()) {
            let (who, what) = (OsStr::new(principal), OsStr::new(asked.purpose));
            let verify =
                ["-Y".as_ref(), "verify".as_ref(), "-I".as_ref(), who, "-n".as_ref(), what, "-s".as_ref(), file];
            let said = self.run(&[&verify[..], &["-f".as_ref(), list, time]].concat(), asked.bytes, Ask::Nobody)?;
            if said.well {
                return Ok(Allowed::By(principal.to_owned()));
            }
            if matches!(refused, Allowed::NotListed) {
                refused = Allowed::Refused { principal: principal.to_owned(), why: said.why() };
            }
        }
        Ok(refused)
    }

    /// The key of a signature that fits `bytes` and `purpose`, whoever it belongs to.
    ///
    /// # Errors
    /// [`Rejected::Unfit`].
    pub fn key_of(&self, purpose: &str, bytes: &[u8], signature: &str) -> Result<String, Rejected> {
        let file = self.written(signature)?;
        let args = ["-Y".as_ref(), "check-novalidate".as_ref(), "-n".as_ref(), OsStr::new(purpose), "-s".as_ref()];
        let said = self.run(&[&args[..], &[file.path().as_os_str()]].concat(), bytes, Ask::Nobody)?;
        let key = said.out.split_whitespace().next_back().filter(|word| said.well && word.starts_with("SHA256:"));
        key.map(str::to_owned).ok_or_else(|| Rejected::Unfit { why: said.why() })
    }

    /// The program reads a signature and a list from files only.
    fn written(&self, text: impl AsRef<[u8]>) -> Result<tempfile::NamedTempFile, SignatureError> {
        let write = || {
            let mut file = tempfile::NamedTempFile::new()?;
            file.write_all(text.as_ref())?;
            file.flush()?;
            Ok(file)
        };
        write().map_err(|source| SignatureError::Run { program: self.program.clone(), source })
    }

    fn run(&self, args: &[&OsStr], input: &[u8], ask: Ask) -> Result<Said, SignatureError> {
        let failed = |source| SignatureError::Run { program: self.program.clone(), source };
        #[expect(clippy::disallowed_methods, reason = "the one place that asks ssh-keygen")]
        let mut command = std::process::Command::new(&self.program);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("LC_ALL", "C.UTF-8");
        if ask == Ask::Nobody {
            // A question that nobody sees is a question that nobody answers.
            command.env("SSH_ASKPASS", "/bin/false").env("SSH_ASKPASS_REQUIRE", "force");
        }
        let mut child = command.spawn().map_err(failed)?;
        let out = take(child.stdout.take()).map_err(failed)?;
        let err = take(child.stderr.take()).map_err(failed)?;
        let input = (child.stdin.take(), input.to_vec());
        let feed = move || {
            if let (Some(mut to), bytes) = input {
                // A program that does not read to the end says why itself.
                let _closed = to.write_all(&bytes);
            }
        };
        let feeder = std::thread::Builder::new().spawn(feed).map_err(failed)?;
        let limit = if ask == Ask::Person { WITH_PERSON } else { QUIET };
        let Some(well) = ended(&mut child, limit).map_err(failed)? else {
            return Err(SignatureError::Slow { program: self.program.clone(), seconds: limit.as_secs() });
        };
        let _fed = feeder.join();
        Ok(Said { well, out: out.join().unwrap_or_default(), err: err.join().unwrap_or_default() })
    }
}

impl Said {
    /// What the program said of a failure, on one line.
    fn why(&self) -> String {
        let said = format!("{}\n{}", self.err, self.out);
        let lines = said.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("Signing data"));
        let said = lines.take(4).collect::<Vec<_>>().join("; ");
        if said.is_empty() { "it said nothing".to_owned() } else { said }
    }
}

/// The lines of a list that may list a key. The program reads them one by one itself, so each stands for itself.
fn lines(list: &Path) -> Vec<Vec<u8>> {
    // A list that was there just now and is gone has no lines.
    let bytes = std::fs::read(list).unwrap_or_default();
    let lines =
        bytes.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty() && !l.trim_ascii().starts_with(b"#"));
    lines.map(|line| [line, b"\n"].concat()).collect()
}

fn take(from: Option<impl Read + Send + 'static>) -> io::Result<std::thread::JoinHandle<String>> {
    std::thread::Builder::new().spawn(move || {
        let mut bytes = Vec::new();
        // What was said before a fault still says something.
        let _broken = from.map(|from| from.take(MOST_SAID).read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Whether the child ended well; nothing when it did not end in time, and was killed.
fn ended(child: &mut Child, limit: Duration) -> io::Result<Option<bool>> {
    let until = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
}
