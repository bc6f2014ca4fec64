//! Keys and facts in, screens out: the real update and the real views over a terminal of cells.

#[cfg(test)]
mod harness;
#[cfg(test)]
mod life;
mod looks;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod stories;
