"""Scores on the development cases: reflow, speakers, phrases, anchors, with the cases' own scorers.

    python tests/evaluate.py EVAL_DIR

EVAL_DIR holds `reflow/`, `speakers/`, `phrases/`, `anchors/` and the scorers; it is not part of this project.
The program is asked through its own commands, as a user would ask it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEIPI = Path(sys.executable).with_name("meipi")


def meipi(command: list[str], records: list[dict]) -> list[dict]:
    given = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)
    done = subprocess.run(
        [MEIPI, *command, "--jsonl", "-"], input=given.encode(), capture_output=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def reflow(folder: Path, out: Path) -> None:
    cases = {p.name: json.loads(p.read_text()) for p in sorted((folder / "reflow").glob("*.json"))}
    answers = meipi(["reflow"], [{"id": c["id"], "text": c["wrapped"]} for c in cases.values()])
    out.mkdir(parents=True)
    for name, answer in zip(cases, answers, strict=True):
        (out / name).write_text(json.dumps(answer, ensure_ascii=False))
    for by in ("profile", "domain"):
        score(folder / "score_reflow.py", folder / "reflow", out, "--by", by)
    score(folder / "score_reflow.py", folder / "reflow", out, "--list", head=12)


def speakers(folder: Path, out: Path) -> None:
    """News features and the client's article, the ten kinds of text, and short lines with traps."""
    cases = folder / "speakers"
    label(cases, out / "features")
    score(folder / "score_speakers.py", cases, out / "features", "--glob", "seed.json")
    score(folder / "score_speakers.py", cases, out / "features", "--glob", "dev_*.json")
    if (cases / "genres").is_dir():
        label(cases / "genres", out / "genres")
        score(folder / "score_speakers.py", cases / "genres", out / "genres")
    if (cases / "lines.jsonl").is_file():
        lines(cases, out)


def label(folder: Path, out: Path) -> None:
    """Annotate the hand-labelled articles of a folder and write the answers as labels."""
    cases = {p.name: json.loads(p.read_text()) for p in sorted(folder.glob("*.json"))}
    records = [
        {"id": c["id"], "paragraphs": [c["text"][a:b] for a, b in c["paragraphs"]]} for c in cases.values()
    ]
    out.mkdir(parents=True)
    for (name, case), answer in zip(cases.items(), meipi(["annotate"], records), strict=True):
        (out / name).write_text(json.dumps(as_labels(case, answer), ensure_ascii=False))


def lines(folder: Path, out: Path) -> None:
    """Short texts, most of them with a trap."""
    cases = [json.loads(line) for line in (folder / "lines.jsonl").read_text().splitlines() if line.strip()]
    records = [{"id": c["id"], "paragraphs": c["text"].split("\n")} for c in cases]
    answers = meipi(["annotate"], records)
    for answer in answers:
        answer["quotations"] = [q for q in answer["quotations"] if not q["ascribed"]]
        heard = {q["speaker"] for q in answer["quotations"]}
        answer["speakers"] = [s for s in answer["speakers"] if s["id"] in heard]
    given = out / "lines.jsonl"
    given.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in answers))
    score(folder / "score_lines.py", folder / "lines.jsonl", given)


def as_labels(case: dict, answer: dict) -> dict:
    """The article document in the form of the hand labels: offsets into the joined text.

    The labels leave out ascribed words, and with them those who have no others.
    """
    quotations = [q for q in answer["quotations"] if not q["ascribed"]]
    heard = {q["speaker"] for q in quotations}
    start = {b["id"]: p[0] for b, p in zip(answer["blocks"], case["paragraphs"], strict=True)}
    name = {s["id"]: s["name"] for s in answer["speakers"]}
    statements = []
    for q in quotations:
        at, source = start[q["block"]], q["source"]
        mention = source and [
            start[source["block"]] + source["start"],
            start[source["block"]] + source["end"],
        ]
        statements.append(
            {
                "start": at + q["start"],
                "end": at + q["end"],
                "type": q["type"],
                "speaker": name.get(q["speaker"]),
                "cue": q["cue"],
                "speaker_mention": mention,
            }
        )
    marks = [
        [start[m["block"]] + m["start"], start[m["block"]] + m["end"]]
        for m in answer["quote_marks"]
        if not m["speech"]
    ]
    return {
        "id": case["id"],
        "speakers": [s for s in answer["speakers"] if s["id"] in heard],
        "statements": statements,
        "non_speech_quotes": marks,
    }


def phrases(folder: Path, out: Path) -> None:
    """Set phrases of official texts: uses explained, senses, and members that a text gives."""
    cases, wanted = folder / "phrases", folder.parent / "facts/wanted.tsv"
    out.mkdir(parents=True)
    for name in ("dev", "senses", "members"):
        gold = cases / f"{name}.jsonl"
        if not gold.is_file():
            continue
        records = [json.loads(line) for line in gold.read_text().splitlines() if line.strip()]
        texts = [{"id": r["id"], "paragraphs": r.get("paragraphs") or r["text"].split("\n")} for r in records]
        given = out / gold.name
        given.write_text(
            "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in meipi(["annotate"], texts))
        )
        if name == "dev":
            score(cases / "score_phrases.py", gold, given, wanted)
        else:
            known = ["--glossary", ROOT / "content/glossary"] if name == "senses" else []
            score(cases / f"score_{name}.py", gold, given, *known)


def anchors(folder: Path) -> None:
    score(folder / "anchors" / "score_anchors.py", MEIPI, folder / "reflow", "--limit", "12")


def score(script: Path, *arguments: Path | str, head: int = 0) -> None:
    print(f"\n$ {script.name} {' '.join(Path(str(a)).name for a in arguments)}")
    done = subprocess.run([sys.executable, script, *map(str, arguments)], capture_output=True, text=True)
    lines = (done.stdout or done.stderr).rstrip().split("\n")
    print("\n".join(lines[:head] if head else lines))


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        reflow(folder, Path(scratch) / "reflow")
        speakers(folder, Path(scratch) / "speakers")
        phrases(folder, Path(scratch) / "phrases")
    anchors(folder)


if __name__ == "__main__":
    main()
