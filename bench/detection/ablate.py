"""What each ingredient of `tide` adds: the program is built once without each and scored.

One row an ingredient, as it comes: NAB standard at 0.5 (mean over the settings of ablations.py, and
the one of the program), KPI false alarms at 70 % recall and at 0.5, or of the band MSIS 95 / 99 %
and coverage error. Copies the sources to build/ablation and builds there; some ninety minutes for all.

usage: ablate.py --data DATA [NAME ...]     only these; `--check` only looks whether texts stand once
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import ablations

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
TREE = f"{ROOT}/build/ablation"
COPIED = ("CMakeLists.txt", "CMakePresets.json", "cmake", "src", "tools")


def check():
    """Names of texts that do not stand exactly once where the list says."""
    listed = [change for changes in (*ablations.FINDING.values(), *ablations.BAND.values()) for change in changes]
    wrong = []
    for file, old, _ in [*listed, *ablations.SETTABLE.values()]:
        with open(f"{ROOT}/src/learn/{file}") as source:
            count = source.read().count(old)
        if count != 1:
            wrong.append(f"src/learn/{file} has {count} times: {old}")
    return wrong


def written(folder, texts):
    for file, text in texts.items():
        with open(f"{folder}/{file}", "w") as opened:
            opened.write(text)


def built(changes):
    """The program with these texts replaced, and its two settings read from the environment: one
    program serves all settings."""
    source = f"{TREE}/tree/src/learn"
    whole, touched = {}, {}
    for file, old, new in [*changes, *ablations.SETTABLE.values()]:
        if file not in whole:
            with open(f"{source}/{file}") as opened:
                whole[file] = touched[file] = opened.read()
        touched[file] = touched[file].replace(old, new)
    written(source, touched)
    done = subprocess.run(["ninja", "-C", f"{TREE}/build", "tidemark"], capture_output=True, text=True)
    written(source, whole)
    if done.returncode != 0:
        sys.exit(done.stdout[-3000:])
    return f"{TREE}/build/tidemark"


def copied():
    os.makedirs(f"{TREE}/tree", exist_ok=True)
    # With new times: what an aborted run built of changed texts would pass for newer than old ones.
    for name in COPIED:
        path = f"{TREE}/tree/{name}"
        if os.path.isdir(f"{ROOT}/{name}"):
            shutil.rmtree(path, ignore_errors=True)
            shutil.copytree(f"{ROOT}/{name}", path, copy_function=shutil.copy)
        else:
            shutil.copy(f"{ROOT}/{name}", path)
    subprocess.run(["cmake", "--preset", "release", "-B", f"{TREE}/build"], cwd=f"{TREE}/tree", check=True,
                   stdout=subprocess.DEVNULL)


def finding_row(score, args, changes):
    args.binary = built(changes)
    each = {}
    with tempfile.TemporaryDirectory() as folder:
        for setting in ablations.SETTINGS:
            os.environ.update(zip(ablations.SETTABLE, map(str, setting)))
            fixed, _ = score.run_nab(args, score.Cost(), f"{folder}/{setting}")
            each[setting] = fixed["standard"]
    for name in ablations.SETTABLE:
        del os.environ[name]
    _, series, _, _ = score.run_kpi(args, score.Cost())
    false, recall = score.at_threshold(series, 0.5)
    return (f"NAB {sum(each.values()) / len(each):.1f} ({each[ablations.CHOSEN]:.1f}); KPI at 70 % "
            f"{score.at_recall(series, 0.7)[1]:.2f}, at 0.5 {false:.2f} ({recall:.0%})")


def band_row(score, args, changes):
    args.binary = built(changes)
    with tempfile.TemporaryDirectory() as folder:
        bands, worst, *_ = score.run_bands(args, score.Cost(), folder)
    return " ".join(f"{level} %: MSIS {bands[level]['msis_geo']:.3f}, coverage error {bands[level]['cov_err']:.3f}, "
                    f"worst {worst[level][level]['msis']:.1f};" for level in ("95", "99"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    wrong = check()
    if wrong:
        sys.exit("\n".join(wrong))
    if args.check:
        return
    import score
    sys.path.insert(0, args.data)
    args.detector, args.every = "tide", 1
    copied()
    for title, rows, row in (("finding", ablations.FINDING, finding_row), ("band", ablations.BAND, band_row)):
        for name, changes in {"nothing": [], **rows}.items():
            if not args.names or name in args.names:
                print(f"{title} without {name}: {row(score, args, changes)}", flush=True)


if __name__ == "__main__":
    main()
