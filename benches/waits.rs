//! What a user waits for.
fn main() {}
