//! Where things lie and how the program is set up.

pub mod connections;
pub mod folders;
pub mod machine;
pub mod settings;
