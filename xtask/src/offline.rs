//! The course without any network: in a namespace that has only the loopback device.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::checks::Outcome;
use crate::layout::Layout;
use crate::process::{answer, cargo, succeed};

/// The kernels talk to Jupyter over the loopback device, which a new namespace has switched off.
const LOOPBACK: &str = "ip link set lo up";

/// An address that belongs to no machine, and not to this one: RFC 5737 keeps it for examples.
const ELSEWHERE: &str = "192.0.2.1";

/// Runs a task without a network, where the system can take it away; else says that it cannot.
///
/// By cargo, as a user does: the tests before may have built this program anew, over the running one.
pub fn run(task: &str) -> Result<()> {
    let mut command = if can_unshare() {
        println!("Off line: in a network namespace without a route.");
        let mut command = unshare();
        command.arg(format!("{LOOPBACK} && exec \"$0\" xtask {task}"));
        command.arg(cargo());
        command
    } else {
        println!("Not off line: this system gives no network namespace.");
        let mut command = Command::new(cargo());
        command.args(["xtask", task]);
        command
    };
    succeed(
        command
            .env("CARGO_NET_OFFLINE", "true")
            .current_dir(Layout::find()?.root),
    )
}

/// Whether what `run` runs cannot reach a network here.
pub fn check() -> Result<Outcome> {
    if !can_unshare() {
        let why = "this system gives no network namespace: the other steps can reach a network";
        return Ok(Outcome::Skipped(why.to_owned()));
    }
    let reached = answer(unshare().arg(format!("{LOOPBACK} && ip route get {ELSEWHERE}")));
    ensure!(reached.is_err(), "the namespace has a way to {ELSEWHERE}");
    Ok(Outcome::Passed)
}

fn can_unshare() -> bool {
    cfg!(target_os = "linux")
        && unshare()
            .arg(LOOPBACK)
            .output()
            .is_ok_and(|output| output.status.success())
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--net", "sh", "-c"]);
    command
}
