"""Fetch the vendored browser files again and cut them to what the pages use.

Runs ``npm pack`` (whatever registry npm is configured for) for the pinned versions below, keeps
the files named here with their licences, strips source-map comments and blanks the two addresses
of the chart library's own cloud, so that nothing on a page can name an outside host.

Usage: python scripts/refresh_vendor.py
"""

from __future__ import annotations

import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
TEST_VENDOR = ROOT / "tests" / "vendor"
ICON_LIST = VENDOR / "tabler-icons" / "icons.txt"
_SOURCE_MAP = re.compile(rb"\n?/[/*]# sourceMappingURL=[^\n]*")
_CLOUD = (b"https://cdn.plot.ly/un/", b"https://cloud.plotly.com/newchart")


@dataclass(frozen=True)
class Package:
    """Be one pinned package: where it goes and which of its files are kept under which name."""

    spec: str
    folder: Path
    files: dict[str, str]


PACKAGES = (
    Package(
        "@tabler/core@1.6.1",
        VENDOR / "tabler",
        {"dist/css/tabler.min.css": "tabler.min.css", "dist/js/tabler.min.js": "tabler.min.js"},
    ),
    Package(
        "plotly.js-cartesian-dist-min@4.1.1",
        VENDOR / "plotly",
        {"plotly-cartesian.min.js": "plotly-cartesian.min.js", "LICENSE": "LICENSE"},
    ),
    Package(
        "plotly.js@4.1.1",
        VENDOR / "plotly",
        {"dist/plotly-locale-zh-cn.js": "plotly-locale-zh-cn.js"},
    ),
    Package("@tabler/icons@3.51.0", VENDOR / "tabler-icons", {"LICENSE": "LICENSE"}),
    Package(
        "axe-core@4.14.1",
        TEST_VENDOR / "axe-core",
        {"axe.min.js": "axe.min.js", "LICENSE": "LICENSE"},
    ),
)


def unpack(package: Package, folder: Path) -> Path:
    """Download one package and return its unpacked folder."""
    ran = subprocess.run(
        ["npm", "pack", package.spec, "--silent"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    target = folder / re.sub(r"\W+", "-", package.spec)
    with tarfile.open(folder / ran.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def cleaned(content: bytes) -> bytes:
    """Return a file without source-map comments and without the chart library's cloud."""
    content = _SOURCE_MAP.sub(b"", content)
    for address in _CLOUD:
        content = content.replace(address, b"")
    return content


def write_sprite(icons: Path) -> None:
    """Write the listed icons as one SVG sprite."""
    symbols = []
    for name in sorted(set(ICON_LIST.read_text().split())):
        svg = (icons / f"{name}.svg").read_text()
        inner = re.sub(r"<path stroke=\"none\"[^>]*/>", "", svg.split(">", 1)[1])
        inner = re.sub(r"\s+", " ", inner.replace("</svg>", "")).strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
        )
    body = "\n".join(symbols)
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'
    (VENDOR / "tabler-icons" / "sprite.svg").write_text(sprite)


def main() -> None:
    """Refresh every package."""
    with tempfile.TemporaryDirectory() as temporary:
        for package in PACKAGES:
            source = unpack(package, Path(temporary))
            package.folder.mkdir(parents=True, exist_ok=True)
            for inside, name in package.files.items():
                (package.folder / name).write_bytes(cleaned((source / inside).read_bytes()))
            if package.spec.startswith("@tabler/icons"):
                write_sprite(source / "icons" / "outline")
            print(package.spec)


if __name__ == "__main__":
    main()
