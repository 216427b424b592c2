//! Where things are: the project's folders, and what lies in the ignored folder `.course`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};

use crate::python;

/// The project's root and the places below it.
pub struct Layout {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// All that the set-up installs or caches.
    pub course: PathBuf,
}

impl Layout {
    /// Finds the project. Cargo names this package's folder, also after the project was moved.
    pub fn find() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().context("xtask has no folder above it")?;
        let root = root.to_path_buf();
        let course = root.join(".course");
        fs::create_dir_all(&course)
            .with_context(|| format!("cannot make the folder {}", course.display()))?;
        Ok(Self { root, course })
    }

    /// A file of this package: the Python scripts and the list of Python packages.
    pub fn xtask(&self, name: &str) -> PathBuf {
        self.root.join("xtask").join(name)
    }

    /// The notebook that the course begins with.
    pub fn first_notebook(&self) -> PathBuf {
        self.root.join("notebooks").join("01_network.ipynb")
    }

    /// Where cargo and rustc are: those that run this program.
    pub fn rust_bin(&self) -> Option<PathBuf> {
        let cargo = PathBuf::from(env::var_os("CARGO")?);
        cargo.parent().map(Path::to_path_buf)
    }

    /// A search path with the folders of this Rust and of the virtual environment first.
    pub fn search_path(&self) -> Result<OsString> {
        let mut folders = vec![python::COURSE.programs(self)];
        folders.extend(self.rust_bin());
        let path = env::var_os("PATH").unwrap_or_default();
        folders.extend(env::split_paths(&path));
        env::join_paths(folders).context("a folder in PATH has a name that PATH cannot hold")
    }
}

/// A program's file name on this system.
pub fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// Writes a file unless it holds this text already; makes the folders above it.
pub fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if holds(path, text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Whether a file holds exactly this text. A finished step leaves such a file as its stamp.
pub fn holds(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found == text)
}
