#!/usr/bin/env bash
# Lays the lessons into the user's folder, then becomes the given program:
#
#   start.sh PROGRAM...
#
# A lesson that is there is the student's and stays as it is. Whoever wants a fresh one renames or
# deletes it and starts the server again. The crate and the data are links, so they are the image's.
set -euo pipefail
course=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
mine="$HOME/digits"

lay() {
    local name lesson copy
    mkdir -p "$mine/notebooks" || return
    for name in crate data; do
        ln -sfn "$course/$name" "$mine/$name" || return
    done
    for lesson in "$course"/notebooks/*.ipynb; do
        copy="$mine/notebooks/$(basename "$lesson")"
        if [ ! -e "$copy" ]; then
            # First under another name: a full disk leaves no half of a lesson behind.
            if ! { cp "$lesson" "$copy.part" && mv "$copy.part" "$copy"; }; then
                rm -f "$copy.part"
                return 1
            fi
        fi
    done
}

# With a full disk the server must start all the same: there the student can delete something.
lay || echo "The lessons could not be copied into $mine." >&2
exec "$@"
