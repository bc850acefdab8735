#!/usr/bin/env python3
"""Says which sources of a folder are compiled as one: `unity_groups.py SIZE FILE...` prints `FILE;GROUP` lines.

Half of the time of a build with sanitizers goes into templates that every file instantiates anew. Files
of a group share them. What a file keeps to itself, in an anonymous namespace, would be shared too, so
files that use the same name for it never meet in a group. Files that do not fit anywhere stand alone:
they are not printed.
"""
import re
import sys
from pathlib import Path

COMMENT_OR_LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.S)
OPENS = re.compile(r'\bnamespace\s*\{')
ANGLES = re.compile(r'<[^<>;{}]*>')
TYPE = re.compile(r'\b(?:struct|class|union|enum(?:\s+class)?)\s+([A-Za-z_]\w*)\s*(?:[:{;]|final\b|$)')
TEST = re.compile(r'\b(?:TEST|TEST_F|TEST_P|INSTANTIATE_TEST_SUITE_P)\s*\(\s*(\w+)\s*,\s*(\w+)')
OTHER = re.compile(r'([A-Za-z_]\w*)\s*(?:[({=\[]|$)')
DEFINES = re.compile(r'^\s*#\s*define\b', re.M)
BORROWS = re.compile(r'\s*using\s+(?:namespace\b|[\w:]+\s*$)')


def outermost(text, at):
    """What stands in the block that begins at `at`, without the blocks in it."""
    depth, kept = 1, []
    while depth and at < len(text):
        depth -= text[at] == '}'
        if depth == 1:
            kept.append(text[at])
        depth += text[at] == '{'
        at += 1
    return ''.join(kept)


def declared(statement):
    if BORROWS.match(statement):
        return None
    while ANGLES.search(statement):
        statement = ANGLES.sub(' ', statement)
    test = TEST.search(statement)
    found = TYPE.search(statement) or OTHER.search(statement.strip())
    return '.'.join(test.groups()) if test else found.group(1) if found else None


def own_names(text):
    """The names that are declared in the anonymous namespaces of a file."""
    text = COMMENT_OR_LITERAL.sub(' ', text)
    blocks = [outermost(text, opened.end()) for opened in OPENS.finditer(text)]
    return {declared(statement) for block in blocks for statement in re.split(r'[;}]', block)} - {None}


def groups(files, size):
    """Each file goes to the first group with room that knows none of its names."""
    made = []
    for file in files:
        text = Path(file).read_text()
        if DEFINES.search(text):
            continue
        names = own_names(text)
        for members, known in made:
            if len(members) < size and not names & known:
                members.append(file)
                known |= names
                break
        else:
            made.append(([file], set(names)))
    return [members for members, _ in made if len(members) > 1]


if __name__ == '__main__':
    for number, members in enumerate(groups(sys.argv[2:], int(sys.argv[1]))):
        for member in members:
            print(f'{member};{number}')
