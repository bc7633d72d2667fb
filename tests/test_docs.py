"""The paper keeps up with the program: every setting, command, check code and make target is described."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import cli
from app.content.article_file import HEADER_KEYS, parse_article
from app.content.check import check
from app.content.glossary_file import TERM_KEYS
from app.content.people_file import PERSON_KEYS
from app.content.series_files import table_text
from app.content.store import Content
from app.export.csv import COLUMNS
from app.export.forms import FORMS
from app.importers import FINDINGS
from app.model import ArticleId

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
FORMATS = (ROOT / "content/README.md").read_text("utf-8")
CODE = re.compile(r"\b[A-Z]\d\d\b")


def commands(group: click.Group, before: str = "meipi") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def codes() -> set[str]:
    """Every code that a finding can have, from the words of the program itself."""
    found = set(FINDINGS)
    for path in (ROOT / "app").rglob("*.py"):
        text = path.read_text("utf-8")
        found |= set(re.findall(r"\"([A-Z]\d\d)\"", text))
    # The reader of entries makes its own from a letter and a number.
    return found | {f"{letter}{number}" for letter in "GNS" for number in ("01", "02", "03")}


def described(text: str) -> set[str]:
    """The codes of the table, ranges such as L01–L05 written out."""
    found = set(CODE.findall(text))
    for letter, first, last in re.findall(r"([A-Z])(\d\d)–[A-Z](\d\d)", text):
        found |= {f"{letter}{n:02}" for n in range(int(first), int(last) + 1)}
    return found


TABLE = "\n".join(line for line in FORMATS.splitlines() if re.match(r"\| [A-Z]\d\d", line))


def test_the_readme_is_short_and_names_every_form_of_export():
    assert README.count("\n") < 90
    (row,) = [line for line in README.splitlines() if line.startswith("| `meipi export`")]
    assert set(re.findall(r"[a-z]+", row.split("|")[2])) == {"site", *FORMS}


@pytest.mark.parametrize("command", list(commands(cli)))
def test_every_command_is_in_the_readme(command: str):
    assert f"`{command}" in README or f" {command}" in README


def test_every_column_of_the_table_of_quotations_is_described():
    api = (ROOT / "docs/api.md").read_text("utf-8")
    table = api[api.index("meipi export csv") :]
    assert set(re.findall(r"`([a-z]+)`", "".join(re.findall(r"(?m)^\| (`.*?) \|", table)))) == set(COLUMNS)


def test_the_readme_names_no_command_that_is_gone():
    named = set(re.findall(r"`(meipi [a-z]+)", README))
    real = {" ".join(c.split()[:2]) for c in commands(cli)}
    assert named - real == set()


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_is_in_the_formats(code: str):
    assert code in described(TABLE)


def test_the_formats_name_no_code_that_is_gone():
    assert described(TABLE) - codes() == set()


@pytest.mark.parametrize("key", sorted({*HEADER_KEYS, *TERM_KEYS, *PERSON_KEYS}))
def test_every_key_of_a_file_is_in_the_formats(key: str):
    assert re.search(rf"(?:`{key}`|^[-# ]*{key}:)", FORMATS, re.M), key


def test_the_examples_of_the_formats_have_no_findings(tmp_path: Path):
    """What the page shows as correct is correct."""
    articles = re.findall(r"```markdown\n(---\n.*?)```", FORMATS, re.S)
    assert articles
    for text in articles:
        header, pieces, _ = parse_article(ArticleId("beispiel"), text, "README.md")
        assert header.title and pieces
    for n, text in enumerate(re.findall(r"```yaml\n(.*?)```", FORMATS, re.S)):
        if text.startswith("corrections:"):
            front = f"---\ntitle: 题\n{text}---\n\n甲。\n"
            assert len(parse_article(ArticleId("beispiel"), front, "README.md")[2]) == 5
            continue
        if text.startswith("name:"):
            rows = re.findall(r"^\| `(\d{4},.*?)` \|", FORMATS, re.M)
            (tmp_path / "counts").mkdir()
            (tmp_path / "counts/zhexi.yaml").write_text(text, "utf-8")
            (tmp_path / "counts/zhexi.csv").write_text(table_text(r.split(",") for r in rows), "utf-8")
            assert len(rows) == 2
            continue
        assert text.startswith("- id:"), text
        folder = tmp_path / ("speakers" if "\n  name:" in text else "glossary")
        folder.mkdir(exist_ok=True)
        (folder / f"{n}.yaml").write_text(text, "utf-8")
    findings = [f for f in check(Content(tmp_path)) if f.code not in ("G04",)]
    assert findings == []


def test_every_make_target_of_the_contributing_page_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    for page in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"):
        named = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", (ROOT / page).read_text("utf-8"), re.M))
        assert named - targets == set(), page


def test_every_module_is_in_the_architecture():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    modules = {
        p.name.removesuffix(".py") for p in (ROOT / "app").iterdir() if p.suffix == ".py" or p.is_dir()
    }
    missing = {m for m in modules if not m.startswith("_") and not re.search(rf"\b{m}\b", text)}
    assert missing == set()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "content/README.md"])
def test_links_to_files_lead_to_files(page: str):
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:|term:)([^)#\s]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


# Files that a page asks its reader to write, or that were thrown away after a trial.
EXAMPLES = {"app/export/NAME.py", "app/export/bibtex.py", "app/locale/LOCALE/LC_MESSAGES/meipi.po"}


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name
)
def test_files_that_a_page_names_exist(page: Path):
    named = re.findall(
        r"`((?:app|tests|templates|static|deploy|docs)/[\w./-]*\w\.\w+)`", page.read_text("utf-8")
    )
    assert [name for name in named if name not in EXAMPLES and not (ROOT / name).exists()] == []


def names_in_architecture() -> list[str]:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    found = re.findall(r"`((?:[\w-]+/)*\w[\w-]*(?:\.\w+)+)(?:\(\))?`", text)
    return [name for name in dict.fromkeys(found) if name != "python.m"]


@pytest.fixture(scope="module")
def definitions() -> set[str]:
    """`module.name`, `folder.module` and `Class.method` of everything that the program defines."""
    known = set()
    for path in (ROOT / "app").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = {path.stem, path.parent.name} if path.stem == "__init__" else {path.stem}
        known |= {f"{path.parent.name}.{path.stem}", path.name}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                known |= {f"{name}.{node.name}" for name in names}
            elif isinstance(node, ast.ImportFrom) and path.stem == "__init__":
                known |= {f"{path.parent.name}.{alias.name}" for alias in node.names}
            if isinstance(node, ast.ClassDef):
                members = (n for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
                known |= {f"{node.name}.{member.name}" for member in members}
                known |= {f"{node.name}.{base.id}" for base in node.bases if isinstance(base, ast.Name)}
    return known


def test_architecture_names_what_exists(definitions: set[str]):
    files = {path.name for folder in ("static", "templates", "app") for path in (ROOT / folder).rglob("*.*")}
    names = names_in_architecture()
    assert len(names) > 15
    lost = [
        name
        for name in names
        if not (ROOT / name).exists() and Path(name).name not in files and name not in definitions
    ]
    # A method may be inherited: then another class of the program has it.
    methods = {name.partition(".")[2] for name in definitions}
    assert [n for n in lost if not (n[0].isupper() and n.partition(".")[2] in methods)] == []


def test_pictures_are_small_and_shown():
    pictures = sorted((ROOT / "docs").glob("*.png"))
    assert len(pictures) == 6
    for picture in pictures:
        assert picture.stat().st_size < 300_000 and f"docs/{picture.name}" in README
    assert len(README.splitlines()) <= 90
