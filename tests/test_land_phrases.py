"""Phrases about the environment and farming: where each means its term, and where it does not."""

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
        ("san-bei", "三北地区造林种草，挡住风沙。"),
        ("san-bei", "三北防護林擋住了風沙。"),
        (
            "huang-he-liuyu-shengtai-baohu-he-gao-zhiliang-fazhan",
            "省里召开黄河流域生态保护和高质量发展推进会。",
        ),
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
        ("gao-biaozhun-nongtian", "今年提高标准农田补助，又改造高标准农田五千亩。"),
        ("gengdi-hongxian", "县里严守十八亿亩耕地红线，不批占田的项目。"),
        ("gengdi-hongxian", "為守住耕地紅線，果園退回種糧。"),
        ("hemei-xiangcun", "厕所改好了，宜居宜业和美乡村有了样子。"),
        ("nongye-qiangguo", "报告提出加快建设农业强国。"),
        ("nongye-qiangguo", "从农业大国走向农业强国，要靠科技。"),
        ("mi-daizi", "省长说，“米袋子”的责任扛在肩上。"),
        ("mi-daizi", "主产区扩大米袋子的供应。"),
        ("zhongye-zhenxing", "种业振兴行动支持了十家育种企业。"),
        ("san-quan-fenzhi", "承包地三权分置以后，他把地租给了合作社。"),
        ("san-quan-fenzhi", "农村土地“三权分置”让经营权可以流转。"),
        ("si-hao-nongcun-lu", "“四好农村路”通到了最远的村。"),
        ("san-nong", "银行加大“三农”贷款。"),
        ("san-nong", "他长年写三农业务的报道。"),
        ("san-nong", "她拍三农作品，粉丝不少。"),
        ("xiangcun-zhenxing", "镇里请大学生参加鄉村振興。"),
        ("xiangcun-zhenxing", "全面推进乡村全面振兴。"),
        ("san-xia", "“三夏”时节，收割机开进麦田。"),
        ("san-xia", "提高三夏机收的质量，减少小麦损失。"),
        ("qianwan-gongcheng", "浙江的“千万工程”二十年，村子变了样。"),
        ("liangshi-anquan", "国际会议讨论全球粮食安全。"),
        ("cailanzi", "市长检查“菜篮子”工程。"),
        ("cailanzi", "节前保供，菜篮子货足价稳。"),
        ("zhucun-gongzuodui", "驻村工作队帮农户卖蜜橘。"),
        ("da-shiwu-guan", "树立大食物观，向海洋要蛋白。"),
        ("yipen-sanfang", "无人机给小麦“一喷三防”。"),
    ],
)
def test_the_term_is_marked(matcher, id, text):
    assert id in marked(matcher, text)


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("san-bei", "列车周三北上，周五返程。"),
        ("san-bei", "三北风光大基地今年并网。"),
        ("san-bei", "寒潮袭击三北，多地降雪。"),
        ("san-bei", "慰问团从三北边陲走到南海前哨。"),
        ("san-bei", "他住在十三北路口旁的旅馆。"),
        ("san-bei", "慈溪三北镇的老街重新开放。"),
        ("san-bei", "正月初三北门外有庙会。"),
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
        ("lvshui-qingshan", "两山论坛在安吉开幕，嘉宾谈生态。"),
        ("gao-biaozhun-nongtian", "专家建议按更高标准农田的样子设计。"),
        ("hemei-xiangcun", "画里是一片祥和美乡村。"),
        ("nongye-qiangguo", "代表团访问了荷兰，那里是农业强国。"),
        ("nongye-qiangguo", "以色列缺水，却是公认的农业强国，乡村也整洁。"),
        ("nongye-qiangguo", "他考察了几个欧洲农业强国的种业。"),
        ("mi-daizi", "他把粮食装进米袋子，扛上了车。"),
        ("mi-daizi", "墙角有一个玉米袋子，里面是种粮。"),
        ("mi-daizi", "孩子们用米袋子做游戏。"),
        ("san-quan-fenzhi", "企业的数据产权三权分置，便于流转。"),
        ("san-quan-fenzhi", "公司章程写明三权分置。"),
        ("san-nong", "周三农贸市场休息。"),
        ("san-nong", "李二和张三农民出身，都会种地。"),
        ("san-nong", "老人说，初三农历新年还热闹。"),
        ("san-nong", "仓库存着第三农药厂的货。"),
        ("san-nong", "大年初三农家乐客满。"),
        ("san-xia", "高三夏令营的学生去麦田帮忙收割。"),
        ("san-xia", "他叫徐三夏，开农机。"),
        ("san-xia", "大三夏天，他回乡收小麦。"),
        ("qianwan-gongcheng", "老板拖欠千万工程款，农村工人讨薪。"),
        ("qianwan-gongcheng", "耗资三千万工程的桥修到了乡村。"),
        ("qianwan-gongcheng", "这家设计院中标千万工程。"),
        ("qianwan-gongcheng", "县里投入千万工程资金修乡村道路。"),
        ("liangshi-anquan", "工人忙着让粮食安全度夏。"),
        ("cailanzi", "老太太提着菜篮子去看工程。"),
        ("cailanzi", "她手里挎了个菜篮子，里面是供应点买的豆角。"),
        ("cailanzi", "他学会了编菜篮子。"),
        ("da-shiwu-guan", "他写了一篇重大食物观察报告。"),
    ],
)
def test_another_sense_or_a_slice_of_a_word_is_not_marked(matcher, id, text):
    assert id not in marked(matcher, text)
