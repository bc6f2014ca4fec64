//! The real program, as a person or a script runs it.

mod agents;
mod attached;
mod console;
mod deviations;
mod doctor;
mod due;
mod floods;
mod headless;
mod home;
mod hostile;
mod kills;
mod panes;
mod power;
mod project;
mod records;
mod replay;
mod servers;
mod signals;
mod signing;
mod surroundings;
mod survival;
mod terminal;
