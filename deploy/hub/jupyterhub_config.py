"""JupyterHub's settings for one classroom server. hub.py starts it, and says where things are."""

import json
import os
import sys
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sandbox import Sandbox  # noqa: E402

c = get_config()  # noqa: F821

state = Path(os.environ["DIGITS_HUB"])
port = int(os.environ["DIGITS_HUB_PORT"])
secrets = json.loads((state / "secrets.json").read_text())

# One password for the class, another for the teacher, who may stop servers and see who is there.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = secrets["class"]
c.SharedPasswordAuthenticator.admin_password = secrets["teacher"]
c.Authenticator.admin_users = {"teacher"}
c.Authenticator.allow_all = True
# A name becomes a folder's name.
c.Authenticator.username_pattern = r"\w[\w.-]{0,39}\Z"

# What one student may use. README.md beside this file says how much a class needs.
c.JupyterHub.spawner_class = Sandbox
c.Spawner.mem_limit = "2G"
c.Spawner.cpu_limit = 2
c.Spawner.notebook_dir = str(Sandbox.root)
c.Spawner.default_url = "/lab/tree/notebooks/01_network.ipynb"
# A student with two notebooks open takes 1.4 GB. A machine whose memory is used up stops everybody:
# better that the last ones wait.
c.JupyterHub.active_server_limit = max(1, psutil.virtual_memory().total * 2 // 3 // 2**30)
c.Spawner.args = [
    # Kernels listen on files of the student's own, and on no port of this machine (course/kernel/private.py).
    "--KernelManager.transport=ipc",
    # A kernel takes half a gigabyte, and the notebook of the last lesson often stays open.
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_connected=True",
    # A cell that prints for ever: the browser gets no more than this of it.
    "--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=200",
    "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1000000",
]
c.Spawner.http_timeout = 120
c.Spawner.start_timeout = 120

# The proxy is a process of its own: it and the students' servers go on while the hub restarts.
c.JupyterHub.bind_url = os.environ["DIGITS_HUB_ADDRESS"]
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 2}"
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 1}"
c.ConfigurableHTTPProxy.auth_token = secrets["proxy"]
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False

c.JupyterHub.db_url = f"sqlite:///{state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.JupyterHub.log_level = "WARN"

# Both end with the hub. Servers that nobody has used for an hour end; the files stay.
python = ["setpriv", "--pdeathsig=TERM", sys.executable]
culler = [*python, "-m", "jupyterhub_idle_culler", "--timeout=3600"]
# Who has solved what, and who is stuck. Only admins may use all services.
wall = {
    "name": "wall",
    "url": f"http://127.0.0.1:{port + 3}",
    "command": [*python, str(Sandbox.root / "deploy/hub/wall/wall.py")],
    "environment": {"DIGITS_HUB": str(state), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
    "oauth_no_confirm": True,
}
c.JupyterHub.services = [{"name": "idle-culler", "command": culler}, wall]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]

# A teacher's own settings come last, so that they win.
if (state / "settings.py").exists():
    load_subconfig(str(state / "settings.py"))  # noqa: F821
