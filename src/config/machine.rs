//! What this machine and its users are called, as the kernel and the name service say; never what a variable claims.

/// The machine's host name.
pub fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The user id of this process.
pub fn own_uid() -> u32 {
    rustix::process::getuid().as_raw()
}

/// The name of a user; its number where it has none.
pub fn user_name(uid: u32) -> String {
    match nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid)) {
        Ok(Some(user)) => user.name,
        Ok(None) | Err(_) => format!("uid {uid}"),
    }
}
