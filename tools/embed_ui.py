#!/usr/bin/env python3
"""Compresses the built web UI and writes it as C++ for the program.

usage: embed_ui.py DIST_FOLDER OUT_FOLDER   (an absent DIST_FOLDER gives an empty table)

Writes OUT_FOLDER/ui_files_data.cc and the .gz files that its assembler directives include.
"""
import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
    ".ico": "image/x-icon", ".json": "application/json", ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
}


def files_of(dist):
    if not dist.is_dir():
        return []
    return sorted(p for p in dist.rglob("*") if p.is_file() and p.suffix in TYPES)


def entry(number, path, dist, out):
    content = path.read_bytes()
    packed = out / f"ui_{number}.gz"
    packed.write_bytes(gzip.compress(content, 9, mtime=0))
    url = "/" + path.relative_to(dist).as_posix()
    etag = hashlib.sha256(content).hexdigest()[:16]
    asm = (f'asm(".section .rodata\\n.global tm_ui_{number}\\n.global tm_ui_{number}_end\\n'
           f'tm_ui_{number}:\\n.incbin \\"{packed}\\"\\ntm_ui_{number}_end:\\n.byte 0\\n.previous\\n");\n'
           f'extern "C" const char tm_ui_{number}[];\nextern "C" const char tm_ui_{number}_end[];\n')
    row = (f'      {{"{url}", "{TYPES[path.suffix]}", "\\"{etag}\\"",\n'
           f'       std::string_view(tm_ui_{number}, static_cast<std::size_t>(tm_ui_{number}_end - tm_ui_{number}))}},\n')
    return asm, row


def main(dist, out):
    out.mkdir(parents=True, exist_ok=True)
    parts = [entry(n, p, dist, out) for n, p in enumerate(files_of(dist))]
    text = '#include <vector>\n\n#include "web/ui_files.h"\n\n' + "".join(a for a, _ in parts)
    text += ("\nnamespace tidemark::web {\n\nstd::span<const UiFile> ui_files() {\n"
             "  static const std::vector<UiFile> files = {\n" + "".join(r for _, r in parts) +
             "  };\n  return files;\n}\n\n}  // namespace tidemark::web\n")
    (out / "ui_files_data.cc").write_text(text)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
