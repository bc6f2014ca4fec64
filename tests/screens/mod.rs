//! Keys and facts in, screens out: the real update and the real views over a terminal of cells.

#[cfg(test)]
mod bidi;
#[cfg(test)]
mod document;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod help;
mod home;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod life;
mod looks;
#[cfg(test)]
mod output;
#[cfg(test)]
mod owes;
mod palette;
mod plan;
#[cfg(test)]
mod player;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod seek;
mod silence;
#[cfg(test)]
mod stories;
mod themes;
#[cfg(test)]
mod verification;
#[cfg(test)]
mod wide;
