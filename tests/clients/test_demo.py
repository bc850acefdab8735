"""The demo ends well by itself."""
import subprocess

from conftest import BINARY, ROOT


def test_demo_keeps_its_promises():
    done = subprocess.run([ROOT / "build/venv-demo/bin/python", ROOT / "demo/demo.py", "--no-wait", "--binary", BINARY],
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
