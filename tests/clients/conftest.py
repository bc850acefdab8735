"""A Tidemark process for tests: free port, own data folder, stopped at the end."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TIDEMARK_BINARY", str(ROOT / "build/release/tidemark"))


class Server:
    def __init__(self, folder, *flags, config=None):
        self.folder = pathlib.Path(folder)
        self.flags = list(flags)
        if config is not None:
            (self.folder / "tidemark.yaml").write_text(config, encoding="utf-8")
            (self.folder / "tidemark.yaml").chmod(0o600)  # it may hold secrets
            self.flags += ["--config", str(self.folder / "tidemark.yaml")]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.start()

    def start(self):
        self.log = open(self.folder / "server.log", "a", encoding="utf-8")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", self.folder / "data", "--http", f"127.0.0.1:{self.port}", *self.flags],
            stdout=self.log, stderr=self.log)
        for _ in range(1200):
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            try:
                if urllib.request.urlopen(f"{self.url}/-/ready", timeout=5).status == 200:
                    return
            except OSError:
                time.sleep(0.025)
        raise AssertionError("not ready: " + (self.folder / "server.log").read_text())

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        self.log.close()
        return self.process.returncode

    def post(self, path, body=None):
        request = urllib.request.Request(self.url + path, method="POST",
                                         data=json.dumps(body or {}).encode(),
                                         headers={"Content-Type": "application/json"})
        return urllib.request.urlopen(request, timeout=60).read()

    def get(self, path):
        return json.load(urllib.request.urlopen(self.url + path, timeout=60))

    def own(self, method, path, body=None):
        """The own API's answer; None: it has no body."""
        request = urllib.request.Request(f"{self.url}/api/tidemark/v1{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        answer = urllib.request.urlopen(request, timeout=60).read()
        return json.loads(answer) if answer else None

    def own_refused(self, method, path, body=None):
        """(status, error) of what the own API refuses."""
        with pytest.raises(urllib.error.HTTPError) as caught:
            self.own(method, path, body)
        return caught.value.code, json.load(caught.value)["error"]

    def advance(self, by):
        return json.loads(self.post("/-/clock", {"advance": by}))["now"]


@pytest.fixture
def start_server(tmp_path):
    """start_server(*flags, config=None) -> Server; every server is stopped after the test."""
    started = []

    def start(*flags, config=None):
        folder = tmp_path / f"server{len(started)}"
        folder.mkdir()
        started.append(Server(folder, *flags, config=config))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture
def frozen(start_server):
    """A server on data time that stands at 2013-11-01."""
    return start_server("--enable-test-api", "--enable-lifecycle", "--clock", "2013-11-01T00:00:00Z")


@pytest.fixture
def preload(tmp_path, monkeypatch):
    """preload(C source): servers started from now on call its functions instead of the C library's."""
    def build(source):
        (tmp_path / "shim.c").write_text(source)
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", tmp_path / "shim.so", tmp_path / "shim.c", "-ldl"],
                       check=True)
        monkeypatch.setenv("LD_PRELOAD", str(tmp_path / "shim.so"))

    return build


def eventually(what, seconds=90):
    """What `what` returns, once that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"did not happen within {seconds} s")


def run_in_chromium(tests, **environment):
    """The browser's tests of one file in ui/e2e."""
    node = ["bash", "-c", f"source tools/node.sh && use_node && exec node --test ui/e2e/{tests}"]
    done = subprocess.run(node, cwd=ROOT, capture_output=True, text=True, timeout=900,
                          env={**os.environ, **environment})
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def need(tool):
    """Skips loudly where a tool is missing, but never in CI."""
    import shutil
    if shutil.which(tool) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{tool} is missing, and CI must not skip its tests")
        pytest.skip(f"{tool} IS MISSING: its client is not tested")
