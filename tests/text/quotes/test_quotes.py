"""Who said what, read as marked text.

In a marked text a quotation is in square brackets after its speaker and its type, 直 direct, 转 indirect,
混 mixed or 引 ascribed, and marks that hold no speech have a star: 贺兰亭说，[贺兰亭 转|要修好“*老桥”。]
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model import Block, BlockId, Kind, Office, Person, Speaker, SpeakerId
from app.text.folding import normalize
from app.text.quotes.attribution import SpeakerIndex, attribute
from app.text.quotes.matching import Places

GOLDEN = sorted((Path(__file__).parents[2] / "golden" / "quotes").glob("*.txt"))
LETTER = {"direct": "直", "indirect": "转", "mixed": "混", "ascribed": "引"}


def blocks(text: str, kind: Kind = "paragraph") -> list[Block]:
    return [Block(BlockId(f"b{n}"), n, kind, line) for n, line in enumerate(text.strip().split("\n"), 1)]


def marked(text: str) -> str:
    """The text with who says what marked in it."""
    source = blocks(text)
    return mark(source, attribute(source))


def mark(source: Sequence[Block], found: SpeakerIndex) -> str:
    names = {speaker.id: speaker.name for speaker in found.speakers}
    lines = []
    for block in source:
        signs: list[tuple[int, int, int, str]] = []
        for q in found.quotations:
            if q.block == block.id:
                who = names[q.speaker] if q.speaker else "?"
                signs.append((q.span.start, 1, -q.span.end, f"[{who} {LETTER[q.manner]}|"))
                signs.append((q.span.end, 0, -q.span.start, "]"))
        signs += [
            (m.span.start, 2, 0, "*") for m in found.quote_marks if m.block == block.id and not m.speech
        ]
        line, at = "", 0
        for place, _, _, sign in sorted(signs):
            line += block.text[at:place] + sign
            at = place
        lines.append(line + block.text[at:])
    return "\n".join(lines)


def plain(text: str) -> str:
    """A marked text without its marks."""
    return re.sub(r"\[[^\]|]* [直转混引]\||\]|(?<=[“‘「『])\*", "", text)


def speakers(text: str) -> dict[str, Speaker]:
    return {speaker.name: speaker for speaker in attribute(blocks(text)).speakers}


# --- whole articles ------------------------------------------------------------------------------------


def cast_lines(found: SpeakerIndex) -> str:
    return "\n".join(
        " · ".join((s.name, s.kind, s.role or "–", *(["又作 " + "、".join(s.aliases)] if s.aliases else [])))
        for s in found.speakers
    )


@pytest.mark.parametrize("page", GOLDEN, ids=lambda page: page.stem)
def test_golden_articles(page: Path):
    what, text, cast = (*page.read_text("utf-8").strip().split("\n\n"), "")[:3]
    source = blocks(plain(text))
    found = attribute(source)
    if os.environ.get("MEIPI_GOLDEN") == "rewrite":
        page.write_text(f"{what}\n\n{mark(source, found)}\n\n{cast_lines(found)}\n".rstrip() + "\n", "utf-8")
        return
    assert mark(source, found) == text
    assert cast_lines(found) == cast.strip()


# --- one pattern at a time -----------------------------------------------------------------------------

SENTENCES = [
    # direct, before and after the verb, in both scripts
    "贺兰亭说：“[贺兰亭 直|水位正在回落。]”",
    "賀蘭亭說：「[賀蘭亭 直|水位正在回落。]」",
    '贺兰亭说："[贺兰亭 直|水位正在回落。]"',
    "“[贺兰亭 直|水位正在回落。]”贺兰亭说。",
    "“[贺兰亭 直|水位正在回落，]”县水务局局长贺兰亭说，“[贺兰亭 直|堤坝没有危险。]”",
    "「[賀蘭亭 直|水位正在回落]」，賀蘭亭說。",
    "贺兰亭笑着说：“[贺兰亭 直|我们守住了。]”",
    "贺兰亭感叹道：“[贺兰亭 直|真不容易啊！]”",
    "贺兰亭在微博上写道：“[贺兰亭 直|今夜无眠。]”",
    # indirect, with and without a comma
    "贺兰亭表示，[贺兰亭 转|水位正在回落。]",
    "贺兰亭认为[贺兰亭 转|今年的水比往年来得早。]",
    "賀蘭亭指出[賀蘭亭 转|今年的水比往年來得早。]",
    "县水务局局长贺兰亭昨天在接受本报记者采访时表示，[贺兰亭 转|水位正在回落。]",
    "贺兰亭告诉记者，[贺兰亭 转|水位正在回落。]",
    "贺兰亭对村民们说，[贺兰亭 转|水位正在回落。]",
    "消防署已发出警报，建议[消防署 转|市民尽量避免外出。]",
    "邵一鸣呼吁[邵一鸣 转|各方保持克制。]",
    "贺兰亭还补充说，[贺兰亭 转|水位正在回落。]",
    "海港日报援引专家的话说，[专家 转|水位正在回落。]",
    # the place of the source
    "据贺兰亭介绍，[贺兰亭 转|新馆共有六个展厅。]",
    "据一名不愿透露姓名的店员透露，[一名不愿透露姓名的店员 转|货架是前一天才装好的。]",
    "在贺兰亭看来，[贺兰亭 转|好的展览让人走慢一点。]",
    "对此，县水务局局长贺兰亭回应称，[贺兰亭 转|水位正在回落。]",
    "9月16日上午，贺兰亭说，[贺兰亭 转|水位正在回落。]",
    "问清缘由后民警告诉他，[民警 转|下次要早点报信。]",
    "市科协副主席，北岭大学教授沈怀瑾说，[沈怀瑾 转|看星星要等。]",
    "欧阳明远说，[欧阳明远 转|路通了。]",
    "许陈秀云表示，[许陈秀云 转|协会会继续努力。]",
    "汤姆·雷纳（Tom Reiner）表示，[汤姆·雷纳 转|新车明年上市。]",
    "商會發言人布蘭特（Clara Brandt）說，[布蘭特 转|疫情已受控制。]",
    "杨某说，[杨某 转|他没有来过这里。]",
    "梅女士向记者反映，[梅女士 转|楼道灯坏了三天。]",
    # a name that ends like an adverb or an auxiliary, a name before an act, a pet name, one known by age
    "县医院急诊科主任严可表示，[严可 转|三名伤者没有生命危险。]",
    "植物醫師賀守一解釋，[賀守一 转|病菌靠根系傳染。]",
    "门将傅晓岚在个人账号上写道：“[傅晓岚 直|是我没守住。]”",
    "主演贺兰亭接过话筒打趣道：“[贺兰亭 直|导演的脸比天还阴。]”",
    "技术骨干小温说，[小温 转|最难的是密封。]",
    "74岁的岩香站在门口说：“[岩香 直|人还在。]”",
    "的士司机从业员总会主席贺兰亭批评当局“[贺兰亭 直|拖拖拉拉]”，指[贺兰亭 混|业界“等到颈都长”。]",
    "26岁的大学生卡米拉告诉记者，[卡米拉 转|她打算留下来。]",
    # words called, reckoned or left behind
    "傅晓岚驳斥这一报道，称其为“[傅晓岚 直|不负责任的谣言]”。",
    "傅晓岚算了一笔账：[傅晓岚 转|一亩地要多花三百元。]",
    "傅晓岚总是一句“[傅晓岚 直|再看看]”就走了。",
    "贺兰亭奉劝对方，“[贺兰亭 直|不要越走越远]”。",
    "賀蘭亭隨後否認，稱[賀蘭亭 混|報導「純屬虛構」。]",
    "当地《海港日报》则称，[海港日报 转|闸门一直没有人管。]",
    "海港天文台料[海港天文台 转|今日下午有骤雨。]",
    # whose words those are, in the same paragraph
    "“[方爱珍 直|我三年没下过楼了。]”说这话的是家住二号楼的方爱珍，今年78岁。",
    "“[付先生 直|这不是钱的问题。]”电话那头，付先生的语气有些激动。",
    "“[贺兰亭 直|从没有过这样的夜晚，]”赛后发布会上，贺兰亭说，“[贺兰亭 直|大家都累了。]”",
    # fragments that are said of a subject, and words on a board
    "贺兰亭表示，[贺兰亭 混|美方“密切关注”局势。]",
    "贺兰亭说，[贺兰亭 混|公司一向“随行就市”，不会降价。]",
    "贺兰亭警告说，[贺兰亭 混|欧洲将“付出沉重代价”。]",
    "贺兰亭说，[贺兰亭 转|教练在板上写了两个字：“*相信”。]",
    "对此，教育局晚间发布新闻稿回应，[教育局 转|会审慎评估。]",
    "贺兰亭说，[贺兰亭 混|这是近年“最令人兴奋的发现之一”。]",
    "印傭Siti憶述，[Siti 转|開門只見濃煙。]",
    # many and none
    "不少家长认为，[不少家长 转|校车应该晚半小时发车。]",
    "有网友质疑：“[网友 直|为什么没有人检查？]”",
    "干部群众纷纷表示，[干部群众 转|一定把堤坝守好。]",
    "一名外地来的瓦工说，[一名外地来的瓦工 转|饭菜是中午送来的。]",
    "林姓住戶說，[林姓住戶 转|當時聽到一聲巨響。]",
    "青禾公司宣布，[青禾公司 转|明天恢复生产。]",
    "美国表示，[美国 转|谈判下周继续。]",
    "《海港日报》称，[海港日报 转|当晚只有一人值班。]",
    "会议强调，[会议 转|要把堤坝巡查放在首位。]",
    "贺兰亭和傅晓岚表示，[贺兰亭和傅晓岚 转|水位正在回落。]",
    # a source after an office, whatever follows; a time before it
    "8月3日清晨六点，河湾镇副镇长贺兰亭蹚着水往回走，边走边喊：“[贺兰亭 直|都跟我来！]”",
    "该馆馆长贺兰亭表示，[贺兰亭 转|新馆下月开放。]",
    "水利專家、北嶺大學教授賀蘭亭受訪時指出，[賀蘭亭 转|水庫要清淤。]在他看來，[賀蘭亭 转|光靠下雨不夠。]",
    "网友“*一只灰鹭”在视频下面写道：“[一只灰鹭 直|河水真清啊。]”也有网友质疑[网友 转|预报来得太晚。]",
    "法國《港灣郵報》報道稱，[港灣郵報 转|談判已近尾聲。]",
    "海港日报客户端评论称，[海港日报客户端 转|堤坝不能等到雨天才修。]",
    # a gesture with fewer than eight characters after it, and a clause
    "镇长周海波表示感谢水渠修到村口去。",
    "镇长周海波表示[周海波 转|感谢水渠工程早日修通。]",
    "法国渔业部长则对此表示欢迎，称[法国渔业部长 转|谈判终于有了结果。]",
    "欧洲渔业委员会发言人拒绝评论此事，但强调[欧洲渔业委员会发言人 转|任何船只都必须登记。]",
    "汤姆·雷纳当天在港口说，[汤姆·雷纳 转|新船明年下水。]",
    "挪威首相艾德和瑞典首相雷纳在港口表示，[艾德和雷纳 转|两国要一起修桥。]",
    "听众余女士听完后感慨：“[余女士 直|原来如此。]”",
    "有摊贩表示，[摊贩 转|生意比去年少了三成。]",
    "他的回答很干脆：“[? 直|我不卖。]”",
    "青禾公司发表声明，呼吁[青禾公司 转|同行停止压价。]",
    "对于公众要求公布名单，协会答复说，[协会 转|名单下周公布。]",
    "“*您怎么看？”记者问。“[贺兰亭 直|水位还在降。]”贺兰亭说。",
    "率先上岸的傅晓岚擦着眼泪说：“[傅晓岚 直|我没事。]”",
    "青禾公司表示，[青禾公司 转|不会涨价。]蓝湾则较为谨慎，认为[蓝湾 转|成本还会上升。]",
    "影评人梅子青在专栏里写道：“[梅子青 直|海水涨了又落。]”",
    # headlines
    "县水务局：[县水务局 直|水位开始回落]",
    "午饭里有虫 校方：[校方 直|马上换厂家]",
    # another person's words within a quotation
    "“[贺兰亭 直|我爷爷说：‘[我爷爷 直|水往低处走。]’]”贺兰亭回忆。",
    "“[贺兰亭 直|我对他们说‘*都回去’，没有人动。]”贺兰亭说。",
    "贺兰亭说，[贺兰亭 转|她报过三次修，店员只说“[店员 直|再等等]”。]",
    # no verb
    "候选人张远航：“[张远航 直|我只想找一份离家近的工作。]”",
    "余先生松了口气，“[余先生 直|还好，屋顶没有漏。]”",
    "居民胡阿姨打来电话：“[胡阿姨 直|楼道里有烟！]”",
    "网友“*北方的风”说：“[北方的风 直|路灯终于亮了。]”",
    "会场后排有人喊道：“[有人 直|我不同意！]”",
    "小将王子铭难掩兴奋之情：“[王子铭 直|做梦都没想到！]”",
    "傅晓岚形容搭档是“[傅晓岚 直|最好的队友]”。",
    "“[段小禾 直|这是我们没有料到的。]”论文第一作者、博士生段小禾告诉记者。",
    "马德福一边说，一边取出一只旧闹钟。",
    "傅晓岚呼吁[傅晓岚 转|各国兑现承诺。]",
    "海港日报援引一名外交官的话报道，[一名外交官 转|谈判进展缓慢。]",
    "簡玉琴今早見記者，表示[簡玉琴 转|政府會繼續努力。]",
    # fragments and terms
    "邵一鸣说，[邵一鸣 混|停工将是“无限期”的，直到厂方答应为止。]",
    "贺兰亭说，[贺兰亭 转|这里是全县的“*米仓”。]",
    "贺兰亭说，[贺兰亭 转|水位正在回落]，“[贺兰亭 直|请大家放心。]”",
    # a further verb of the same source, a new source
    "盧俊宏說，[盧俊宏 转|颱風來得早，感到可惜，認為補助太慢。]",
    "贺兰亭说，[贺兰亭 转|水位在降]；傅晓岚则说，[傅晓岚 转|还不能松懈。]",
    "贺兰亭说，[贺兰亭 转|水位在降]，但这也正说明巡查的要紧。",
]

SILENT = [
    "据悉，新馆下月开放。",
    "据了解，新馆下月开放。",
    "据介绍，门票价格不变。",
    "据市统计局统计，去年来馆的人超过四十万。",
    "据新华社报道，新馆下月开放。",
    "记者从市教委获悉，新学期推迟开学。",
    "记者了解到，路面已经修好。",
    "数据显示，其中一半是学生。",
    "调查指出，多数人停留不到两小时。",
    "《通知》强调，各地要加强检查。",
    "消息称，双方将于下周会面。",
    "大会对家属表示慰问。",
    "工会号召罢工。",
    "公司将于下周宣布新的安排。",
    "他拒绝透露具体数字。",
    "公司尚未回应。",
    "也就是说，路通了。",
    "换句话说，路通了。",
    "馆长解释了规则。",
    "他写的小说卖得很好。",
    "这条街有“*小江南”之称。",
    "门楼上写着“*吉祥如意”。",
    "众所周知，春天雨水多。",
    "余女士被告知，号已经挂完了。",
    "记者问：“*这是真的吗？”",
    "他美其名曰“*考察”，其实是旅游。",
    "局长对此不予置评。",
    "贺兰亭会预测或评论水位的升降。",
    "几个人和值班的民警打招呼、说一声晚安。",
    "直指被告说法令人难以相信。",
    "自称“*水猴子”的男子走了。",
    "他们从未对别人提及，包括父母。",
    "有传媒引述消息指，当局正在研究。",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_who_says_what_in_a_sentence(sentence: str):
    assert marked(plain(sentence)) == sentence


@pytest.mark.parametrize("sentence", SILENT)
def test_nobody_speaks_in_a_sentence(sentence: str):
    assert marked(plain(sentence)) == sentence


# --- another than the nearest name ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        # a relative is not the bearer of the name
        "小禾爸爸说，[小禾爸爸 转|孩子已经上学了。]小禾也说，[小禾 转|路很近。]",
        "贺兰亭妻子说，[贺兰亭妻子 转|他还没有回家。]",
        "被害人李某的父亲说，[被害人李某的父亲 转|他不接受调解。]",
        # an accused person, not a passive
        "被告人王某辩称，[王某 转|自己并不知情。]",
        "被告王某当庭表示，[王某 转|愿意赔偿。]",
        # classical 曰
        "孔子曰：“[孔子 直|学而时习之。]”",
        "孟子曰：“[孟子 直|鱼，我所欲也。]”意思很清楚。",
        # both sides are neither of them
        "津方表示，[津方 转|愿意合作。]双方一致认为，[双方 转|要加强往来。]",
        "渔工庄树海说，[庄树海 转|船坏了。]两人都说，[? 转|不会再出海。]",
        "村民庄树海和贺兰亭说，[庄树海和贺兰亭 转|路太窄。]两人表示，[庄树海和贺兰亭 转|希望早点修。]",
        # an indefinite person was not spoken of before
        "亲爱的同学们，今天毕业了。有位同学写信说，[同学 转|她做了三年实验。]",
        # the clause before has a subject of its own
        "贺兰亭建议，[贺兰亭 转|各地要抓紧排查。]\n"
        "省里派出的工作组已赶赴现场，要求[省里派出的工作组 转|当地尽快恢复供电。]",
        "贺兰亭建议，[贺兰亭 转|各地要抓紧排查。]\n洪水已经退去，要求各村尽快检修渠道。",
        # an act of saying without words still tells whom a pronoun means
        "县委干部说，[县委干部 转|要办好活动。]\n老党员徐祝福一脸自豪。“[徐祝福 直|这是大家的节日。]”他说。",
        # a known part of a foreign name
        "第一夫人阿莉娅·莫雷诺出席仪式。\n陈兰说，[陈兰 转|友谊长存。]\n莫雷诺高度赞赏这批物资。"
        "她表示，[阿莉娅·莫雷诺 转|药品很及时。]莫雷诺还参观了学校。",
        # a label with a space in it
        "七星农场种植户 张景会：[张景会 直|今年一亩地多打了七八十斤。]",
        # a relative clause before the office
        "就如她帮助过的当事人所说：“[她帮助过的当事人 直|这里像一盏灯。]”",
        "替代奖的组织方说：“[替代奖的组织方 直|她很有勇气。]”",
        # an owner of something does not speak for it
        "贺兰亭说，[贺兰亭 转|路修好了。]傅晓岚的工作室就在山脚，“*到时候你们去玩！”",
        # words cited with 如…所说
        "正如郑秉文同志所说，[郑秉文 转|渠是一锹一锹挖出来的。]",
        "诚如校长贺兰亭在会上所言：“[贺兰亭 直|水会清的。]”",
        # described by a letter, by a body and a number, by a body with a verb in it
        "女事主X供称，[女事主X 转|她一直后退。]",
        "州教育局一位官员对我说，[州教育局一位官员 转|还有二十七个教学点。]",
        "人力资源社会保障部有关负责人表示，[人力资源社会保障部有关负责人 转|条件已经具备。]",
        # short foreign names that come again
        "外长王毅应约同乌克兰外长库列巴通电话。\n库列巴介绍了形势，表示[库列巴 转|希望中方发挥作用。]",
        "联合会主席科瓦奇对支持表示感谢，称[科瓦奇 转|愿与使馆继续合作。]",
        # a reaction ends reported speech; a time before 抱怨 makes it no noun
        "同宿舍的小芬说，[小芬 转|工资不高。]大家都笑了。",
        "供热公司经理孟祥和接受采访时抱怨，[孟祥和 转|煤价涨了一倍。]",
        "老阿妈拉着她的手，翻译过来是：“[老阿妈 直|雪化了要回来。]”",
        # the owner of words; a person whom a clause introduces as its object
        "“[张继明 直|现在是护鱼人。]”安徽渔民张继明的话，道出了许多人的心声。",
        "家长说，[家长 转|米饭是夹生的。]我找到一位做团餐的厨师，他告诉我，[一位做团餐的厨师 转|只剩四块。]",
        "郑秉文强调，[郑秉文 转|要修复长江。]三年来，沿江各地退捕上岸。",
        # 热情 does not end a foreign name
        "联合国妇女俱乐部主席格布雷塞拉西热情致辞，表示[格布雷塞拉西 转|希望继续合作。]",
        # a woman named before, not a caller of unknown sex
        "何秀兰接到电话。工头的声音发抖：“[工头 直|你快来。]”\n她后来对我说，[何秀兰 转|一路上什么都没想。]",
    ],
)
def test_the_right_one_speaks(text: str):
    assert marked(plain(text)) == text


# --- how far reported speech goes ----------------------------------------------------------------------


def test_it_goes_on_while_the_source_argues():
    text = "贺兰亭说，[贺兰亭 转|水位在降。要守好每个险段。我们不能松懈。]"
    assert marked(plain(text)) == text


@pytest.mark.parametrize(
    "narrator",
    [
        "记者看到，闸门已经打开。",
        "当天下午，水位回到警戒线以下。",
        "据了解，全县共有七座闸门。",
        "这意味着，险情已经过去。",
        "也就是说，路可以走了。",
        "傅晓岚昨天也来到现场。",
    ],
)
def test_it_stops_where_the_narrator_takes_over(narrator: str):
    before = "青禾镇副镇长傅晓岚说，[傅晓岚 转|粮食够吃。]\n"
    text = before + "贺兰亭说，[贺兰亭 转|水位正在回落。]" + narrator
    assert marked(plain(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "我上小学时常考不好。\n姥姥把算盘一放：“[姥姥 直|来，姥姥教你。]”我嫌丢人，说现在都用计算器了。",
        "我到老家时下着雨。\n舅舅说，[舅舅 转|路不好走。]我点点头，说不要紧。",
        "那年我十岁。\n贺兰亭说，[贺兰亭 转|水要一勺一勺舀。]我不服气，回答说一桶更快。",
        # a name in marks, of what is not known
        "贺兰亭说，[贺兰亭 转|检验不合格。]\n涉事品牌之一“*晴日”回复查询时称，方法有问题。",
        "贺兰亭说，[贺兰亭 转|路明天通。]\n当地乐队“*三只羊”说，演出照旧。",
        "贺兰亭说，[贺兰亭 转|雨还要下。]\n停在岸边的“*红星七号”回答说，收到。",
    ],
)
def test_another_subject_is_not_the_last_speaker(text: str):
    assert marked(plain(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "我常去巷尾的旧书店。\n贺兰亭说，[贺兰亭 转|天堂是图书馆的样子。]我倒觉得，天堂是旧书店。",
        "那年冬天，我回到老家。\n贺兰亭说，[贺兰亭 转|新书是新朋友。]后来她走了，我每次进门还看左边的架子。",
        "我想讲一件事。\n贺兰亭说，[贺兰亭 转|尊严来自课堂。]我很赞成。",
        # not where the author keeps out of the text
        "贺兰亭说，[贺兰亭 转|厂子不能停。我每天六点就到。]",
        # nor where all of them speak
        "我们镇不大。\n贺兰亭说，[贺兰亭 转|厂子不能停。我每天六点就到。]",
    ],
)
def test_the_author_s_i_is_not_the_speaker_s(text: str):
    assert marked(plain(text)) == text


@pytest.mark.parametrize(
    "other",
    [
        "与此相对，第一生命经济研究所的熊野英生警告，过早行动会伤人。",
        "但南岸研究所的布赖警告，河床变浅。",
        "相比之下，下游大学的藤枝真一指出，河床变浅。",
        "在南岸执教多年的拉万托认为，水位还会涨。",
    ],
)
def test_it_stops_where_another_one_speaks_though_nobody_knows_who(other: str):
    text = "贺兰亭说，[贺兰亭 转|水位正在回落。]" + other
    assert marked(plain(text)).startswith("贺兰亭说，[贺兰亭 转|水位正在回落。]")


def test_a_pronoun_means_the_one_whose_pet_name_follows_a_calling():
    text = (
        "公关部的邹小姐介绍，[邹小姐 转|共有二十六名乐手。]\n下班的会计小蔡每天来。她说，[小蔡 转|琴声好听。]"
    )
    assert marked(plain(text)) == text


def test_it_stops_at_the_end_of_the_paragraph():
    text = "贺兰亭说，[贺兰亭 转|水位正在回落。]\n堤坝没有危险。"
    assert marked(plain(text)) == text


def test_a_story_told_at_length_goes_on_with_the_speech_in_it():
    text = "老人回忆说，[老人 转|那年水很大。船工们喊道：“[船工们 直|快上船！]”一村人都得救了。]"
    assert marked(plain(text)) == text


# --- who is meant --------------------------------------------------------------------------------------


def test_pronouns_point_to_the_one_who_spoke_last():
    text = "贺兰亭说，[贺兰亭 转|水在降。]他认为，[贺兰亭 转|明天会晴。]"
    assert marked(plain(text)) == text


def test_pronouns_point_to_the_subject_of_the_story():
    text = "驻村书记郑秉文在田边蹲下，看了看鞋底。“[郑秉文 直|第二双了。]”他说。"
    assert marked(plain(text)) == text


def test_whoever_is_speaking_says_the_quotations_that_stand_alone():
    text = "网友们说：[网友们 转|这样的夜市才有味道。]\n“[网友们 直|看到大家吃得这样香，真有点馋。]”"
    assert marked(plain(text)) == text


def test_the_next_paragraph_may_say_who_spoke():
    text = "“[韩立青 直|等你们住上一年，就舍不得走了。]”\n说这话的大叔韩立青是个外乡人。"
    assert marked(plain(text)) == text


def test_the_longest_description_is_the_role():
    text = "县水务局局长贺兰亭来到现场。\n县水务局党组书记、局长贺兰亭说，水在降。\n局长贺兰亭说，明天会晴。"
    assert speakers(text)["贺兰亭"].role == "县水务局党组书记、局长"


def test_a_description_may_follow_the_name():
    assert speakers("罗曼是南校老师，也吹长笛。罗曼说，好曲子不怕旧。")["罗曼"].role == "南校老师"


def test_forms_of_address_are_aliases_not_roles():
    speaker = speakers("周慕云说，路通了。周先生又说，灯也亮了。")["周慕云"]
    assert speaker.role is None
    assert speaker.aliases == ("周先生",)


def test_short_forms_join_the_body_they_stand_for():
    found = speakers("青禾公司表示，明天恢复生产。公司称，设备没有受损。")
    assert list(found) == ["青禾公司"]
    assert found["青禾公司"].kind == "organisation"


def test_a_medium_speaks_through_its_report():
    found = attribute(blocks("《海港日报》称，当晚只有一人值班。报道还说，警报器早就坏了。"))
    assert [s.name for s in found.speakers] == ["海港日报"]
    assert len(found.quotations) == 2


def test_a_source_nobody_can_name_stays_unknown():
    (quotation,) = attribute(blocks("“我们会一直等下去，等到路修好的那一天。”")).quotations
    assert quotation.speaker is None
    assert quotation.confidence < 0.6


def test_every_attribution_says_why_and_how_sure():
    found = attribute(blocks("贺兰亭表示，水在降。他说，明天会晴。"))
    named, pointed = found.quotations
    assert named.why == "引导词“表示”，主语“贺兰亭”"
    assert pointed.why == "引导词“说”，“他”指前文贺兰亭"
    assert named.confidence > pointed.confidence > 0.6
    assert (named.cue, named.source and named.source.span.start) == ("表示", 0)


def test_a_short_foreign_name_is_the_long_one():
    found = speakers("策展人汤姆·雷纳说，时间不多了。雷纳还说，馆方要行动。雷纳强调，要快。")
    assert list(found) == ["汤姆·雷纳"]
    assert found["汤姆·雷纳"].aliases == ("雷纳",)


def test_grandmother_chen_is_not_her_granddaughter_of_the_same_surname():
    found = speakers(
        "“能吃上白面就是过年。”陈奶奶说。\n孙女陈小雨插嘴：“奶奶又讲古了。”\n陈奶奶笑骂：“你懂什么！”"
    )
    assert list(found) == ["陈奶奶", "陈小雨"]


def test_a_nearer_reading_of_a_name_wins_when_it_stands_elsewhere():
    assert list(speakers("林禾已经来了。林禾笑着说，路通了。林禾走了。")) == ["林禾"]


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("賀蘭亭說，水位正在回落。", "贺兰亭说，水位正在回落。"),
        ("據館長柯敏介紹，新館下月開放。", "据馆长柯敏介绍，新馆下月开放。"),
    ],
)
def test_both_scripts_are_read_alike(traditional: str, simplified: str):
    one, other = attribute(blocks(traditional)), attribute(blocks(simplified))
    assert [(q.span, q.type) for q in one.quotations] == [(q.span, q.type) for q in other.quotations]
    assert [len(s.name) for s in one.speakers] == [len(s.name) for s in other.speakers]


# --- joining to known people ---------------------------------------------------------------------------

EMPEROR = Person(SpeakerId("tang-taizong"), "李世民", offices=(Office("皇帝", "唐朝"),))
MAYOR = Person(
    SpeakerId("he-lanting"),
    "贺兰亭",
    name_hant="賀蘭亭",
    aliases=("贺局长",),
    offices=(Office("局长", "县水务局"),),
)


def joined(text: str, *people: Person) -> Speaker:
    return attribute(blocks(text), people=people).speakers[0]


def test_name_and_office_join_a_speaker_to_a_known_person():
    speaker = joined("县水务局局长贺兰亭说，水位正在回落。", MAYOR)
    assert (speaker.id, speaker.recorded, speaker.doubt) == ("he-lanting", True, "")
    assert joined("縣水務局局長賀蘭亭說，水位正在回落。", MAYOR).id == "he-lanting"


def test_a_namesake_with_another_office_stays_apart():
    speaker = joined("北岭大学天文系2022级博士生李世民说，石头比想象的重。", EMPEROR)
    assert speaker.id == "李世民"
    assert not speaker.recorded
    assert "职务不合" in speaker.doubt


def test_scripts_and_forms_of_address_of_one_person_have_one_id():
    texts = (
        "毛主席说，要多读书。",
        "毛泽东说，要多读书。",
        "毛澤東說，要多讀書。",
        "毛澤東主席說，要多讀書。",
    )
    assert {joined(text).id for text in texts} == {"毛泽东"}


def test_a_form_of_address_is_the_one_named_in_full():
    found = attribute(blocks("毛泽东在会上讲话。郑秉文说，好。毛主席说，要多读书。毛泽东说，散会。"))
    assert [s.name for s in found.speakers] == ["郑秉文", "毛泽东"]


def test_an_office_in_a_form_of_address_joins_without_a_doubt():
    chairman = Person(SpeakerId("mao-zedong"), "毛泽东", offices=(Office("主席", "中共中央"),))
    speaker = joined("毛主席说，要多读书。", chairman)
    assert (speaker.id, speaker.doubt) == ("mao-zedong", "")


def test_a_bare_name_joins_with_a_doubt():
    speaker = joined("贺兰亭说，水位正在回落。", MAYOR)
    assert speaker.recorded
    assert "仅据姓名" in speaker.doubt


def test_two_namesakes_and_no_office_join_nobody():
    other = Person(SpeakerId("he-lanting-2"), "贺兰亭", offices=(Office("诗人"),))
    speaker = joined("贺兰亭说，水位正在回落。", MAYOR, other)
    assert not speaker.recorded
    assert speaker.doubt


def test_a_made_id_is_never_that_of_a_known_person():
    person = Person(SpeakerId("贺兰亭"), "贺兰亭", offices=(Office("诗人", "南社"),))
    assert joined("县水务局局长贺兰亭说，水位正在回落。", person).id != "贺兰亭"


# --- the client's article ------------------------------------------------------------------------------

SEED_SPEAKERS = {
    "习近平": "中共中央总书记、国家主席、中央军委主席",
    "本市科技系统干部群众": None,
    "徐枫": "上海市科技工作党委书记",
    "骆大进": "上海市科委主任",
    "丁奎岭": "中国科学院院士、上海交通大学校长",
    "丁雷": "中国科学院上海技术物理研究所所长",
    "杜德斌": "华东师范大学全球创新与发展研究院院长",
    "李世民": "复旦大学计算机科学技术学院2022级博士生",
}


def seed() -> list[Block]:
    """The client's article: headings and paragraphs as an editor keeps them."""
    page = (Path(__file__).parents[3] / "content/articles/shanghai-kechuang/article.md").read_text("utf-8")
    parts = re.split(r"\n\s*\n", page.split("\n---\n", 1)[1].strip())
    return [
        Block(BlockId(f"b{n}"), n, "heading" if part.startswith("#") else "paragraph", part.lstrip("# "))
        for n, part in enumerate(parts, 1)
        if not part.startswith("{")
    ]


