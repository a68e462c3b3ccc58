//! One file for each command: its arguments, `run`, and its sentence of result.

pub mod end;
pub mod import;
pub mod init;
pub mod publish;
pub mod site;
pub mod verify;
