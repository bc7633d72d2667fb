"""Phrases about government, science, culture and diplomacy: where they mean their term, and where not."""

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
        ("fang-guan-fu", "区里深化“放管服”改革，开店只跑一趟。"),
        ("fang-guan-fu", "简政放权、放管结合、优化服务要一起抓。"),
        ("zuihou-yi-gongli", "快递进村，打通最后一公里。"),
        ("zuihou-yi-gongli", "让群众少跑腿，政策的“最后一公里”就通了。"),
        ("liang-hui", "全国两会期间，他提了三份建议。"),
        ("liang-hui", "今年两会上，委员们谈起乡村学校。"),
        ("liang-hui", "省“兩會”開幕，人大代表陸續報到。"),
        ("yidaoqie", "关停小厂不能搞一刀切。"),
        ("shuang-suiji-yi-gongkai", "市场监管局推行双随机、一公开。"),
        ("shuang-suiji-yi-gongkai", "今年监管全部改用“双随机”抽查。"),
        ("san-da-gongjianzhan", "打好防范风险、脱贫、治污三大攻坚战。"),
        ("gaoxiao-bancheng-yijianshi", "大厅设了“高效办成一件事”窗口。"),
        ("yipiao-foujue", "安全生产在年度考核里一票否决。"),
        ("yipiao-foujue", "县里清理“一票否决”事项，只留五项。"),
        ("xinguan-buli-jiuzhang", "镇长表态，决不新官不理旧账。"),
        ("jiesu-jiban", "居民打了12345，街道接诉即办。"),
        ("shisiwu", "县里编制十四五规划，开了四次会。"),
        ("shisiwu", "「十四五」時期，全市新增兩條地鐵。"),
        ("shisiwu", "“十四五”开局之年，水库完工。"),
        ("shisiwu", "十四五期间，这条铁路通了车。"),
        ("yi-pan-qi", "抗旱要坚持全国一盘棋。"),
        ("yi-pan-qi", "三省统筹水源，下好区域“一盘棋”。"),
        ("yi-pan-qi", "全市上下一盘棋，共同防汛。"),
        ("san-gong", "局里公布了去年的“三公”经费。"),
        ("san-gong", "压缩三公经费，公务接待从简。"),
        ("guowuyuan-changwu-huiyi", "国务院常务会议讨论了这部条例草案。"),
        ("guowuyuan-changwu-huiyi", "昨天的国常会谈到稳就业。"),
        ("zhengzhao-fenli", "“证照分离”改革以后，先领执照再办许可。"),
        ("hulianwang-zhengwu-fuwu", "乡里也用上了“互联网+政务服务”。"),
        ("wu-wu", "“五五”计划期间，矿上通了铁路。"),
        ("wu-wu", "产量比“五五”时期翻了一番。"),
        ("shisanwu", "十三五规划的指标都完成了。"),
        ("shiwuwu", "“十五五”开局，工地提前开工。"),
        ("shiwuwu", "市里正在编十五五规划。"),
        ("guojia-zhili-tixi-xiandaihua", "推进国家治理体系和治理能力现代化。"),
        ("yiwang-tongban", "社保转移也能一网通办。"),
        ("quanguocheng-renmin-minzhu", "街道办展览，讲全过程人民民主。"),
        ("shuzi-zhengfu", "省里出台数字政府建设方案。"),
        ("qiwu", "“七五”计划里列了这座水电站。"),
        ("qiwu", "七五期间，棉纺厂换了新机器。"),
        ("wunian-pufa", "司法所总结“七五”普法。"),
        ("wunian-pufa", "“五五”普法那几年，他在村里讲法。"),
        ("xiongan-xinqu", "两所大学迁往雄安，新校区开工。"),
        ("kexuejia-jingshen", "学生给老院士写信，谈科学家精神。"),
        ("chuangxin-qudong-fazhan", "市里实施创新驱动发展战略。"),
        ("kejiao-xingguo", "科教兴国，离不开乡村教师。"),
        ("xinxing-juguo-tizhi", "用新型举国体制攻关高端仪器。"),
        ("ka-bozi", "团队攻下了“卡脖子”技术。"),
        ("ka-bozi", "轴承一度卡脖子，如今是国产的了。"),
        ("jushen-zhineng", "实验室研究具身智能机器人。"),
        ("daguo-zhongqi", "盾构机被称为大国重器。"),
        ("liang-dan-yi-xing", "他参加过两弹一星工程。"),
        ("liang-dan-yi-xing", "展厅讲述“兩彈一星”精神。"),
        ("hangtian-qiangguo", "年轻人为建设航天强国加班。"),
        ("sige-mianxiang", "科技工作坚持四个面向，课题来自车间。"),
        ("xi-jinping-wenhua-sixiang", "党校开了习近平文化思想课。"),
        ("shehuizhuyi-hexin-jiazhiguan", "墙上写着社会主义核心价值观。"),
        ("shehuizhuyi-hexin-jiazhiguan", "践行社会主义核心价值观，核心价值观要落到日常。"),
        ("wenhua-zixin", "老戏新唱，唱出文化自信。"),
        ("gongjiang-jingshen", "老师傅把工匠精神传给徒弟。"),
        ("wenhua-qiangguo", "建设文化强国，要让县剧团活下去。"),
        ("tiyu-qiangguo", "操场多了，离体育强国就近了。"),
        ("saohuang-dafei", "书店配合扫黄打非检查。"),
        ("jinggangshan-jingshen", "学员在山上听井冈山精神专题课。"),
        ("shuangbai", "贯彻“双百”方针，编辑部登了争鸣文章。"),
        ("shuangbai", "百花齐放、百家争鸣是办刊的宗旨。"),
        ("yi-dai-yi-lu", "公司沿一带一路开了五家工厂。"),
        ("yi-dai-yi-lu", "各方共建“一帶一路”，修了鐵路。"),
        ("renlei-mingyun-gongtongti", "他在联合国谈构建人类命运共同体。"),
        ("duobian-zhuyi", "两国都主张多边主义。"),
        ("jinzhuan-guojia", "金砖国家的农业部长开会。"),
        ("quanqiu-anquan-changyi", "公报提到全球安全倡议。"),
        ("ershi-guo-jituan", "二十国集团领导人在杭州会晤。"),
        ("ershi-guo-jituan", "G20峰会闭幕，领导人合影。"),
        ("shanghai-hezuo-zuzhi", "上合组织青岛峰会那年，路修好了。"),
        ("shanghai-hezuo-zuzhi", "上海合作组织成员国商定，上合成员国互免签证。"),
        ("liang-guo-fang-an", "安理会讨论巴以问题，多国支持“两国方案”。"),
        ("san-gu-shili", "两国同意合作打击“三股势力”。"),
        ("xijinping-waijiao-sixiang", "学院成立习近平外交思想研究室。"),
        ("xinxing-guoji-guanxi", "推动构建新型国际关系。"),
        ("quanqiu-fazhan-changyi", "全球发展倡议之友小组开会。"),
        ("quanqiu-wenming-changyi", "论坛谈全球文明倡议。"),
        ("san-da-quanqiu-changyi", "报告提到三大全球倡议。"),
    ],
)
def test_the_term_is_marked(matcher, id, text):
    assert id in marked(matcher, text)


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("fang-guan-fu", "仓库存放管服务器的钥匙。"),
        ("zuihou-yi-gongli", "马拉松选手咬牙跑最后一公里。"),
        ("zuihou-yi-gongli", "他跑到最后一公里，鞋带散了。"),
        ("liang-hui", "社区培养“一懂两会”的工作者，人大代表也来听课。"),
        ("liang-hui", "公司两会审议了代表提案。"),
        ("liang-hui", "海协会和海基会两会恢复协商，委员们关注。"),
        ("liang-hui", "两会计正在对账，代表等着报销。"),
        ("liang-hui", "基督教两会请来各地代表。"),
        ("liang-hui", "歇一两会儿再走。"),
        ("yidaoqie", "师傅一刀切下去，西瓜裂开了。"),
        ("yidaoqie", "真假当然有的时候是一刀切，有的时候不是。"),
        ("shuang-suiji-yi-gongkai", "医生用双随机对照试验检查药效，监管也认可。"),
        ("san-da-gongjianzhan", "厂里打响质量、安全、销售三大攻坚战。"),
        ("yipiao-foujue", "安理会常任理事国可以一票否决，考核不了。"),
        ("yipiao-foujue", "股东会上他一票否决了这笔投资。"),
        ("shisiwu", "门口站着十四五岁的孩子，学校的规划还没出。"),
        ("shisiwu", "规划里要种十四五亩果树。"),
        ("shisiwu", "他带了十四五个人来。"),
        ("shisiwu", "这条路走了十四五年，规划改了又改。"),
        ("yi-pan-qi", "两位老人在树下下了一盘棋，全不理会区域新闻。"),
        ("yi-pan-qi", "全国冠军输了一盘棋。"),
        ("yi-pan-qi", "桌上摆着一盘棋。"),
        ("san-gong", "从单位走三公里去食堂，公务用车取消了。"),
        ("san-gong", "汉代的三公位高权重。"),
        ("san-gong", "第三公司公布公务接待费。"),
        ("san-gong", "证券市场讲三公原则，也管行政经费。"),
        ("guowuyuan-changwu-huiyi", "外国常会遇到这样的天气。"),
        ("wu-wu", "一九五五年，五年计划刚开始。"),
        ("wu-wu", "“五五购物节”开张，正值五年计划收官。"),
        ("wu-wu", "两家五五分成。"),
        ("wu-wu", "“十五五”规划建议出台，仍以五年计划为期。"),
        ("wu-wu", "“五五”普法顺利完成。"),
        ("qiwu", "“七五”普法规划全面推进。"),
        ("qiwu", "一九七五年定的五年计划。"),
        ("qiwu", "衣服打七五折。"),
        ("shisanwu", "小说写他十三五岁离家。"),
        ("shiwuwu", "比分是二十五五平。"),
        ("guojia-zhili-tixi-xiandaihua", "校长谈学校治理体系和治理能力现代化。"),
        ("xiongan-xinqu", "英雄安息在山岗上。"),
        ("xiongan-xinqu", "枭雄安能久居人下。"),
        ("kexuejia-jingshen", "电影里的科学家精神分裂。"),
        ("kexuejia-jingshen", "老科学家精神矍铄。"),
        ("gongjiang-jingshen", "台上的老工匠精神抖擞。"),
        ("ka-bozi", "他被鱼刺卡脖子，去了医院。"),
        ("ka-bozi", "项圈太紧，小狗被卡脖子。"),
        ("ka-bozi", "玉米最怕卡脖子旱。"),
        ("ka-bozi", "毛衣领子太小，卡脖子。"),
        ("yi-pan-qi", "全国赛上一盘棋下了五小时。"),
        ("qiwu", "七五七厂完成了五年计划。"),
        ("wu-wu", "村里的五五二十五间房写进了五年计划。"),
        ("yipiao-foujue", "代表投票，一票否决了考核方案。"),
        ("liang-guo-fang-an", "俄乌两国方案不同，以色列没有参加。"),
        ("gongjiang-jingshen", "这群工匠精神头十足。"),
        ("zuihou-yi-gongli", "骑行到最后一公里，车胎爆了。"),
        ("daguo-zhongqi", "台里重播《大国重器》。"),
        ("hangtian-qiangguo", "印度跻身世界航天强国。"),
        ("hangtian-qiangguo", "美国、俄罗斯等航天强国都派了人。"),
        ("sige-mianxiang", "商场开了四个面向儿童的科学角。"),
        ("sige-mianxiang", "屋子的四个面向阳光最足。"),
        ("shehuizhuyi-hexin-jiazhiguan", "公司的核心价值观是诚信。"),
        ("wenhua-zixin", "企业文化自信满满地写在墙上。"),
        ("wenhua-qiangguo", "法国是世界文化强国。"),
        ("tiyu-qiangguo", "美国等体育强国重视校园联赛。"),
        ("shuangbai", "学校考核实行“双百分”方针。"),
        ("shuangbai", "国企“双百行动”的改革方针。"),
        ("shuangbai", "商店开业满双百送礼。"),
        ("yi-dai-yi-lu", "他对这一带一路都不熟。"),
        ("ershi-guo-jituan", "G20高速上堵车，领导人车队绕行。"),
        ("quanqiu-anquan-changyi", "德国GSI的加速器停机检修。"),
        ("liang-guo-fang-an", "中美两国方案不同，巴以问题没有谈。"),
        ("san-gu-shili", "这家公司里有三股势力争权。"),
        ("jinggangshan-jingshen", "井冈山精神文明办公室贴了通知。"),
    ],
)
def test_another_sense_or_a_slice_of_a_word_is_not_marked(matcher, id, text):
    assert id not in marked(matcher, text)


def test_a_number_of_plans_or_of_law_programmes(matcher):
    """“七五” alone is the plan; before 普法 it is the programme for teaching law."""
    text = "“七五”计划完成时，“七五”普法还没有影子。"
    found = [str(term.id) for _, term in matcher.find(text, Surroundings([fold(text)]))]
    assert found == ["qiwu", "wunian-pufa"]


def test_a_short_name_is_not_found_in_words_that_contain_it(matcher):
    text = "上合组织谈海上合作，也谈线上合同；上合成员国都到了。"
    found = [text[span.start : span.end] for span, _ in matcher.find(text, Surroundings([fold(text)]))]
    assert found == ["上合组织", "上合"]
