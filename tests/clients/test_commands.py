"""The command line as a whole: words that are no command, help and version, and addresses of servers."""
import subprocess

import pytest

from conftest import BINARY


def run(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60)


def test_a_word_that_is_no_command_is_named_with_what_was_meant():
    wrong = run("srve", "--data", "x")
    assert wrong.returncode == 2 and wrong.stdout == ""
    assert wrong.stderr.startswith("tidemark: there is no command 'srve'; did you mean 'serve'?\n")
    assert "known are serve, detect, backtest, why, version, help" in run("dashboard").stderr
    assert run("help", "detct").stderr.startswith("tidemark: there is no command 'detct'; did you mean 'detect'?")
    assert run().returncode == 2


def test_version_and_help_are_commands_too():
    version = run("version")
    assert version.returncode == 0 and version.stdout == run("--version").stdout != ""
    assert run("help").stdout == run("--help").stdout != ""
    for command in ("serve", "detect", "backtest", "why"):
        told = run("help", command)
        assert told.returncode == 0 and told.stdout == run(command, "--help").stdout, command


@pytest.mark.parametrize("url", ["foo", "127.0.0.1:8470", "ftp://127.0.0.1", "http://", ""])
def test_an_address_that_is_none_is_told_its_form(url):
    done = run("why", "--url", url)
    assert done.returncode == 2 and "--url must be http(s)://HOST:PORT" in done.stderr and f"'{url}'" in done.stderr, done.stderr


def test_a_tag_that_is_none_is_told_its_form():
    done = run("backtest", "--team", "--tag", "ab", "--alarms-per-week", "1")
    assert done.returncode == 2 and "--tag wants KEY=VALUE, such as team=data, not 'ab'" in done.stderr
