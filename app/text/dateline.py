"""Reads the line under a headline: date, publication and author.

2024-03-05 08:30　来源：青川日报 and 原创 何川 青川发布 2024-03-05 and 青川日报（2024年3月5日　第3版）.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.text.dates import DAY, find_date, plain

_LABELS = {
    "date": "发布时间|發布時間|发布日期|發布日期|发稿时间|刊发时间|发表时间|發表時間|发表日期|更新时间"
    "|更新時間|日期|时间|時間|发表于|发布于|發表於|發佈於",
    "publication": "文章来源|信息来源|新闻来源|稿件来源|来源|來源|稿源|出处|出處|转载自|转自|轉自|原载|原載"
    "|刊于|载于|刊於|載於|微信公众号|公众号|媒体",
    "author": "(?:本报|本報|本刊|本网|特约|实习|見習|见习|首席)?(?:记者|記者)|作者|撰文|撰稿|采写"
    "|採寫|通讯员|通訊員|特派员|评论员|評論員|文字|文|译者|署名|口述|整理",
    "other": "责任编辑|責任編輯|值班编辑|责编|責編|编辑|編輯|编审|审核|审校|校对|校對|监制|监审|总监制|摄影"
    "|攝影|图片|图|实习编辑|值班主任|签发|IP属地|编号|索引号|文号|浏览次数|阅读次数|阅读量|浏览量|访问量|点击数|点击量"
    "|阅读|浏览|点击|访问次数|字号|字体|评论|主题词|分类|标签|栏目",
}
_LABEL = re.compile(
    "(?<![一-鿿])(?:"
    + "|".join(f"(?P<{field}>{labels})" for field, labels in _LABELS.items())
    + r")\s*[:：/／]\s*"
)
_TIME = re.compile(
    r"\s*(?:[（(]?(?:星期|周|週|礼拜)[一二三四五六日天][)）]?)?\s*(?:[上下]午|凌晨|晚上?)?\s*"
    r"(?:T?\d{1,2}[:时時]\d{2}(?::\d{2})?分?(?:Z|\+\d\d:?\d\d)?)?"
)
_SEPARATOR = re.compile(r"[\s|｜丨,，;；/／()（）\[\]【】《》<>]+")
_MEDIA = re.compile(
    r"[\w·]{0,14}(?:报|報|日报|晚报|通讯社|新华社|中新社|社|网|網|周刊|週刊|月刊|杂志|雜誌|学刊|时报|時報|电视台|電視台|电台|广播|台|臺"
    r"|客户端|客戶端|频道|頻道|新闻|新聞|在线|在線|发布|發布|融媒|融媒体|央视|研究|评论|通讯|之声|观察)"
)
# 2023年人口公报, 第三季度情况通报: a document, not a publication.
_REPORT = re.compile(
    r"\d\s*年|(?:公|通|捷|喜|预|預|汇|匯|申|填|简|簡|回|警|举|舉)[报報]$|研究$|评论$|通讯$|观察$"
)
# Words that pages print next to a date and that tell nothing about the article.
_NOISE = re.compile(
    r"原创|原創|转载|轉載|首发|独家|字号|[大中小]|分享|分享到|打印|收藏|听新闻|播报|语音播报|关注|已编辑|纠错|下载|正文|微信扫一扫|发表于\S{2,4}"
    r"|第?[A-Z]?\d{1,3}版[:：]?\S{0,6}|第?\d+期|总第?\d+期|\d{1,9}(?:次|人)?|[上下]午"
    r"|北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费薛雷贺倪汤滕罗毕郝安常乐于时傅齐"
    "康伍余元顾孟黄穆萧尹姚邵湛汪祁毛狄米贝戴谈宋庞熊纪舒屈项祝董梁杜阮蓝季贾江郭梅林钟徐丘骆高夏蔡田樊胡凌霍虞万柯管卢莫房解应宗丁邓洪包诸左石崔龚程"
    "邢裴陆荣翁荀甄曲封段侯全班宫宁仇武刘景詹叶司黎白蒲赖卓屠池乔闻党谭姬申桑桂牛边燕尚温庄晏柴瞿阎慕连习艾鱼容向古易廖耿文关聂曾沙游岳"
    "趙錢孫馮陳衛許呂張嚴鄒蘇範魯韋馬費賀湯羅畢郝樂時傅齊顧黃蕭談龐紀項賈鍾駱萬盧莫應鄧諸龔陸榮劉葉賴喬聞黨譚閻連習關聶莊"
)
NAME = re.compile(
    rf"(?:[{_SURNAMES}][一-鿿]{{1,2}}|(?:纳兰|納蘭|欧阳|歐陽|司马|司馬|诸葛|諸葛|上官)[一-鿿]{{1,2}})"
)
# 本报记者　何川　通讯员　李青
_REPORTERS = re.compile(
    r"[□■◆◇○●]?\s*[（(]?(?:[^\s，。：:、]{0,8}?(?:记者|記者|通讯员|通訊員|评论员|評論員|特派员|特派員|实习生|實習生))"
    r"(?:[\s：:／/、]+[^\s，。：]{1,6}){1,9}[)）]?"
)
_OFFICE = re.compile(
    r"[^\s，。：:、]{0,8}(?:记者|記者|通讯员|通訊員|评论员|評論員|特派员|特派員|实习生|實習生)"
)
_LONGEST = 90  # characters of a dateline


@dataclass(frozen=True, slots=True)
class Dateline:
    """The contents of a line under a headline; "" for a missing part.

    Attributes:
        date: ISO 8601; "" when the line names only a month and a day.
        author: names, separated by 、.
        whole: the line holds nothing else.
    """

    date: str = ""
    publication: str = ""
    author: str = ""
    whole: bool = True


def read_dateline(line: str) -> Dateline | None:
    """The facts of a line that holds little else; None for any other line."""
    if len(line) > _LONGEST or line[-1:] in tuple("。！？!?"):
        return None
    if _REPORTERS.fullmatch(line):
        return Dateline(author=names(_OFFICE.sub(" ", line)))
    if (
        len(line) <= 16
        and not _REPORT.search(line)
        and _MEDIA.fullmatch(line.strip("《》（）()"))
        and len(line) > 2
    ):
        return Dateline(publication=line.strip("《》（）()"))
    words, iso, dated = _without_date(plain(line))
    values = _labelled(words)
    labelled = values["publication"] or values["author"]
    if not (dated or labelled) or ("，" in line and not labelled):
        return None
    if not _is_likely(values):
        return None
    facts = {field: " ".join(values[field]).strip(" |｜、，;；") for field in ("publication", "author")}
    tokens = [token for token in _SEPARATOR.split(" ".join(values["bare"])) if token.strip("\0")]
    noise = [token for token in tokens if _NOISE.fullmatch(token)]
    for token in (token for token in tokens if token not in noise):
        if "\0" in token.strip("\0") or (
            (token[0] == "\0" or token[-1] == "\0") and not _MEDIA.fullmatch(token.strip("\0"))
        ):
            return None
        word = token.strip("\0·-—")
        if not word:
            continue
        if not facts["author"] and NAME.fullmatch(word):
            facts["author"] = word
        elif (
            not facts["publication"]
            and len(word) <= 14
            and (_MEDIA.fullmatch(word) or (dated and _is_account(word)))
        ):
            facts["publication"] = word
        else:
            return None
    whole = not values["other"] and not any(char.isdigit() for word in noise for char in word)
    return Dateline(iso, publication_name(facts["publication"]), names(facts["author"]), whole)


def _is_likely(values: dict[str, list[str]]) -> bool:
    """Whether the labelled values could be publications and names: not 记者：明年动工吗 in an interview."""
    people = [name for value in values["author"] for name in names(value).split("、")]
    return (
        all(re.fullmatch(r"[\w·.\- ]{1,16}", name) for name in people)
        and (
            not people
            or bool(values["publication"] or values["date"] or values["other"])
            or all(map(_is_name, people))
        )
        and all(len(value) <= 24 for value in values["publication"])
    )


def _is_name(word: str) -> bool:
    return bool(
        NAME.fullmatch(word) or re.fullmatch(r"[A-Za-z][A-Za-z .]+|[一-鿿]+·[一-鿿·]+|阿[一-鿿]", word)
    )


def names(words: str) -> str:
    """Names as the front matter has them: 张三　李四 → 张三、李四."""
    return "、".join(name for name in re.split(r"[\s、,，;；/／()（）]+", words) if name)[:60]


def publication_name(words: str) -> str:
    """A publication without title marks around it."""
    return words.strip().strip("《》<>[]【】()（） ")[:40]


def _is_account(word: str) -> bool:
    """Whether a word next to a date could be the name of an account: 清河志愿者."""
    return (
        len(word) >= 3 and bool(re.fullmatch(r"[\w·]+", word)) and not word.isdigit() and not DAY.search(word)
    )


def _without_date(line: str) -> tuple[str, str, bool]:
    """The line with NUL for its date and time, the date, and whether it has one to the month or day."""
    found = find_date(line)
    if found and len(found[0]) > 4:
        iso, start, end = found
    elif day := DAY.match(line):
        iso, start, end = "", day.start(), day.end()
    else:
        return line, "", False
    time = _TIME.match(line, end)
    after = time.end() if time else end
    blank = " " if line[after - 1].isspace() else ""
    return f"{line[:start]}\0{blank}{line[after:]}", iso, True


def _labelled(words: str) -> dict[str, list[str]]:
    """The values after each label by its field; the words without a label under `bare`.

    A value ends at the next label, at a bar, at the date or at a wide space.
    """
    values: dict[str, list[str]] = {"bare": [], "date": [], "publication": [], "author": [], "other": []}
    labels = list(_LABEL.finditer(words))
    values["bare"].append(words[: labels[0].start()] if labels else words)
    for n, label in enumerate(labels):
        field = label.lastgroup or ""
        end = labels[n + 1].start() if n + 1 < len(labels) else len(words)
        gap = r"[|｜丨\0]|\s{3,}" if field == "author" else r"[|｜丨\0]|\s{2,}|　"
        value, *rest = re.split(gap, words[label.end() : end].strip(), maxsplit=1)
        if field == "date" and label[0].strip()[:2] in ("时间", "時間"):
            field = "other"  # of a meeting, in its minutes
        values[field].append(value.strip())
        values["bare"] += rest
    return values
