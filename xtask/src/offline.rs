//! The notebooks without any network: in a namespace that has only the loopback device.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::notebooks;

/// The kernels talk to Jupyter over the loopback device, which a new namespace has switched off.
const LOOPBACK: &str = "ip link set lo up";

/// Runs all notebooks without a network, where the system can take it away; else says that it cannot.
pub fn notebooks() -> Result<()> {
    if !can_unshare() {
        println!("Not off line: this system gives no network namespace.");
        return notebooks::run(&notebooks::Options::default());
    }
    println!("Off line: in a network namespace without a route.");
    let status = unshare()
        .arg(format!("{LOOPBACK} && exec \"$0\" notebooks"))
        .arg(env::current_exe().context("cannot find this program")?)
        .env("CARGO_NET_OFFLINE", "true")
        .status()
        .context("cannot run unshare")?;
    if !status.success() {
        bail!("the notebooks do not pass off line (see above)");
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
