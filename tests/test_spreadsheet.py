"""CSV for spreadsheets: it reads back, and no cell is a formula."""

import csv
import io

import pytest

from app.spreadsheet import csv_lines, unescaped


def table(*cells: str) -> str:
    return b"".join(csv_lines(["字"], [[cell] for cell in cells])).decode("utf-8")


def test_a_file_begins_with_a_byte_order_mark_and_its_header():
    assert b"".join(csv_lines(["甲", "乙"], [["一", "二"]])) == "\ufeff甲,乙\r\n一,二\r\n".encode()
    assert table() == "\ufeff字\r\n"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+86", "-3%", "@sum", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a", "'=1", "''@a"]
)
def test_a_formula_is_marked_as_text_and_reads_back(cell: str):
    (_, (written,)) = csv.reader(io.StringIO(table(cell).removeprefix("\ufeff"), newline=""))
    assert written == f"'{cell}" and unescaped(written) == cell


@pytest.mark.parametrize("cell", ["", "三个“建成”", "'甲'", "a=b", "1-2", '他说："好"，', "一行\n二行", "'"])
def test_other_cells_stay_as_they_are(cell: str):
    (_, (written,)) = csv.reader(io.StringIO(table(cell or "x").removeprefix("\ufeff"), newline=""))
    assert written == (cell or "x") == unescaped(written)


def test_a_lone_surrogate_is_a_question_mark():
    assert table("半个\ud83d字") == "\ufeff字\r\n半个?字\r\n"


def test_rows_are_written_as_they_come():
    def rows():
        yield ["甲"]
        raise RuntimeError

    lines = csv_lines(["字"], rows())
    assert [next(lines), next(lines)] == ["\ufeff字\r\n".encode(), "甲\r\n".encode()]
