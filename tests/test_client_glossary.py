"""The glossary that comes with the program: what its entries must say, and where they must not mark."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from app.content.store import Content
from app.model import Term
from app.text.terms.matcher import TermMatcher

# Ids are addresses: an entry may be rewritten, its id stays.
FIRST_IDS = """
wu-ge-zhongxin guoji-kechuang-zhongxin kechuang-shi-zhounian chengguozhan zhangjiang-kexuecheng
pudong-xinqu san-da-xiandao-chanye jicheng-dianlu shengwu-yiyao rengong-zhineng zhanluexing-xinxing-chanye
weilai-chanye kechuang-ceyuan-gongneng gaozhiliang-fuhuaqi jichu-yanjiu-xianxingqu tansuozhe-jihua
pujiang-luntan changsanjiao csj-kechuang-gongtongti changjiang-jingjidai paitoubing-xianxingzhe
dang-hao-longtou keji-jiaoyu-rencai shijieji-chanye-jiqun xiandaihua-chanye-tixi chuantong-chanye-zhuanxing
zhongguoshi-xiandaihua keji-xiandaihua gaozhiliang-fazhan xin-fazhan-geju bainian-dabianju keji-zili-ziqiang
shijie-keji-qiangguo guojia-zhanlue-keji-liliang guojia-shiyanshi yanjiuxing-daxue keji-lingjun-qiye
guanjian-hexin-jishu san-ge-diyi dang-quanmian-lingdao ba-fangxiang da-dangjian guo-zhi-da-zhe weidang-yuren
jin-yue-yuan-lai dayuan-dasuo guojiadui xinxing-yanfa-jigou quanliantiao-chuangxin si-lian-ronghe
qiye-chuangxin-zhuti keji-tizhi-gaige fangquan-songbang chengguo-zhuanhua chuangxin-shengtai rencai-gaodi
zhanlue-kexuejia keji-lingjun-rencai jianduan-rencai yi-cai-yin-cai jichu-yanjiu changzhouqi-pingjia
gaojiazhi-gaofengxian duoyuan-touru chanxueyan-ronghe keji-jinrong kua-quyu-xietong da-kexue you-zuzhi-keyan
xin-saidao jianzhihua quanqiu-chuangxin-wangluo chuangxin-tixi-xiaoneng san-luoji man-bu-de genben-zunxun
zhongyao-jianghua-jingshen yi-yi-guan-zhi tigao-zhanwei zhigaodian dangzhongyang zongshuji keji-xitong
guojia-zhongda-xuqiu shi-keji-gongzuo-dangwei shi-kewei zhongguo-kexueyuan zky-yuanshi sjtu sitp ecnu
ecnu-giid fudan fudan-cs
"""
# Sites that once stood among the sources and serve other things than they say.
UNFIT = re.compile(r"handmsg\.com|zgkjsz\.com|ctmanga\.com|hnmdtv\.com|dddjmc\.com|xn--gtux71i|jxbentu\.cn")


@pytest.fixture(scope="module")
def terms(client_content: Content) -> dict[str, Term]:
    return {str(t.id): t for t in client_content.knowledge().terms}


@pytest.fixture(scope="module")
def matcher(terms: dict[str, Term]) -> TermMatcher:
    return TermMatcher(terms.values())


def test_no_id_is_lost(terms):
    ids = FIRST_IDS.split()
    assert len(ids) == 94
    assert [id for id in ids if id not in terms] == []


def test_every_headword_has_pinyin(terms):
    assert [id for id, t in terms.items() if not t.pinyin] == []


def test_no_entry_speaks_of_one_article(terms):
    assert [id for id, t in terms.items() if re.search("本文|这篇|文章里|文中", t.zh)] == []


def test_a_verified_entry_does_not_rest_on_reprints(terms):
    resting = [id for id, t in terms.items() if t.verified and not {"A", "B"} & {s.tier for s in t.sources}]
    assert resting == []


def test_no_source_is_a_site_known_as_unfit(terms):
    assert [id for id, t in terms.items() if any(UNFIT.search(s.url) for s in t.sources)] == []


def test_the_address_of_a_source_is_well_formed(terms):
    address = re.compile(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?(/[!-~]*)?", re.A)
    assert [s.url for t in terms.values() for s in t.sources if s.url and not address.fullmatch(s.url)] == []


def test_the_guide_tells_how_far_the_entries_are_verified(terms):
    guide = Path(__file__).parent.parent.joinpath("docs/glossary.md").read_text("utf-8")
    for domain in ("all", *sorted({t.domain for t in terms.values()})):
        levels = Counter(t.verified for t in terms.values() if domain in ("all", t.domain))
        assert f"| {domain} | {levels[True]} | {levels['main']} | {levels[False]} |" in guide


def test_an_in_use_date_is_not_later_than_another_date_of_the_entry(terms):
    later = [
        id
        for id, t in terms.items()
        if any(d.type == "in_use_by" and d.date > other.date for d in t.dates for other in t.dates)
    ]
    assert later == []


@pytest.mark.parametrize(
    ("id", "members"),
    [
        ("wu-ge-zhongxin", "国际经济中心 国际金融中心 国际贸易中心 国际航运中心 国际科技创新中心"),
        ("san-da-xiandao-chanye", "集成电路 生物医药 人工智能"),
        ("si-da-gongneng", "全球资源配置功能 科技创新策源功能 高端产业引领功能 开放枢纽门户功能"),
        ("weilai-chanye", "未来健康 未来智能 未来能源 未来空间 未来材料"),
        (
            "zhanluexing-xinxing-chanye",
            "新一代信息技术 生物技术 新能源 新材料 高端装备 新能源汽车 绿色环保 航空航天 海洋装备",
        ),
        ("changjiang-jingjidai", "上海 江苏 浙江 安徽 江西 湖北 湖南 重庆 四川 云南 贵州"),
        ("guojia-zhanlue-keji-liliang", "国家实验室 国家科研机构 高水平研究型大学 科技领军企业"),
        ("si-lian-ronghe", "创新链 产业链 资金链 人才链"),
        ("po-wuwei", "唯论文 唯帽子 唯职称 唯学历 唯奖项"),
        ("rencai-gaodi", "北京 上海 粤港澳大湾区"),
        ("chanxueyan-ronghe", "产业 学校 研究机构"),
    ],
)
def test_members_are_complete_and_in_official_order(terms, id, members):
    assert [m.zh for m in terms[id].members] == members.split()
    assert all(m.en for m in terms[id].members)


def test_offices_and_honours_are_titles(terms):
    assert {terms[id].kind for id in ("zongshuji", "zky-yuanshi")} == {"title"}


def test_every_entry_has_definitions_and_a_name_in_english(terms):
    assert [id for id, t in terms.items() if not (t.en and t.english and t.traditional and t.domain)] == []


def test_a_list_that_changed_or_is_one_city_s_says_so(terms):
    assert "2010年" in terms["zhanluexing-xinxing-chanye"].members_changed
    assert "上海的五个方向" in terms["weilai-chanye"].members_changed


@pytest.mark.parametrize(
    ("id", "kind", "date"),
    [
        ("pudong-xinqu", "founded", "1992-10-11"),
        ("guojia-shiyanshi", "founded", "1984"),
        ("kechuang-ceyuan-gongneng", "proposed", "2019-11"),
        ("ba-fangxiang", "in_use_by", "2015-12"),
        ("weilai-chanye", "in_use_by", "2014"),
        ("changjiang-jingjidai", "in_use_by", "1988-07"),
        ("wu-ge-zhongxin", "in_use_by", "2017-12-15"),
        ("chengguo-zhuanhua", "adopted", "1996-05-15"),
        ("keji-tizhi-gaige", "adopted", "1985-03"),
        ("zhanlue-kexuejia", "in_use_by", "2008"),
        ("keji-lingjun-rencai", "in_use_by", "2007-10-15"),
        ("chuangxin-shengtai", "proposed", "2004"),
        ("ecnu", "founded", "1951-10-16"),
        ("rencai-tizhi-gaige", "issued", "2016-03"),
    ],
)
def test_dates_say_what_happened_then(terms, id, kind, date):
    assert (kind, date) in {(d.type, d.date) for d in terms[id].dates}


@pytest.mark.parametrize(
    "id",
    [
        *("dang-hao-longtou", "guanjian-hexin-jishu", "dangwei", "kaocha", "jin-yue-yuan-lai"),
        *(
            "jianduan-rencai",
            "duoyuan-touru",
            "jichu-yanjiu",
            "quanqiu-chuangxin-wangluo",
            "chuangxin-tixi-xiaoneng",
        ),
        *("guojia-zhongda-xuqiu", "quanliantiao-chuangxin", "san-luoji", "zhigaodian", "keji-jinrong"),
    ],
)
def test_an_expression_that_nobody_coined_on_a_day_is_not_dated_by_a_report(terms, id):
    assert all(d.date < "2013" for d in terms[id].dates)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("小鸡刚从孵化器里出来。", "gaozhiliang-fuhuaqi"),
        ("农业产业化龙头带动了周边各镇。", "dang-hao-longtou"),
        ("拧开水龙头，没有水。", "dang-hao-longtou"),
        ("他关注上海科技创新成果的转化。", "chengguozhan"),
        ("叛乱的策源地就在边境。", "kechuang-ceyuan-gongneng"),
        ("杭州城西科创中心开工。", "guoji-kechuang-zhongxin"),
        ("武汉“五个中心”建设提速。", "wu-ge-zhongxin"),
        ("他早年是国民党委员会的成员。", "dangwei"),
        ("科学考察队从南极回来了。", "kaocha"),
        ("组织部对拟任干部进行考察。", "kaocha"),
        ("创业者坚信总书记的核心地位。", "hexin-diwei"),
        ("这家银行在行业里占核心地位。", "hexin-diwei"),
        ("中国国家队三比一获胜。", "guojiadui"),
        ("An AI-assisted tool.", "rengong-zhineng"),
        ("浦东机场今天大雾。", "pudong-xinqu"),
        ("这场联赛采用双循环赛制。", "xin-fazhan-geju"),
        ("这座城市提出建设五个中心，其中一个是会展中心。", "wu-ge-zhongxin"),
        ("新手机的四大功能令人满意。", "si-da-gongneng"),
        ("科幻片《探索者计划》下月上映。", "tansuozhe-jihua"),
        ("国家队昨天抵达巴黎。", "guojiadui"),
        ("合肥的科创中心今天封顶。", "guoji-kechuang-zhongxin"),
        ("孩子们坐不住了，总想往外跑。", "man-bu-de"),
        ("三个大工程一个接一个。", "da-kexue"),
        ("这是重大科学问题，广大科学工作者都关心。", "da-kexue"),
        ("他是一位大科学家。", "da-kexue"),
        ("那几年没有组织科研活动。", "you-zuzhi-keyan"),
        ("方程式赛车明年启用新赛道。", "xin-saidao"),
        ("马拉松换了新赛道。", "xin-saidao"),
        ("越共中央总书记苏林到访。", "zongshuji"),
        ("老挝人民革命党中央总书记发来贺电。", "zongshuji"),
        ("村党总支书记带头修路。", "zongshuji"),
        ("农工党中央在京开会。", "dangzhongyang"),
        ("广州市科委发布指南。", "shi-kewei"),
        ("宁波的市科委发布指南。", "shi-kewei"),
        ("市科技工作党委召开会议。", "shi-keji-gongzuo-dangwei"),
        ("中国工程院院士作报告。", "zky-yuanshi"),
        ("从此要集中科院所的力量。", "zhongguo-kexueyuan"),
        ("双方基本遵循了国际惯例。", "genben-zunxun"),
        ("要创新生态补偿办法。", "chuangxin-shengtai"),
        ("这本房地产学研究很扎实。", "chanxueyan-ronghe"),
        ("发达国家科研机构的经费更多。", "guojia-keyan-jigou"),
        ("高水平研究型大学招收新生。", "guojia-keyan-jigou"),
        ("这也是发展中国家重大需求。", "guojia-zhongda-xuqiu"),
        ("科技创新要素质过硬的人。", "chuangxin-yaosu"),
        ("医学基础研究生今年扩招。", "jichu-yanjiu"),
        ("他统率第一流科技领军企业。", "keji-lingjun-rencai"),
        ("门将要求后卫防守提高站位。", "tigao-zhanwei"),
        ("敌人控制高点，封锁了路口。", "zhigaodian"),
        ("几家企业约定利益共享、风险共担。", "fengxian-gongdan"),
    ],
)
def test_another_sense_is_not_marked(matcher, text, id):
    assert id not in {str(term.id) for _, term in matcher.find(text)}


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("园区办了两家高质量孵化器。", "gaozhiliang-fuhuaqi"),
        ("上海要当好龙头。", "dang-hao-longtou"),
        ("市委要求各级党委抓好落实。", "dangwei"),
        ("总书记到江西考察，看了稻田。", "kaocha"),
        ("坚持创新在现代化建设全局中的核心地位。", "hexin-diwei"),
        ("堅持為黨育人、為國育才。", "weidang-yuren"),
        ("戰略科技力量要加強。", "guojia-zhanlue-keji-liliang"),
        ("上海的五个中心建设进入新阶段。", "wu-ge-zhongxin"),
        ("上海强化四大功能。", "si-da-gongneng"),
        ("科研机构要当好国家队。", "guojiadui"),
        ("加強對國家科研機構的支持。", "guojia-keyan-jigou"),
        ("园区试行放权松绑。", "fangquan-songbang"),
        ("有组织的科研不能代替自由探索。", "you-zuzhi-keyan"),
        ("推动创新链产业链资金链人才链一体部署。", "si-lian-ronghe"),
        ("职称评审要破“四唯”。", "po-wuwei"),
        ("学校改革科技人才评价办法。", "keji-rencai-pingjia"),
        ("深化人才发展体制机制改革。", "rencai-tizhi-gaige"),
        ("推动科技创新和产业创新深度融合。", "kechuang-chanye-ronghe"),
        ("各地加快引进海外高层次人才。", "haiwai-rencai-yinjin"),
        ("银行与政府建立风险分担机制。", "fengxian-gongdan"),
        ("促进创新要素向企业集聚。", "chuangxin-yaosu"),
        ("抢占科技制高点。", "zhigaodian"),
        ("中国共产党中央委员会发出通知。", "dangzhongyang"),
        ("上海的企业向市科委申报项目。", "shi-kewei"),
        ("上海召开大会，市科技党委书记到会。", "shi-keji-gongzuo-dangwei"),
        ("這位中科院院士九十歲了。", "zky-yuanshi"),
    ],
)
def test_the_term_s_own_forms_are_marked(matcher, text, id):
    assert id in {str(term.id) for _, term in matcher.find(text)}
