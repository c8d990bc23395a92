//! A client against servers on loopback that do what they are told, right or wrong.

mod faults;
mod opening;
mod reading;
mod redirects;
mod server;
mod support;
