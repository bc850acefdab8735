"""The demo keeps its promises, and its pages show what happened."""
import signal
import subprocess

import pytest

from conftest import BINARY, ROOT, run_in_chromium

DEMO = [ROOT / "build/venv-demo/bin/python", ROOT / "demo/demo.py", "--binary", BINARY]


def test_demo_ends_well_by_itself():
    done = subprocess.run([*DEMO, "--no-wait"], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def demo_url():
    """The demo left open for its user; the URL stands on its last line."""
    process = subprocess.Popen(DEMO, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("http://"):
            break
    else:
        raise AssertionError("".join(lines))
    yield line.strip()
    process.send_signal(signal.SIGINT)
    process.wait(60)


def test_pages_in_chromium(demo_url):
    run_in_chromium("demo.test.mjs", TIDEMARK_URL=demo_url)


def test_pages_in_every_state():
    run_in_chromium("states.test.mjs")
