"""Where a name begins and ends: names that hold a preposition, surnames alone, people described again."""

from __future__ import annotations

import pytest
from test_quotes import blocks, marked, plain

from app.text.quotes.attribution import attribute
from app.text.quotes.names import is_name

DOUBTFUL = 0.6


def certain(text: str) -> list[str]:
    """The speakers that a page shows without doubt, in order."""
    found = attribute(blocks(text))
    names = {speaker.id: speaker.name for speaker in found.speakers}
    return [names[q.speaker] for q in found.quotations if q.speaker and q.confidence >= DOUBTFUL]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # 从 在 为 对 把 与 可 first in a given name
        ("沈从文先生说，凤凰的水是青的。", "沈从文"),
        ("作家沈从文回忆说，那年涨大水。", "沈从文"),
        ("“我走过许多地方的桥。”沈从文写道。", "沈从文"),
        ("李在明在记者会上说，韩方愿意对话。", "李在明"),
        ("縣長劉為民告訴記者，路要修通。", "劉為民"),
        ("王与之认为，这部书不可信。", "王与之"),
        ("建筑师张在元表示，城市是有记忆的。", "张在元"),
        ("会计陈对墀说：“票据不能丢。”", "陈对墀"),
        ("村支书吴在望说，渠要修。", "吴在望"),
        ("邓与平教授指出，史料不足。", "邓与平"),
        ("许从军队长说，火灭了。", "许从军"),
        ("林把式先生说，牛好。", "林把式"),
        ("王可心接受采访时说，蛋糕好吃。", "王可心"),
        # last in a given name
        ("康有为说，变者，天道也。", "康有为"),
        ("胡可为说，渠要修。", "胡可为"),
        ("梁有为先生说，路不能断。", "梁有为"),
        ("教师冯思与说，书要慢慢读。", "冯思与"),
        ("镇党委书记于在野表示，办一件销一件。", "于在野"),
        # a last character that is an act as well, with no object
        ("印尼队主教练欣德拉承认，两队有差距。", "欣德拉"),
        # Korean and Mongolian names
        ("日本队教练朴柱奉表示，期待一场硬仗。", "朴柱奉"),
        ("牧民宝力道笑着说，羊都回圈了。", "宝力道"),
        ("嘎查党支部书记那顺乌力吉说，草返青了。", "那顺乌力吉"),
    ],
)
def test_a_name_with_a_preposition_is_whole(text: str, name: str):
    assert certain(text) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李在会上说，渠要修。", "李"),
        ("王从北京赶来说，渠要修。", "王"),
        ("张对此表示，渠要修。", "张"),
        ("李在接受采访时说，渠要修。", "李"),
        ("王与会长商量后说，渠要修。", "王"),
        ("刘把手一挥说，渠要修。", "刘"),
        ("徐为此表示，渠要修。", "徐"),
    ],
)
def test_a_surname_before_a_preposition_is_a_person_in_doubt(text: str, name: str):
    found = attribute(blocks(text))
    assert [speaker.name for speaker in found.speakers] == [name]
    assert found.quotations[0].confidence < DOUBTFUL


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("厂长李大同来了。李在会上说，渠要修。", ["李大同"]),
        ("厂长王大同来了。王从北京赶来说，渠要修。", ["王大同"]),
        ("局长对此表示，渠要修。", ["局长"]),
        ("代表在会后说，渠要修。", ["代表"]),
        ("主教练在对比后说，渠要修。", ["主教练"]),
        ("老师就从严说，渠要修。", ["老师"]),
        ("台下的小戏迷周可挥着手，“再来一段！”", ["周可"]),
        ("王可能会说，渠要修。", []),
        ("他认为路在变好，水在变清。", []),
        # a description with an age, after the person's name
        ("主播王琴播了四十年。六十八岁的主播说，明天还要开播。", ["王琴"]),
        ("会计柳眉合上账本。72岁的会计说：“一分不差。”", ["柳眉"]),
        ("教师王琴坐在灯下。六十八岁的主播说，明天还要开播。", ["六十八岁的主播"]),
        ("郑姨把碗一推：“吃饭了。”", ["郑姨"]),
    ],
)
def test_others_keep_their_names(text: str, names: list[str]):
    assert certain(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "何青禾多次提到“*公平”一词。",
        "何青禾在会上五次说“*共享”这个词。",
        "馆长何青禾解释“*孤本”这一概念。",
        "何青禾写“*慎独”二字，写了一辈子。",
        "何青禾最爱说“*慢慢来”三个字。",
        "老师们所谓“*减负”，就是少布置一张卷子。",
        "“*躺平”这个词，年轻人常说。",
        "何青禾说[何青禾 转|“*公平”一词太大。]",
        "何青禾说：“[何青禾 直|公平！]”一词未毕，哭了。",
    ],
)
def test_a_word_that_is_mentioned_is_no_speech(text: str):
    assert marked(plain(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        # relatives of the one who tells
        "我公公抽了一袋烟，说：“[我公公 直|念。卖牛也念。]”",
        "他爹把烟锅一磕，说：“[他爹 直|去。]”",
        "我男人话少。那天，他跑回来说：“[我男人 直|水来了。]”",
        "我的老师林槐说：“[林槐 直|慢一点，水会清的。]”",
        "村里有位老农跟我讲，“[老农 直|水到了地头进不了田，看着干着急。]”",
        # an emphatic 连, and the surname
        "一场大水，连祠堂都冲走了。他只道：“[? 直|路不好走。]”",
        "地里旱得连苗都黄了，连井也干了。她叹道：“[? 直|再等等。]”",
        # words that only begin like a name after a calling
        "研究人员利用冰芯分析。他说，[? 转|冰会化。]",
        "护林员经常巡山。她说，[护林员 转|雪线退了。]",
        # the end of a foreign name
        "约根·佩德·斯特芬森负责保管冰芯。",
        "汤姆·雷纳准备离开。",
        # a subject between two speeches
        "法院认为，[法院 转|被告违约。]一审宣判后，邰某当庭表示不服。邰某说，[邰某 转|要上诉。]",
        "专家指出，[专家 转|水位偏高。]会议结束后，何青禾当场表示怀疑。何青禾说，[何青禾 转|数据太旧。]",
        # tales
        "杨震山闻言哈哈大笑，道：“[杨震山 直|待某家下山会他一会。]”",
        "诸葛明上前拱手，道：“[诸葛明 直|寨主不可轻敌。]”",
        "那书生勒马立在桥头，高声喝道：“[? 直|来者何人？]”",
        "和尚合掌立在门外，念道：“[? 直|善哉。]”",
        # somebody in a place, or one whom 有 brings in
        "我还没反应过来，后面一个大叔一把扶住她：“[一个大叔 直|别怕，我是医生！]”",
        "人群里有个女孩喊道：“[女孩 直|再来一个！]”",
        "有个初中生，背着书包，认真地问：“[初中生 直|您是哪个科的？]”",
        # speech and an act at once
        "白音仓边说边拿出一张表格，讲给牧民听。",
        "何青禾边讲边画出一条渠，讲给大家听。",
        # long dead, or to one another
        "焦裕禄生前常讲，“[焦裕禄 直|吃别人嚼过的馍没味道]”。",
        # the nearest subject, and who was spoken to
        "连为先六十了。女儿连小雨问他想干什么，修表的匠人想了想：“[修表的匠人 直|去看看源头。]”",
        "许静水放下水管。她想起那天，赵小乐一个人坐着，问她：“[赵小乐 直|是不是白活了？]”",
        "柳眉在改卷子。林槐走进来，对她说：“[林槐 直|下雨了。]”她没抬头，说：“[柳眉 直|知道了。]”",
        # a couplet is no verse where we speak
        "“[小邢 直|孩子烧到三十九，我们排了一上午。]”家长小邢有些无奈。",
        "另一位不愿具名的家长则说，[另一位不愿具名的家长 转|药开不出来。]",
        "田总主席关祺称，[关祺 转|人数创新高。]",
        # no name after a calling
        "一名游客在胡杨林边放灯，火苗蹿到树梢。他说，[一名游客 转|顾不上怕。]",
        "老者脸色大变，半晌方才嘶声道：“[老者 直|你怎么知道？]”",
        "检察机关审查认为，[检察机关 转|劳务关系成立。]",
        # a laugh before the words, and a name after a time
        "刘半农哈哈大笑，对老于说：“[刘半农 直|快去通报！]”",
        "陈寅恪说，[陈寅恪 转|不妥。]出来时陈寅恪神色凝重，只说了一句：“[陈寅恪 直|要变天了。]”",
        # called by a name
        "驾驶员是个九五后，叫阿木拉体。“[阿木拉体 直|现在动动鼠标就行。]”阿木拉体说。",
        # a finger points
        "龙守成蹲下去，用手指蘸了一点，放进嘴里。",
        # 我们 do something, and words of no one
        "我在渠上长大。队长说：“[队长 直|快干！]”我们几个媳妇偷偷笑，说他一天吃八个馍。",
    ],
)
def test_who_speaks_in_a_story(text: str):
    assert marked(plain(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "教授白允中说，水质要改善。\n鄭太每日下午到街市擺檔。記者到訪時，她邊洗地邊說：「唔做啦。」",
        "队长林槐喊：“快干！”\n守门的那个人话少。那天夜里，他跑回来说：“水来了。”",
    ],
)
def test_a_pronoun_in_a_paragraph_with_another_subject_is_in_doubt(text: str):
    assert attribute(blocks(text)).quotations[-1].confidence < DOUBTFUL


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # a name with its spelling in Latin letters
        ("彼得·潘（Peter Pan）飞进窗户。“就这么多。”彼得有点尖锐地说。", ["彼得·潘"]),
        ("温迪（Wendy）正在做梦。“是谁在外面？”温迪问道。", ["温迪"]),
        ("他在叫奥利弗（Oliver）的船上。奥利弗摇着铃铛嚷道：“开船！”", ["奥利弗"]),
        # a nickname
        ("大家都叫她蚁姐。“多一秒就老咯。”蚁姐一边片肉一边说。", ["蚁姐"]),
        ("人们喊他灯伯。灯伯拨着灯芯说：“亮了。”", ["灯伯"]),
        # a calling of no list
        ("美食家蔡澜写过：“吃是大事。”", ["蔡澜"]),
        ("制琴师康宁曾经写过：“木头会唱歌。”", ["康宁"]),
        ("里長伯黃在發在臉書貼文寫道：「我們里內有六十七個老人。」", ["黃在發"]),
        # 的是 before a description
        ("同桌的是位广州来的大叔，每月都来。他跟我说，真懂的人不蘸酱。", ["广州来的大叔"]),
        ("开门的是个跛脚的司机，瘦高。他跟我说，灯坏了。", ["跛脚的司机"]),
        # a reply in marks right after an order
        ("船长莫兰对斯密咆哮道：“带过来！”“是，船长。”斯密哆嗦着答道。", ["莫兰", "斯密"]),
        # the answer is not the asker's
        ("林青看着柳眉。“你叫什么名字？”林青问道。“我叫柳眉。”她回答。", ["林青"]),
        # at a meeting with reporters, asked
        ("次長呂建德在會後記者會被問及財源，回應說，明年度已編列。", ["呂建德"]),
    ],
)
def test_names_of_people_without_an_office(text: str, names: list[str]):
    assert certain(text) == names


def test_doubt_goes_on_in_the_paragraph():
    text = (
        "温如玉念道：“弟终身愧疚。”\n崖上的风大了起来。守崖的那个人松开了剑柄。\n"
        "“温兄……”他喃喃地说，“你这个傻子。”"
    )
    assert [q.confidence < DOUBTFUL for q in attribute(blocks(text)).quotations] == [False, True, True]


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("汤姆·雷纳", True),
        ("首席执行官汤姆·雷纳", False),
        ("水务公司的汤姆·雷纳", False),
        ("霍华德·林教授", False),
    ],
)
def test_a_foreign_name_is_a_name_without_an_office(words: str, whole: bool):
    assert is_name(words) == whole
