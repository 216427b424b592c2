#!/usr/bin/env bash
# Sets up the course for all users of a Debian system that has Rust. `binder/Dockerfile` calls it with these steps:
#
#   install.sh STEP...
#
#   system    Debian's packages, and the user
#   kernel    the Jupyter kernel for Rust, in /usr/local/bin
#   course    JupyterLab and the students' servers, and the crates compiled, in the folder above this one
#
# A hub mounts over home folders, so nothing lies there; any user can read all of it.
set -euo pipefail

# The same as in xtask/src/kernel.rs: the course would get another kernel than this one itself.
KERNEL=0.22.0

system() {
    apt-get update
    apt-get install --yes --no-install-recommends ca-certificates gcc git libc6-dev python3-venv
    rm -rf /var/lib/apt/lists/*
    useradd --uid "$NB_UID" --create-home --shell /bin/bash "$NB_USER"
}

kernel() {
    if [ ! -x /usr/local/bin/evcxr_jupyter ]; then
        cargo install --locked --root /usr/local --target-dir /tmp/kernel evcxr_jupyter --version "$KERNEL"
        rm -rf /tmp/kernel
    fi
    open_registry
}

course() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    cargo xtask setup
    if [ ! -d .course/warm ]; then
        echo "The notebooks' crates could not be compiled (see above)." >&2
        exit 1
    fi
    # A hub starts a student's server with a program of its own.
    .course/venv/bin/python -m pip install --quiet --no-cache-dir --require-hashes -r deploy/requirements.txt
    # Where any Jupyter looks, and editors too: the kernel and the settings.
    local shared=/usr/local/share/jupyter/kernels settings=/usr/local/etc/jupyter
    mkdir -p "$shared" "$settings"
    ln -sfn "$PWD/.course/venv/share/jupyter/kernels/rust" "$shared/rust"
    ln -sfn "$PWD"/.course/jupyter/config/* "$settings/"
    # Those settings open the course's folder; a student's server opens where it starts, at home.
    echo '{ "ServerApp": { "root_dir": "" } }' > .course/venv/etc/jupyter/jupyter_server_config.json
    # Each kernel has a folder of its own in there, whoever starts it.
    install --directory --mode=1777 .course/kernels
    rm -rf target
    chmod -R a+rX .
    open_registry
}

# A cell may ask for a crate that is not there yet; cargo then writes, whoever runs it.
open_registry() {
    mkdir -p "$CARGO_HOME/registry"
    chmod -R a+rwX "$CARGO_HOME/registry"
}

for step in "$@"; do
    "$step"
done