def test_the_clients_article_is_read_without_a_fault():
    found = attribute(seed())
    assert {s.name: s.role for s in found.speakers} == SEED_SPEAKERS
    own = [q for q in found.quotations if not q.ascribed]
    assert [q.type for q in own].count("direct") == 4
    assert [q.type for q in own].count("mixed") == 1
    assert len(own) == 15
    assert sum(m.speech for m in found.quote_marks) == 5
    assert all(q.confidence >= 0.7 for q in own)
    texts = {b.id: b.text for b in seed()}
    names = {s.id: s.name for s in found.speakers}
    assert [
        (names[q.speaker], texts[q.block][q.span.start : q.span.end], q.confidence >= 0.6)
        for q in found.quotations
        if q.ascribed and q.speaker
    ] == [
        ("习近平", "加快向具有全球影响力的科技创新中心迈进。", True),
        ("习近平", "以科技创新为引领，加强关键核心技术攻关，促进传统产业转型升级", False),
        ("习近平", "继续当好全国改革开放排头兵、创新发展先行者", True),
    ]


# --- whatever the text ---------------------------------------------------------------------------------

SCRAPS = st.lists(
    st.sampled_from(
        [
            *"说他“”「」『』‘’，。：；！？（）《》的在和、 某",
            "贺兰亭",
            "表示",
            "局长",
            "“好。”",
            "据",
            "看来",
            "a·b",
            '"',
            "\n",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.lists(SCRAPS | st.text(max_size=30), max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_spans_inside_it_and_the_same_marks(lines: list[str]):
    source = [Block(BlockId(str(n)), n, "paragraph", line) for n, line in enumerate(lines)]
    found = attribute(source)
    length = {block.id: len(block.text) for block in source}
    known = {speaker.id for speaker in found.speakers}
    assert len(known) == len(found.speakers)
    for q in found.quotations:
        assert 0 <= q.span.start < q.span.end <= length[q.block]
        assert q.speaker is None or q.speaker in known
        assert 0 <= q.confidence <= 1
        assert q.why
    for m in found.quote_marks:
        assert 0 <= m.span.start < m.span.end <= length[m.block]
    assert known == {q.speaker for q in found.quotations if q.speaker}


@given(st.text(alphabet=st.characters(), max_size=200))
def test_folding_keeps_every_place(text: str):
    assert len(normalize(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "“" * 20_000,
        "”" * 20_000,
        "“‘" * 10_000,
        "他说，" * 10_000,
        "“好。”" * 10_000,
        "的" * 20_000 + "说，好",
        "（" * 20_000,
        "张三说" * 5_000,
    ],
    ids=["opening", "closing", "nested", "he says", "short", "de", "brackets", "no mark"],
)
def test_a_long_odd_paragraph_is_read_to_its_end(text: str):
    attribute(blocks(text))


def test_a_name_of_two_characters_behind_an_office_may_end_the_text():
    found = attribute(blocks("局长贺兰说，水位在降。\n副局长贺兰"))
    assert [(s.name, s.role) for s in found.speakers] == [("贺兰", "副局长")]


def test_words_have_their_places_longest_first_and_half_characters_hide_none():
    places = Places(["局长", "副局长", "所长"], before=["派出所长大"])
    assert places.of("副局长与所长") == [(0, 3, "副局长"), (4, 6, "所长")]
    assert places.of("派出所长大，\ud800副局长") == [(7, 10, "副局长")]


def test_only_prose_and_headings_are_read_but_all_marks_are_listed():
    found = attribute(blocks("贺兰亭说，“水在降。”", kind="byline"))
    assert found.quotations == ()
    assert [m.speech for m in found.quote_marks] == [False]
