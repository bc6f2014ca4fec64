//! Where things lie and how the program is set up.

pub mod calendar;
pub mod connections;
pub mod evidence;
pub mod folders;
pub mod interpreters;
pub mod library;
pub mod logind;
pub mod machine;
pub mod project;
pub mod settings;
pub mod sign_off;
