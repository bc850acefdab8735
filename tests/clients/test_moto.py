"""moto's own CloudWatch tests against a live server, compared with tests/moto_expected.txt.

The tests come from moto's source distribution, fetched and unpacked under build/; nothing of them is
kept here. A test that starts or stops passing against the list fails this one.
"""
import os
import subprocess
import sys
import xml.etree.ElementTree as xml

from conftest import ROOT

VERSION = "5.2.5"
EXPECTED = ROOT / "tests/moto_expected.txt"
CONFIG = """\
aws:
  account_id: "123456789012"
  accept_reserved_namespaces: true
"""


def unpacked():
    folder = ROOT / "build/moto"
    source = folder / f"moto-{VERSION}"
    if not (source / "tests/test_cloudwatch").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
                        f"moto=={VERSION}", "-d", folder], check=True)
        subprocess.run(["tar", "xzf", folder / f"moto-{VERSION}.tar.gz", "-C", folder], check=True)
    return source


def expected_not_to_pass():
    """Name -> reason, from lines `name | reason`."""
    rows = [line.split("|", 1) for line in EXPECTED.read_text().splitlines()
            if line.strip() and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, reason in rows}


def test_moto_passes_as_listed(start_server, tmp_path):
    server = start_server("--enable-test-api", config=CONFIG)
    source = unpacked()
    report = tmp_path / "report.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}",
         "tests/test_cloudwatch"],
        cwd=source, capture_output=True, text=True, timeout=900,
        env={**os.environ, "TEST_SERVER_MODE": "true", "TEST_SERVER_MODE_ENDPOINT": server.url,
             "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_DEFAULT_REGION": "us-east-1",
             "PYTHONPATH": str(source)})
    cases = {}
    for case in xml.parse(report).iter("testcase"):
        name = f"{case.get('classname').split('.')[-1]}::{case.get('name')}"
        cases[name] = not any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
    listed = expected_not_to_pass()
    failed = sorted(name for name, passed in cases.items() if not passed)
    print(f"moto {VERSION}: {len(cases) - len(failed)} of {len(cases)} pass")
    stopped = [name for name in failed if name not in listed]
    started = [name for name in listed if cases.get(name)]
    gone = [name for name in listed if name not in cases]
    assert not stopped and not started and not gone, (
        f"stopped passing: {stopped}\nstarted passing, take them off the list: {started}\n"
        f"no such test: {gone}\n{done.stdout[-6000:]}")
