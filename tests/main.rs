//! The integration tests, in one binary.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod e2e;
#[cfg(test)]
mod exec;
#[cfg(test)]
mod lint;
#[cfg(test)]
mod screens;
#[cfg(test)]
mod store;
#[cfg(test)]
mod vault;
