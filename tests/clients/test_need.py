"""tools/need.sh asks of the machine only root or sudo; without either it names the packages and goes on if they are there."""
import shutil
import subprocess

import pytest

from conftest import ROOT

TOOLS = ["bash", "dirname", "grep", "mktemp", "tail", "rm", "cat"]


@pytest.fixture
def machine(tmp_path):
    """machine(missing, root=…, sudo=…) -> run(*parts): a machine whose package tools only write down what they were asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    asked = tmp_path / "asked"
    asked.write_text("")

    def program(name, text):
        (folder / name).write_text(f"#!/bin/bash\n{text}\n")
        (folder / name).chmod(0o755)

    def make(missing, root=False, sudo=False):
        absent = "|".join(missing) or "-"
        program("dpkg-query", f'case "${{@: -1}}" in {absent}) exit 1 ;; *) echo "install ok installed" ;; esac')
        program("id", f"echo {0 if root else 1000}")
        program("apt-get", f'echo "apt-get $*" >> {asked}')
        if sudo:
            program("sudo", f'[ "$1" = -n ] && exit 0\necho "sudo $1" >> {asked}\nexec "$@"')

        def run(*parts):
            done = subprocess.run([ROOT / "tools/need.sh", *parts], env={"PATH": str(folder)}, text=True,
                                  capture_output=True, stdin=subprocess.DEVNULL)
            return done, asked.read_text().splitlines()

        return run

    return make


def test_without_root_or_sudo_it_names_what_to_ask_for(machine):
    done, asked = machine(["chromium", "ccache"])("build", "test")
    assert done.returncode == 1 and asked == []
    assert "neither root nor sudo" in done.stderr
    assert done.stderr.splitlines()[-1] == "Ask for:  apt-get install --no-install-recommends ccache chromium"


@pytest.mark.parametrize("root, sudo", [(False, False), (True, False), (False, True)])
def test_it_goes_on_in_silence_if_they_are_there(machine, root, sudo):
    done, asked = machine([], root=root, sudo=sudo)("build", "ui", "demo", "test", "lint")
    assert (done.returncode, done.stdout, done.stderr, asked) == (0, "", "", [])


@pytest.mark.parametrize("root, sudo, expected", [
    (True, False, ["apt-get update", "apt-get install -y --no-install-recommends mold"]),
    (False, True, ["sudo apt-get", "apt-get update", "sudo apt-get",
                   "apt-get install -y --no-install-recommends mold"])])
def test_it_installs_what_is_missing_and_nothing_else(machine, root, sudo, expected):
    done, asked = machine(["mold"], root=root, sudo=sudo)("build")
    assert done.returncode == 0, done.stderr
    assert asked == expected


def test_a_part_that_is_none_is_refused(machine):
    done, _ = machine([])("everything")
    assert done.returncode == 2 and "everything" in done.stderr
