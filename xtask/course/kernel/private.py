"""A network of the kernel's own, so that nobody else on the machine can connect to what it listens on.

evcxr speaks over TCP alone, and hands its pictures to whoever connects. Where Jupyter's side of a kernel
is `ipc`, files in a folder of the user's, the kernel with all that it starts leaves the machine's network
(https://man7.org/linux/man-pages/man7/network_namespaces.7.html). Files connect across such networks.
"""

import ctypes
import fcntl
import os
import socket
import struct

NEWUSER, NEWNET = 0x1000_0000, 0x4000_0000
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1
SHARED = (
    "WARNING: this system allows no network of the kernel's own: "
    "other users of this machine could read its pictures and its output.\n"
)


def leave():
    """Takes this process, which must have one thread, out of the machine's network, with no more rights than before."""
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(NEWUSER | NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    # It begins with nothing but the interface for 127.0.0.1, switched off.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name, flags = struct.unpack_from("16sh", fcntl.ioctl(any_socket, GET_FLAGS, struct.pack("16sh14x", b"lo", 0)))
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", name, flags | UP))


def leave_if_possible():
    """Does it; gives whether it could. There is no way back from the half of it, so a child tries first."""
    child = os.fork()
    if child == 0:
        try:
            leave()
            os._exit(0)
        except (OSError, AttributeError):
            os._exit(1)
    if os.waitpid(child, 0)[1] != 0:
        return False
    leave()
    return True
