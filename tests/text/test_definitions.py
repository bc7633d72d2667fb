"""What a text itself says that a phrase consists of: invented sentences of many kinds."""

from __future__ import annotations

import pytest

from app.model import ArticleId, Block, BlockId, Definition, Header, Knowledge
from app.text.annotator import Annotator

# text | phrase | members; ¶ begins a new paragraph.
GIVEN = """
全市围绕集成电路、生物医药、人工智能三大先导产业招商。|三大先导产业|集成电路/生物医药/人工智能
小镇有三大产业：竹编、制茶、漆器。|三大产业|竹编/制茶/漆器
村里推行“三清”，即清垃圾、清淤泥、清杂物。|三清|清垃圾/清淤泥/清杂物
这门课分为听力、口语和写作三个部分。|三个部分|听力/口语/写作
他提出两点建议：一是尽快修桥，二是修桥前先通渡船。|两点建议|尽快修桥/修桥前先通渡船
校长讲了三条要求。第一，按时到校。第二，爱护书本。第三，互相帮助。|三条要求|按时到校/爱护书本/互相帮助
工作队做到“四到户”（政策到户、技术到户、资金到户、服务到户）。|四到户|政策到户/技术到户/资金到户/服务到户
协议包括仓储、运输和结算等三项内容。|三项内容|仓储/运输/结算
山东、河南、河北三省小麦丰收。|三省|山东/河南/河北
长江和黄河两条大河在这里离得最近。|两条大河|长江/黄河
面食分成蒸、煮、煎、炸四种做法。|四种做法|蒸/煮/煎/炸
医院开设“两个窗口”：军人窗口和老年人窗口。|两个窗口|军人窗口/老年人窗口
車隊途經台中、彰化、雲林三個縣市。|三個縣市|台中/彰化/雲林
本次修订突出三个重点：（一）扩大保障范围；（二）提高补助标准；（三）简化办理手续。|三个重点|扩大保障范围/提高补助标准/简化办理手续
书房里有四宝——笔、墨、纸、砚。|四宝|笔/墨/纸/砚
要处理好三对关系：快与慢、远与近、多与少。|三对关系|快与慢/远与近/多与少
银行推出“三免”服务，即免抵押、免担保、免手续费，深受小店欢迎。|三免|免抵押/免担保/免手续费
手机主要比较续航、屏幕和影像三个方面。|三个方面|续航/屏幕/影像
岛上只有两个季节，也就是旱季和雨季。|两个季节|旱季/雨季
该法规定了三类主体，包括生产者、销售者和平台经营者。|三类主体|生产者/销售者/平台经营者
所谓“新三样”，是指电动汽车、锂电池、光伏产品。|新三样|电动汽车/锂电池/光伏产品
社区有老年人、残疾人、儿童三类重点人群。|三类重点人群|老年人/残疾人/儿童
他归纳为“五个不”：不争、不抢、不怨、不躲、不等。|五个不|不争/不抢/不怨/不躲/不等
全村分东、南、北三个片区。|三个片区|东/南/北
公司面临两大难题：第一是缺钱，第二是缺人。|两大难题|缺钱/缺人
委员会下设预算、审计两个小组。|两个小组|预算/审计
“双减”（减轻作业负担、减轻校外培训负担）实施后，孩子睡得更早。|双减|减轻作业负担/减轻校外培训负担
设计遵循“安全、耐用、美观”三项原则。|三项原则|安全/耐用/美观
要坚持“早起、早睡、早读、早练”的“四早”要求。|四早|早起/早睡/早读/早练
他有三个身份：父亲、教师、志愿者。|三个身份|父亲/教师/志愿者
会议明确四项任务。一要抓好春耕；二要备足化肥；三要检修农机；四要疏通水渠。|四项任务|抓好春耕/备足化肥/检修农机/疏通水渠
厨房里常备三种油：菜籽油、花生油、芝麻油。|三种油|菜籽油/花生油/芝麻油
这次改版有两个变化。首先，字号更大。其次，目录可以折叠。|两个变化|字号更大/目录可以折叠
文件列出三步：¶一、摸清底数。¶二、分类整治。¶三、长效管护。|三步|摸清底数/分类整治/长效管护
全省建成了高铁、高速公路、内河航道“三张网”。|三张网|高铁/高速公路/内河航道
他们把“三农”（农业、农村、农民）放在心上。|三农|农业/农村/农民
公司的三大业务（云计算、广告、游戏）都在增长。|三大业务|云计算/广告/游戏
获奖的三个孩子分别是小雨、小雪、小晴。|三个孩子|小雨/小雪/小晴
博物馆设有陶器馆、铜器馆、书画馆、民俗馆四个展馆。|四个展馆|陶器馆/铜器馆/书画馆/民俗馆
比赛设“红、黄、蓝”三种颜色的队服。|三种颜色|红/黄/蓝
"""

