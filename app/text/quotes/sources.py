"""Whether a noun phrase can be a source: a name, a body, a person or a group, never a clause.

`phrases` reads a phrase by its shape. This module refuses shapes that hold a verb, an adverb or a function
word where a name, a body or a description has none: 落实党中央, 如果我们, 消费者不会.
"""

from __future__ import annotations

import re

import app.text.quotes.lexicon as lexicon
from app.text.quotes.matching import Endings, Places, either, words_of
from app.text.quotes.names import is_foreign, surname
from app.text.quotes.naming import without_number
from app.text.quotes.offices import ends_in_body, ends_in_title
from app.text.quotes.phrases import PERSONS, Who

_DESCRIBED = PERSONS | {"group"}

_FUNCTION = words_of(lexicon.FUNCTION_WORDS, lexicon.ADVERBS)
_ACTIONS = words_of(lexicon.ACTIONS)
# Words for sources hold verbs, too: 交易所, 主持人, 支持者. They are passed over.
_OF_SOURCES = [
    word
    for words in (lexicon.TITLES, lexicon.ORGANISATIONS, lexicon.GROUPS, lexicon.STATES, lexicon.HONORIFICS)
    for word in words.words
    if len(word) > 1
]
_CLAUSAL = Places(_FUNCTION | _ACTIONS, before=_OF_SOURCES)
_PREDICATE = re.compile(
    "必须|应[该当]|可以|要(?!员|闻|塞|案|道|求|人)|将(?!军|领|士|官|乐)|(?<!^)已(?!故|婚)|都(?!市|督|江|匀|会|发)|也|"
    "就(?!业|医|读|餐|职)|[不没](?!动产|锈钢|满|明|丹|收)|(?<=[不就也都还才定常们总能可将你我他她它人者])会$|"
    "(?<![志自])愿(?!者|景)|(?<!^)[我你您咱它](?!省|市|国|军|校|院|县|区|方|党|港|馆|公司)|(?<!^)(?:采取|进行)|(?<!^)把|说成|之?所$"
)
# What no source begins with, single characters before the rest of a word.
_BAD_START = re.compile(
    "[的是须能等说]|向(?![阳前荣日])|同(?![济仁事学乡行里])|就如|[被让用因若虽但而且并又还才没很太之您咱曾即仅均则却虽另叫像似越]|"
    "有(?![人关限色友])|要(?![闻塞案道员人求])|应(?!急|用|届|聘|试)|会(?![议长员计务展馆同])|把(?!关|手)|使(?![馆节用领团])|"
    "按(?!摩)|以(?!色列|军|方)|也(?!门)|都(?![市江匀兰督发])|不(?!丹|愿|少|具名|满|同)|所(?![长有])|其(?![他它])|你(?!们家)|已(?!故|婚|退)|"
    "再(?!生)|为(?!数)|令(?!狐|计)|比(?![利亚尔特萨])|如(?![东皋家意])|可(?![口汗兰])|"
    "[这那哪此本](?![名位家届场次报刊台市省县区校院馆局地科溪届些]|公司|部门)|"
    "我(?![国省市军校院县区方党港馆家爸妈爹娘爷奶哥姐弟妹父母老丈妻儿女外]|公司)|"
    "直[指斥批]|落实|规范(?!司)|深化|优化|稳定|保障(?!部|局|处|科)|培育|防范|化解|奖励|学习(?!时报|小组|室)|改善|重点(?!实验|中学|高|大学)|"
    "一(?![名位家个些审汽线大]|带一路)|[前后上下左右](?![任辈锋卫海司级议院游属村将届市央塘])"
)
_AND = re.compile("[和及、]|与(?!会)|以及")
_RELATIVE_START = re.compile(f"(?:{either(lexicon.FUNCTION_WORDS.words)})(?<!所有)(?<!各位)(?<!自己)")
_BAD_RELATIVE = re.compile(
    "就如|被(?![告害])|[是须让因若虽但而且并又才没之使其您你咱曾再即仅均则却为令叫比像如似越]|另(?!一|外)|如(?!东)|要(?!闻)"
    "|我(?!国|省|市|家|的)|[这那](?![些名位家个]|里)"
)
_GROUP_END = Endings(("们", *lexicon.GROUPS.words))
_PEOPLE = lexicon.CALLING_ENDS | frozenset("者员师家人士官警众方")
_MANY_INSIDE = re.compile("多[名位个]|[一两二三四五六七八九十百千万亿几数\\d][名位]")
# A verb and one of these is a word for a person: 使用者, 提供商.
_DOERS = frozenset("者人员商")
# A verb and one of these is a body: 社会保障部, 争议仲裁委员会.
_BODY_AFTER = re.compile(
    "部(?![门署队分份位])|小组|团队|局(?![面部长限势])|厅|署|委(?!托)|办(?![法理事])|处(?![理置罚于分])|院|中心|公司|集团|协会"
)
# No source ends with the first part of a longer word: 代表大|会, 人大代|表.
_CUT_SHORT = Endings(["社会主", "全国人民代表", "十分", "国际社", "中国特色社"])


def may_be_source(phrase: str, who: Who) -> bool:
    """Whether a phrase that reads as a source is one, and not a clause.

    Args:
        phrase: the folded words.
        who: how `phrases.describe` reads them.
    """
    text = phrase[who.start : who.end].strip(" □　").removesuffix("之一")
    if who.form in ("pronoun", "plural", "paper", "state", "honorific", "raw"):
        return True
    if who.form == "named":
        return not _BAD_NAME.search(text)
    if who.form == "joint":
        return all(is_clean(part) for part in _AND.split(text))
    if "的" in text and who.form in _DESCRIBED:
        return _has_clean_head(text)
    return all(is_clean(part) for part in _AND.split(text) if part)


_BAD_NAME = re.compile("^(?:全面|必须|所以|如果)|[的了着们]$|^[的了着]")


def _has_clean_head(text: str) -> bool:
    """Whether a description with 的 is one: 在门口值班的民警, not 要造谣的药厂."""
    clause, _, head = text.rpartition("的")
    if not clause:
        return False  # 的村民: the words before it are missing
    if not (head in _KNOWN_WORDS or head[-1:] in _PEOPLE or ends_in_title(head) or _GROUP_END.of(head)):
        return False
    if (
        clause[1:3] in _ACTIONS and (surname(clause[0]) or is_foreign(clause[0])) and "了" in clause
    ):  # 赵邀请她参观了新建的学校
        return False
    bad = _RELATIVE_START.match(without_number(clause)) or _BAD_RELATIVE.match(clause)
    return bad is None and is_clean(head)


def is_clean(text: str) -> bool:
    """Whether a phrase without 的 holds no verb and no function word."""
    bare = without_number(text)
    if bare in _KNOWN_WORDS:
        return True
    if _BAD_START.match(bare) or _PREDICATE.search(bare) or _CUT_SHORT.of(bare):
        return False
    many = _MANY_INSIDE.search(bare, 1)
    if many and not ends_in_body(bare[: many.start()]):  # 偷拍多名女子, but 州教育局一位官员
        return False
    return all(
        end < len(bare) and (bare[end] in _DOERS or _BODY_AFTER.match(bare, end))
        for _, end, _ in _CLAUSAL.of(bare)
    )


_KNOWN_WORDS = words_of(
    lexicon.TITLES, lexicon.ORGANISATIONS, lexicon.GROUPS, lexicon.STATES, lexicon.HONORIFICS, lexicon.PLURALS
)
