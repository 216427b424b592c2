//! The course without any network: in a namespace that has only the loopback device.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::kernel::cargo;
use crate::layout::Layout;

/// The kernels talk to Jupyter over the loopback device, which a new namespace has switched off.
const LOOPBACK: &str = "ip link set lo up";

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
    let status = command
        .env("CARGO_NET_OFFLINE", "true")
        .current_dir(Layout::find()?.root)
        .status()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{task} did not pass (see above)");
    }
    Ok(())
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