NOT_GIVEN = """
苹果、香蕉等五种水果涨价。
他去过北京、上海、广州，三个月后回家。
我买了铅笔、橡皮和两本书。
增强“四个意识”、坚定“四个自信”、做到“两个维护”。
坚定“四个自信”、做到“两个维护”。
贯彻“三个代表”重要思想、科学发展观。
全省有四个市、二十个县。
三个代表队来自甲校、乙校。
“五一”（放假三天、调休一天）期间游人不断。
两位老人（孙子和保姆不算在内）走在前面。
会议有三项议程，包括预算和人事。
一是一，二是二，他从不含糊。
他提出三点意见。一是路太窄，二是灯太暗。
他提出两点意见。一是路太窄，二是灯太暗，三是人太多。
四大发明之一的造纸术和印刷术传到了西方。
数据说明“两个提高”：甲公司去年的利润比前年多了一百万元，员工也多了三十人；乙公司今年向三所小学捐款二百万元，还修了一条路。
他三次到北京、天津、上海考察。
除北京、上海外，另有三个城市入选。
北京、上海以外的两个城市落选。
东部、中部地区的两个县受灾。
老王、老李、老张的三个孩子都考上了大学。
双方在贸易、科技等多个领域合作。
“十四五”（2021—2025年）期间要修完这条路。
两国领导人就贸易和气候交换意见。
他说了三句话：你好、再见。
五条路线中，东线和西线已经开通。
这部小说在南京、苏州两度再版。
父亲、母亲两次进城。
春天、夏天两个月没下雨。
该市辖三区两县，包括东湖区、西山区。
第三个问题：钱、人、地。
每三个人：锅、碗、勺各一件。
十二项指标，包括产量、质量。
“三证合一”改革、“两证整合”改革同步推进。
会议讨论了预算、人事、基建及其他三个议题。
要发挥“三个作用”，落实责任、改进方法、提高效率。
他用两年时间：学木工、学电焊。
浙江、江苏十三个县参加。
第一，天冷。第二，路滑。两个人都没来。
“两项任务”（见附件一、附件二）已经下达。
他先去了南京，后来在无锡、常州待了两天。
"""


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(Knowledge())


def defined(annotator: Annotator, text: str) -> list[tuple[str, list[str]]]:
    """The phrases that a text defines, each with its members, in words."""
    blocks = [Block(BlockId(f"b{n}"), n, "paragraph", t) for n, t in enumerate(text.split("¶"), 1)]
    document = annotator.annotate(Header(ArticleId("x"), "题"), 0, blocks)
    texts = {b.id: b.text for b in blocks}
    return [
        (texts[d.block][d.start : d.end], [texts[m.block][m.start : m.end] for m in d.members])
        for d in document.definitions
    ]


@pytest.mark.parametrize("line", GIVEN.strip().splitlines())
def test_a_text_defines_its_phrase(annotator: Annotator, line: str):
    text, phrase, members = line.split("|")
    assert (phrase, members.split("/")) in defined(annotator, text)


@pytest.mark.parametrize("text", NOT_GIVEN.strip().splitlines())
def test_no_list_is_claimed_that_is_incomplete_or_belongs_elsewhere(annotator: Annotator, text: str):
    assert defined(annotator, text) == []


def test_a_definition_points_at_the_words(annotator: Annotator):
    block = Block(BlockId("b1"), 1, "paragraph", "他提出两点建议：一是修桥，二是铺路。")
    (found,) = annotator.annotate(Header(ArticleId("x"), "题"), 0, [block]).definitions
    assert isinstance(found, Definition)
    assert (found.block, found.start, found.end) == ("b1", 3, 7)
    assert [(m.block, m.start, m.end) for m in found.members] == [("b1", 10, 12), ("b1", 15, 17)]
