//! The real program, as a person or a script runs it.

mod console;
mod due;
mod headless;
mod kills;
mod panes;
mod servers;
mod signals;
mod signing;
mod survival;
mod terminal;
