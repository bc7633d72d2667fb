"""Any file in: what text, which blocks and what metadata come out, and how bad files are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import ContentError
from app.importers import decode, read

HANS = (
    "清晨六点，老城区的菜市场已经热闹起来。卖豆腐的老周把木板架好，对第一位客人说：“今天的豆子是新的，您尝尝。”"
    "据介绍，这里的摊位在去年完成了改造，地面不再积水，灯光也更亮了。"
    "“我们问过每一家摊主的意见，”社区工作者陈文表示，“大家最关心的是租金和停车。”"
)
HANT = (
    "清晨六點，老城區的菜市場已經熱鬧起來。賣豆腐的老周把木板架好，對第一位客人說：「今天的豆子是新的，您嚐嚐。」"
    "據介紹，這裡的攤位在去年完成了改造，地面不再積水，燈光也更亮了。"
    "「我們問過每一家攤主的意見，」社區工作者陳文表示，「大家最關心的是租金和停車。」"
)


def refused(name: str, data: bytes, **options: int) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read(name, data, **options)
    return caught.value


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"])
    @given(start=st.integers(0, len(HANT) - 41), length=st.integers(40, len(HANT)))
    @settings(max_examples=40)
    def test_forty_characters_of_any_text_tell_their_encoding(
        self, encoding: str, start: int, length: int
    ) -> None:
        text = (HANT if encoding == "big5hkscs" else HANS + HANT)[start : start + length]
        assert decode(text.encode(encoding)) == (text, encoding)

    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
    def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(self, codec: str) -> None:
        assert decode("一".encode(codec))[0] == "一"

    def test_traditional_text_in_gb18030_is_not_taken_for_big5(self) -> None:
        assert decode(HANT.encode("gb18030")) == (HANT, "gb18030")

    def test_old_mail_in_hz_is_read(self) -> None:
        text = "今天的豆子是新的，大家都来看看。\n"
        assert decode(text.encode("hz")) == (text, "hz")

    @given(st.binary(max_size=200))
    def test_no_bytes_make_it_fail(self, data: bytes) -> None:
        text, _ = decode(data)
        text.encode("utf-8")

    @given(st.integers(0, 200), st.binary(min_size=1, max_size=2))
    def test_a_few_foreign_bytes_do_not_turn_utf8_into_something_else(self, at: int, dirt: bytes) -> None:
        sound = HANS.encode()
        text, encoding = decode(sound[:at] + dirt + sound[at:])
        assert encoding == "utf-8"
        assert text.endswith(HANS[-40:])

    def test_surrogate_pairs_written_as_six_bytes_become_one_character(self) -> None:
        cesu = "𠮷".encode("utf-16-be")
        six = b"".join(
            chr(int.from_bytes(cesu[i : i + 2], "big")).encode("utf-8", "surrogatepass") for i in (0, 2)
        )
        assert decode(HANS.encode() + six)[0] == HANS + "𠮷"

    def test_half_a_pair_leaves_a_mark(self) -> None:
        assert decode(HANS.encode() + b"\xed\xa0\x80" + b"!")[0] == HANS + "\ufffd!"


class TestPlainText:
    def test_lines_stay_as_they_are_and_line_ends_become_line_feeds(self) -> None:
        imported = read("a.txt", "　　清晨六点，\r\n老城区\r\r\n".encode())
        assert (imported.text, imported.pieces, imported.format) == (
            "　　清晨六点，\n老城区\n\n",
            None,
            "txt",
        )

    @pytest.mark.parametrize("data", [b"", b" \r\n\t\n", "　\n".encode(), b"\xef\xbb\xbf", b"\0\0\0\0"])
    def test_a_file_without_words_is_refused(self, data: bytes) -> None:
        assert refused("空.txt", data).code == "F01"

    def test_a_file_above_the_limit_is_refused_with_the_limit_named(self) -> None:
        fault = refused("a.txt", HANS.encode(), limit=100)
        assert fault.code == "F02" and "limit is 0.0 MB" in fault.problem

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0" + bytes(range(200)), "PNG"),
            (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0@" + bytes(50), "Windows program"),
            (b"\x1f\x8b\x08\0\0\0\0\0\0\3" + bytes(range(256)), "gzip"),
        ],
    )
    def test_a_binary_file_called_txt_is_refused_by_its_right_name(self, data: bytes, kind: str) -> None:
        fault = refused("a.txt", data)
        assert fault.code == "F03" and kind in fault.problem

    def test_nul_and_damaged_bytes_leave_a_mark_and_a_note_with_the_line(self) -> None:
        imported = read("a.txt", HANS.encode() + "\n第二\0行\n".encode() + HANS.encode() + b"\xff\n")
        assert imported.text.split("\n")[1] == "第二\ufffd行"
        assert "第 2、3 行" in imported.notes[0]

    def test_a_tail_of_nuls_as_a_crash_leaves_it_is_cut_and_noted(self) -> None:
        imported = read("a.txt", HANS.encode() + bytes(512))
        assert imported.text == HANS and "512 个空字节" in imported.notes[0]
