"""Phrases about the environment and farming: where they mean their term, and where they mean something else."""

import pytest

from app.content.store import Content
from app.text.folding import fold
from app.text.terms.matcher import Surroundings, TermMatcher


@pytest.fixture(scope="module")
def matcher(client_content: Content) -> TermMatcher:
    return TermMatcher(client_content.knowledge().terms)


def marked(matcher: TermMatcher, text: str) -> set[str]:
    return {str(term.id) for _, term in matcher.find(text, Surroundings([fold(text)]))}


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("san-bei", "林场工人参加“三北”工程，种了二十年树。"),
        ("san-bei", "三北风光大基地今年并网。"),
        ("san-bei", "三北防護林擋住了風沙。"),
        ("huang-he-liuyu-shengtai-baohu-he-gao-zhiliang-fazhan", "省里召开黄河流域生态保护和高质量发展推进会。"),
        ("hezhangzhi", "县里建立河长制度，每段河都有人管。"),
        ("hezhangzhi", "今天河长制工作会议在城东召开。"),
        ("hezhangzhi", "河湖长制办公室公布了巡河记录。"),
        ("san-he-san-hu", "“三河三湖”的水质比上世纪好多了。"),
        ("lantian-baoweizhan", "为打赢蓝天保卫战，锅炉改烧天然气。"),
        ("shengtai-wenming", "展览介绍当地的生态文明建设。"),
        ("meili-zhongguo", "墙报写着：建设美丽中国人人有责。"),
        ("meili-zhongguo", "湿地成了美丽中国的一道风景。"),
        ("tan-zhonghe", "航空公司公布了碳中和路线图。"),
        ("tan-zhonghe", "新技术可以降低碳中和的成本。"),
        ("tan-dafeng", "这座城市提出提前两年碳达峰。"),
        ("shuangtan", "校长说，“双碳”目标带来新的专业。"),
        ("shuangtan", "學會舉辦雙碳論壇。"),
        ("shi-nian-jin-yu", "十年禁渔以后，长江里又见江豚。"),
        ("xinxing-dianli-xitong", "电网公司谈到构建新型电力系统。"),
        ("qi-xia-ba-shang", "进入“七下八上”防汛关键期，水库昼夜值班。"),
        ("qi-xia-ba-shang", "华北七下八上常有暴雨。"),
        ("lvshui-qingshan", "村口立着“绿水青山就是金山银山”的石碑。"),
        ("lvshui-qingshan", "余村讲解员说起“两山”理念的来历。"),
        ("xjp-shengtai-wenming-sixiang", "研究中心出版了习近平生态文明思想读本。"),
        ("duogui-heyi", "市里推进“多规合一”，一张图管到底。"),
    ],
)
def test_the_term_is_marked(matcher, id, text):
    assert id in marked(matcher, text)


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("san-bei", "列车周三北上，周五返程。"),
        ("san-bei", "他住在十三北路口旁的旅馆。"),
        ("san-bei", "慈溪三北镇的老街重新开放。"),
        ("san-bei", "这所学校有高三北京籍学生九名。"),
        ("hezhangzhi", "河长制止了乱倒垃圾的人。"),
        ("hezhangzhi", "镇里的河长制定了清淤办法。"),
        ("hezhangzhi", "他带队沿黄河长制图三个月。"),
        ("shengtai-wenming", "湖区生态文明显好转。"),
        ("meili-zhongguo", "舞台上挂着美丽中国结。"),
        ("meili-zhongguo", "她是一位美丽中国姑娘。"),
        ("meili-zhongguo", "他看完纪录片《美丽中国》很感动。"),
        ("tan-zhonghe", "石灰水能把二氧化碳中和掉。"),
        ("tan-zhonghe", "化学题：计算碳中和氢的原子数。"),
        ("shuangtan", "这块电池用双碳纤维做电极。"),
        ("shuangtan", "分子里有一个双碳键。"),
        ("shi-nian-jin-yu", "水库主人说，这片水塘已经十年禁渔。"),
        ("shi-nian-jin-yu", "二十年禁渔的海湾比长江口还清。"),
        ("xinxing-dianli-xitong", "该公司是创新型电力系统供应商。"),
        ("qi-xia-ba-shang", "等成绩时，他心里七下八上。"),
        ("qi-xia-ba-shang", "暴雨夜，她心里七下八上睡不着。"),
        ("qi-xia-ba-shang", "书架七下八上地堆着旧书。"),
        ("lvshui-qingshan", "作者在哲学杂志上发表两山论的短文。"),
    ],
)
def test_another_sense_or_a_slice_of_a_word_is_not_marked(matcher, id, text):
    assert id not in marked(matcher, text)
