"""Rules for characters and words with several readings, as data; `polyphones` applies them.

The rules of a form are tried in order, and the first match decides. A rule without a context gives the usual
reading of a form for which the dictionary's is misleading. Without a matching rule the dictionary decides.
`before` must match at the end of the text before the form, `after` at the start of the text after it. Both
are regular expressions; the beginning and the end of the text count as punctuation. Every rule has an
example with the form in 【】, which the tests check.

The module is a table, one form after another, so it is longer than others.

Source: the readings are those of 现代汉语词典 and 普通话异读词审音表 (1985).
"""

from __future__ import annotations

from msgspec import Struct

_MARK = r"[，。；：、？！,;:?!“”‘’「」『』《》（）()…—\s]"
_NUMBER = r"[\d〇零一二三四五六七八九十百千万亿两几半每数]"
_PRONOUN = r"(?:[我你您他她它谁咱]|[我你您他她它咱]们|大家|自己|别人|人家)"
_WHO = rf"(?:{_PRONOUN}|们|[员者师生友民家]|(?<![他她它你我您孩树草苗越头])长|老板|妈妈?|爸爸?)"
# Words before a verb that are not verbs.
_ADVERB = (
    r"(?:[都也还就总又可必要才先更最很太非均皆仍即便]"
    r"|一定|总是|已经?|曾经?|所以|因此|那么|不过|其实|恐怕|大概)"
)
# Things that a person does for another one: if such a word follows 为, even at a distance, 为 is wèi.
_FOR = (
    r"(?:服务|提供|作出|做|做出|贡献|奠定|创造|注入|打下|开辟|指明|解决|打造|带来|保驾|护航|赋能|助力|增添|增光|铺|留下"
    r"|节省|准备|谋|办|着想|争光|祝福|庆祝|点赞|举行|送|写|撑|争取|减负|松绑|拓宽|撑腰|考虑|操心|担心|高兴|骄傲|自豪"
    r"|发声|立传|争吵|吵|争|奔波|奔走|忙|发愁|犯愁|着急|烦恼|感到|流泪|哭|折腰|牺牲|奋斗|努力|喝彩|鼓掌|加油|干杯|代言|辩护|设计|定制|安装"
    r"|命名|投票|颁发|授予|捐|募|把关|守护|照亮|祈祷|治病|看病|量身|引|搭|建|开|找|买|修|造|筹|支付|付出|付费|买单|而)"
)
# People for whom something is done.
_PEOPLE = (
    r"(?:们|孩子|母亲|父亲|妈妈|爸爸|爷爷|奶奶|老人|客人|病人|患者|学生|老师|村民|居民|市民|群众|百姓|乡亲|旅客|乘客"
    r"|朋友|邻居|妻子|丈夫|儿子|女儿|妹妹|弟弟|哥哥|姐姐|顾客|读者|观众|游客|战士|工人|农民|同学|大家|伤员|灾区)"
)


class Rule(Struct, frozen=True):
    """A reading and its context.

    Attributes:
        reading: marked syllables, separated by spaces.
        example: text with the form in 【】.
        before, after: regular expressions for the text on each side; "" matches anything.
        suffix: only if the form is the end of a longer word that the dictionary lacks.
        parted: in this context the form is not a word; each character is a word.
    """

    reading: str
    example: str
    before: str = ""
    after: str = ""
    suffix: bool = False
    parted: bool = False

    @property
    def syllables(self) -> tuple[str, ...]:
        """The syllables, one for every character."""
        return tuple(self.reading.split())


RULES: dict[str, tuple[Rule, ...]] = {
    # -- particles
    "了": (
        Rule("le", "我记得【了】", before=f"(?:{_MARK}|{_WHO}|{_ADVERB}|[获取记觉懂值晓显认使赢博夺求])得"),
        Rule("liǎo", "这么多我吃不【了】", before="[不得]", after="(?!解)"),
        Rule("liǎo", "尚未【了】结", after="[结却断然]|事(?!情)"),
        Rule("le", "这说明【了】问题", before="[表说证指阐申声发标注载写查讲点言]明"),
        Rule("liǎo", "一目【了】然", before="一目|明"),
        Rule("le", "他走【了】"),
    ),
    "着": (
        Rule("zháo", "火柴划了几下才【着】", before="[才没未快]", after=f"{_MARK}|了"),
        Rule("zhuó", "她【着】一身素色旗袍", after="一身|[红黄蓝绿白黑便军西盛素][^，。]{0,2}[衣装服袍裙衫]"),
        Rule("zháo", "他够不【着】", before="(?<![值])[不得]"),
        Rule("zháo", "孩子睡【着】了", before="睡|点|燃|[猜逮捉]", after="了|的时候"),
        Rule("zháo", "不用【着】急", after="[急慌凉迷]"),
        Rule("zhuó", "他身【着】红衣", before="身|穿|衣|附|沉|执|胶|显"),
        Rule("zhuó", "要【着】重研究", after="[重眼手力陆装实色想笔意墨]"),
        Rule("zhuó", "由市科委【着】人去办", before="由.{0,6}|^", after="人[去来办查]"),
        Rule("zhe", "门开【着】"),
    ),
    "得": (
        Rule("děi", "水【得】流过去", before="[水饭药钱事活话路车船信书]", after="[一-鿿]"),
        Rule("dé", "经营【得】法", after="法(?![律院国官人治规])"),
        Rule(
            "děi",
            "这药【得】饭后吃",
            before="[一-鿿](?<![跑走说做写看听吃喝唱跳打玩来去长变显])",
            after="饭[前后]|先|马上|赶紧|赶快|尽快|尽早|立刻|抓紧|重新|按时|靠|经过|有人",
        ),
        Rule("dé", "答案【得】出来了", before="[案论果值]", after="出来"),
        Rule(
            "dé",
            "他【得】了第一名",
            before=f"(?:{_MARK}|{_WHO}|{_ADVERB})",
            after="[了过到出知以益失分奖病名票第罪]",
        ),
        Rule("dé", "三三【得】九", before="[一二三四五六七八九]", after="[一二三四五六七八九十]"),
        Rule("dé", "考试【得】一百分", after=rf"{_NUMBER}+(?:分|票|枚|奖|块|金|银)"),
        Rule("dé", "不【得】入内", before="[不未所难终偶方]", after="(?!很|不)"),
        Rule("děi", "我【得】更努力", before=f"(?:{_MARK}|{_PRONOUN}|{_ADVERB})", after="(?![很太])"),
        Rule("děi", "学生【得】交作业", before=_WHO, after="(?![很太更多好最非十不])"),
        Rule("de", "他跑【得】很快"),
    ),
    "地": (
        Rule("dì", "从输出【地】运来", before="[聚散居源在属驻陆产生办购游]|(?<![突杰])出|(?<!深)入"),
        Rule(
            "dì", "人才的集中【地】、蓄水池", after=f"{_MARK}|[的之和与及或是在上下里中有处位被为将已也都名]"
        ),
        Rule("dì", "在这片【地】种树", before="[这那各某每整块片亩此外内本两当田土草山种扫下拖陆圣基阵之的]"),
        Rule("dì", "他在【地】上坐下", before=f"(?:{_MARK}|[在从到离向往对把])"),
        Rule("de", "他慢慢【地】走"),
    ),
    "的": (
        Rule("dì", "箭箭中【的】，无人能及", before="[箭枪发语]中", after=_MARK),
        Rule("dì", "有【的】放矢", before="有", after="放矢"),
        Rule("dí", "【的】确如此", after="确(?![认定诊立保信切证权])"),
        Rule("dī", "我们打【的】去", before="打", after=f"[去来回]|{_MARK}"),
        Rule("de", "我【的】书"),
    ),
    "过": (
        Rule("guò", "吃得【过】多", after="[多少大小高低长短快慢于去来河桥街江年节日冬夏关程度期半万千百]"),
        Rule("guò", "他打【过】了河", before=f"{_MARK}|不|得|能|要|可|打|翻|越|跳|穿"),
        Rule("guo", "我去【过】上海", before="[去来吃看听说想做读写学见住用当问谈讲走过玩到有]|[一-鿿]"),
        Rule("guò", "【过】了三天"),
    ),
    "都": (
        Rule("dū", "建设创新之【都】", before="[之首古旧故陪京帝迁定建国魔蓉花]"),
        Rule("dū", "【都】城的旧址", after="[城市督会]"),
        Rule("dōu", "他们【都】来了"),
    ),
    "还": (
        Rule("huán", "借了书要归【还】", before="[归偿退返发交奉送放生璧讨追]"),
        Rule(
            "huán",
            "他来【还】书",
            after="[书钱债款贷账愿手击价礼]|给|清(?![楚晰醒白])|完|掉|不[起上清了]|得起|本付息",
        ),
        Rule("huán", "书还没【还】，钱也没还", after=rf"了|[，。；：、？！”]|{_NUMBER}+[元块万]"),
        Rule("hái", "他【还】没来"),
    ),
    "为": (
        Rule("wèi", "何必【为】一点小钱争吵", before="何必|何苦|不必|不要|别|总是|常常|一直|从不|从未"),
        Rule(
            "wéi",
            "本次大会的主题【为】建设美好家园",
            before="主题|目标|任务|内容|面积|目的|特点|标准|原则|名称|单位|职业|身份|时间|地点|对象|方向|重点|核心|宗旨|主线|前身|原名|本名|口号|结果|产量|人口|总数|高度|长度|重量|价格|售价|气温|比例|电话|编号|首都|省会|简称|全称|班长|队长|其中|其",
            after="(?!此|何|了|其|[我你他她它])",
        ),
        Rule(
            "wéi",
            "他【为】人却十分慷慨",
            after="人(?:处世|却|向来|一向|十分|非常|特别|太|又|耿|低|高|老实|随和|热|和|善|诚|谦|正|忠|厚|爽|坦|豪|宽|仗)",
        ),
        Rule(
            "wéi",
            "【为】人师表",
            after="人(?:师表|父母|父|母|妻|子女|熟知|所|称道|津津|诟病|不齿)|首|期|难|止|例|准|生|非作歹|富不仁|所欲为",
        ),
        Rule(
            "wéi",
            "以人【为】本",
            before="以[^，。；！？]{1,18}",
            after=f"[一-鿿]{{1,7}}(?:{_MARK}|的)(?!.*服务)",
        ),
        Rule("wéi", "这【为】首次", before="[这那此]", after="首|止|例|准|由|限"),
        Rule("wéi", "他【为】人谦和", after="人(?:很|也|都|极)?[诚和谦正热忠厚善随爽坦豪低处]"),
        Rule(
            "wéi",
            "这首歌广【为】流传",
            before="广|大|尤|极|最|较|甚|颇|稍|略|深|备|多|均|皆|共|即|乃|称|认|视|实",
        ),
        Rule(
            "wéi",
            "他被任命【为】主任",
            before="[成作分变列定设改选评誉名化转升降减译换聘任合立奉视称认归升划订命当尊封]",
        ),
        Rule("wéi", "面积【为】三十亩", after=rf"{_NUMBER}|约|负|正|零|第|[A-Za-z]"),
        Rule(
            "wèi",
            "这【为】该所各个方向的研究和今后的发展提供了依据",
            before="[这那此](?:举|将|也|也将|都|就)?",
        ),
        Rule("wéi", "【为】人所知", after=r"[^，。；！？]{1,6}所[一-鿿]"),
        Rule("wèi", "她愿意【为】他让路", after=_PRONOUN),
        Rule(
            "wèi",
            "老木匠【为】孩子们打了一架秋千",
            after=f"[^，。；！？]{{0,5}}?{_PEOPLE}[一-鿿]{{1,3}}[了着过好上出到一起来]",
        ),
        Rule("wèi", "他们【为】企业服务", after=rf"[^，。；！？]{{1,22}}?{_FOR}"),
        Rule(
            "wèi",
            "【为】国家",
            before=rf"(?:{_MARK}|{_WHO}|[也都才就却将要能应会可来去并而及与和是在只想更愿意])",
        ),
        Rule("wéi", "目标【为】全国第一"),
    ),
    # -- verbs and nouns
    "重": (
        Rule(
            "chóng",
            "再【重】走一次长征路",
            after="[走读写看听回返建启组塑燃上拾温提划做来开现获归访登修申逢聚演印译试置新构整复设蹈]",
        ),
        Rule(
            "chóng", "突破三【重】障碍", before="[一二三四五六七八九十两几多双数层]", after="(?!公斤|吨|量)"
        ),
        Rule("chóng", "这本书买【重】了", before="[买写抄说排编算]"),
        Rule("zhòng", "箱子很【重】"),
    ),
    "行": (
        Rule(
            "háng",
            "信里只有三【行】字",
            before=rf"{_NUMBER}|第{_NUMBER}+|[首末同各这那哪此该支分总央本投商]",
            after="(?!走|动|不|李|程|政|星)",
        ),
        Rule(
            "háng", "干一【行】爱一行", before="[这那入内外转改在同各一]", after="[业家规话情]|(?=.?爱|.?精)"
        ),
        Rule("xíng", "这样也【行】"),
    ),
    "长": (
        Rule("zhǎng", "工段【长】说", before="[一-鿿](?<![很更最较太多不细漫加特狭越])", suffix=True),
        Rule(
            "zhǎng",
            "校【长】讲话",
            before="[部局处科院所校厅司会站馆团队组县区镇乡村州省市社厂店连营排班舰机船台议家首书股课庭署委]",
        ),
        Rule("zhǎng", "孩子【长】大了", after="[大高出满成胖]|[了在得着](?!长)"),
        Rule("zhǎng", "草木生【长】", before="[生成增滋疯助见年兄师学]"),
        Rule("cháng", "这条路很【长】"),
    ),
    "中": (
        Rule("zhòng", "他一枪打【中】了", before="[打射击看命猜押切]", after=f"了|的|{_MARK}|[一-鿿]"),
        Rule("zhòng", "他【中】了头奖", after="了?[一-鿿]{0,2}[奖标弹枪毒计签彩暑风选]"),
    ),
    "种": (
        Rule(
            "zhòng", "农民【种】树", after=rf"[树菜花地田粮稻麦瓜豆草下上了植着过满](?!子)|{_NUMBER}+[亩棵株]"
        ),
    ),
    "数": (
        Rule("shǔ", "你来【数】一数", after="一数|不[清胜尽过]|了|着|到|得|上|星|钱|人头"),
        Rule("shǔ", "你数一【数】", before="数一|[细历可]"),
    ),
    "量": (
        Rule("liáng", "给他【量】体温", after="体温|血压|身高|尺寸|一量|了|着|出"),
        Rule("liáng", "你量一【量】", before="量一|[测丈估思打商端]"),
    ),
    "教": (
        Rule("jiāo", "他【教】我写字", after="[我你您他她它咱谁]|孩子|学生|大家|人(?:们)?|[书会给了过]"),
        Rule("jiāo", "老师【教】得好", before=f"{_WHO}", after="得|的"),
    ),
    "好": (Rule("hào", "他【好】读书", before=f"{_WHO}", after="读|学|酒|静|客|胜|奇"),),
    "空": (Rule("kòng", "【空】出一间房", after="[出着缺隙闲白](?![手])"),),
    "分": (Rule("fèn", "成【分】复杂", before="[成水养盐糖充过本缘身部名情天股]"),),
    "应": (
        Rule("yìng", "他【应】约来到茶馆", after="[约邀聘声战考试诊征招景急]|对|变|和着|之"),
        Rule("yìng", "【应】主席的邀请", after="[^，。；！？]{1,16}(?:邀请|要求|请求|之邀|之请|约请)"),
        Rule("yīng", "理【应】如此"),
    ),
    "看": (Rule("kān", "她在家【看】孩子", before="在家|帮|替|给", after="孩子|门|家|店|摊"),),
    "更": (Rule("gēng", "万象【更】新", after="[新改换正替迭名衣生动](?!的|鲜)"), Rule("gèng", "【更】好")),
    "只": (
        Rule("zhī", "三【只】羊", before=rf"{_NUMBER}|[这那哪此船]", after="(?![有是能要好见得会需想怕])"),
    ),
    "系": (Rule("jì", "他弯腰【系】鞋带", after="鞋带|领带|围巾|腰带|安全带|扣|好|上|紧|着"),),
    "假": (Rule("jià", "他请了三天【假】", before=r"[请放休度销告准].{0,4}|[寒暑病事产婚春长短节例年公]"),),
    "倒": (
        Rule("dào", "车子【倒】出车库", before="车子?|车辆", after="[出进入回]"),
        Rule("dào", "把水【倒】进缸里", before="把[^，。；]{1,5}", after="[进入在到给掉出光满了上]"),
        Rule(
            "dào",
            "他【倒】了一杯茶",
            after="[是也不影退流叙数计立贴挂车水茶酒垃映置装](?!下|塌)|了?[一半两三]?[杯碗]",
        ),
        Rule("dào", "这【倒】很有意思", after="[很挺真还有没像像]"),
    ),
    "觉": (Rule("jiào", "好好睡一【觉】", before="[睡一午懒晚][个了一]?"),),
    "转": (
        Rule("zhuàn", "绕着湖【转】了一圈", after="[^，。；]{0,2}[圈悠速]|转|个不停"),
        Rule("zhuàn", "地球绕着太阳【转】", before="[绕围]着?[^，。；]{1,7}", after=f"{_MARK}|[了着个的]"),
        Rule("zhuàn", "轮子在【转】", before="[打旋公自空乱]|在|不停地", after=f"{_MARK}|着|动|个|得"),
    ),
    "盛": (Rule("chéng", "他【盛】了一碗饭", after="[饭汤水粥菜满着入]|了?[一半两三几]|放"),),
    "曲": (Rule("qǔ", "唱一【曲】"),),
    "累": (Rule("lěi", "日积月【累】", before="[积月日连牵拖亏]"), Rule("lèi", "他很【累】")),
    "率": (
        Rule(
            "shuài",
            "他【率】团访问",
            before=f"{_MARK}|{_WHO}|[一-鿿](?<![比效频利税速概功汇几])",
            after="[领队团军众部先真性直]|代表",
        ),
        Rule(
            "shuài", "书记【率】专家到访", before="书记|主任|总统|主席|部长|总理|市长|省长", after="[一-鿿]"
        ),
    ),
    "传": (Rule("zhuàn", "《鲁迅【传】》", after="》|记|略"),),
    "差": (Rule("chà", "成绩很【差】"),),
    "斗": (Rule("dǒu", "一【斗】米", before=rf"{_NUMBER}|[漏烟北车星]", after="(?!争|志)"),),
    "将": (Rule("jiāng", "【将】来"),),
    "卷": (
        Rule(
            "juàn",
            "第一【卷】",
            before=rf"第?{_NUMBER}+|[上中下本该全试阅答开闭首末各]",
            after="(?!起|走|入|进)",
        ),
        Rule("juǎn", "大风【卷】走了屋顶"),
    ),
    "露": (Rule("lòu", "他【露】了一手", after="了?[一两]手|面|脸|头|馅|怯|底"),),
    "干": (
        Rule("gān", "树干【干】了", before="树干|木头|柴", after="[了透]"),
        Rule(
            "gān",
            "衣服晾了一天还没【干】",
            before="(?:衣|裤|鞋|袜|巾|被子|头发|漆|墨|地面|路面|泥|河|井|水|汗)[^，。；]{0,10}[没未不已快才就都全晾晒烘吹擦]",
            after=f"{_MARK}|了|透",
        ),
        Rule(
            "gān",
            "衣服【干】了",
            before="[水衣服发河泪汗血嘴墨漆泥巾单草叶晒烘晾擦风饼口枯葡牛豆肉喉焦阴晴][都也全快已就]?",
            after="(?!部|事)",
        ),
        Rule("gàn", "他【干】得好"),
    ),
    "冲": (Rule("chòng", "他【冲】我笑了笑", after="[我你他她](?:们)?[笑喊叫说点]|床|压|劲"),),
    "血": (Rule("xiě", "流了一点【血】", before="[流吐出]了(?:一点|很多|点)?"),),
    "切": (
        Rule("qiē", "他在【切】菜", after="[菜肉割开断片成除换块入削磋]"),
        Rule("qiè", "【切】忌急躁", after="[忌记勿莫合实中身肤近题]|不可"),
        Rule("qiē", "妈妈在厨房【切】土豆"),
    ),
    "折": (Rule("shé", "树枝【折】了", before="枝|腿|腰|棍", after="了"),),
    "薄": (
        Rule("báo", "纸这么【薄】", before="很|太|更|较|极|么|又"),
        Rule("báo", "【薄】嘴唇", after="嘴|纸|冰|片|衣|雾|板|膜|皮"),
    ),
    "似": (Rule("shì", "飞也【似】的跑了", after="的"),),
    "吧": (Rule("ba", "走【吧】"),),
    "啊": (Rule("a", "好【啊】"),),
    "啦": (Rule("la", "好【啦】"),),
    "呢": (Rule("ne", "人【呢】"),),
    "哦": (Rule("ó", "【哦】，是吗", after=_MARK),),
    "子": (Rule("zǐ", "电【子】"),),
    "儿": (Rule("ér", "女【儿】"),),
    "曾": (Rule("zēng", "他的【曾】孙", after="[祖孙]"), Rule("céng", "他【曾】来过")),
    "佛": (Rule("fó", "大【佛】"),),
    "缝": (Rule("féng", "她【缝】了一件衣服"),),
    "削": (Rule("xiāo", "他【削】了个苹果"),),
    "没": (
        Rule(
            "mò",
            "洪水【没】过了膝盖",
            before="水|雪|草|沙|潮|浪",
            after="过|到|了[膝腰头脚腿胸]|[膝腰顶]|入|及",
        ),
        Rule("méi", "他【没】来上课"),
    ),
    "弹": (
        Rule("dàn", "拆【弹】专家", before="[拆炸导子炮中流核氢原防催投枪飞信照烟榴]"),
        Rule("tán", "姐姐会【弹】琵琶"),
    ),
    "号": (Rule("háo", "狂风怒【号】，海浪滔天", before="[怒哀悲呼]|北风", after=_MARK),),
    "降": (Rule("xiáng", "守军也不肯【降】", before="不肯|死不|宁死不|愿|逼其|劝其", after=_MARK),),
    "吐": (
        Rule(
            "tù",
            "病人一夜【吐】了好几回",
            before="呕|拉又|想|直|要|病人[^，。]{0,5}|孩子[^，。]{0,3}",
            after=f"了|得|血|酒|奶|{_MARK}",
        ),
        Rule("tǔ", "蚕【吐】丝结茧"),
    ),
    "相": (
        Rule(
            "xiàng",
            "他照了一张【相】",
            before="照(?:了|过|完)?(?:一?[张个])?|[吃坐站卖长面洋丢]",
            after=f"{_MARK}|[的和了]",
        ),
    ),
    "扎": (
        Rule("zā", "她把头发【扎】起来", before="(?:头发|辫|腰|裤腿|袖)[^，。]{0,4}"),
        Rule("zā", "【扎】了两根辫子", after="[^，。]{0,5}(?:辫|马尾|小揪|头绳|彩带|皮带)"),
        Rule("zhā", "【扎】根基层"),
    ),
    "朝阳": (
        Rule(
            "Cháo yáng",
            "【朝阳】区的街道",
            after="区|路|门|公园|市|大街|医院|群众|县|站|法院|警方|分局",
            before="",
        ),
        Rule("Cháo yáng", "北京【朝阳】的街道", before="北京市?|辽宁|沈阳"),
        Rule("zhāo yáng", "【朝阳】从山后升起"),
    ),
    "过得": (Rule("guò de", "日子【过得】怎样", parted=True),),
    "不是": (Rule("bù shì", "他【不是】本地人", parted=True),),
    # -- words; some are two words in certain contexts: 它都会更新, 老师的确认
    "都会": (
        Rule("dū huì", "国际大【都会】", before="[大际代的个]"),
        Rule("dōu huì", "它们【都会】更新", parted=True),
    ),
    "的确": (
        Rule("de què", "在老师【的确】认下", after="[认定诊立保信切]", parted=True),
        Rule("dí què", "他【的确】来过"),
    ),
    "聪明": (Rule("cōng míng", "发挥【聪明】才智", after="才智"),),
    "一轮": (Rule("yī lún", "新【一轮】竞争", parted=True),),
    "中共": (Rule("Zhōng gòng", "【中共】党员"),),
    "中共中央": (Rule("Zhōng gòng Zhōng yāng", "【中共中央】印发"),),
    "政协": (Rule("Zhèng xié", "全国【政协】委员"),),
    "才能": (
        Rule(
            "cái néng",
            "展示【才能】",
            before="[展施示华挥干显露养炼艺使有]|的",
            after=f"{_MARK}|机会|和|与|的|出众",
        ),
        Rule("cái néng", "他很有【才能】", after=f"{_MARK}|和|与|的|机会|出众|得到|得以|[是也都]"),
        Rule("cái néng", "只有这样，【才能】做好", parted=True),
    ),
    "着重": (
        Rule("zhe zhòng", "发挥【着重】要作用", before="[一-鿿]", after="[要大](?!求)", parted=True),
        Rule("zhuó zhòng", "【着重】指出"),
    ),
    "穿着": (
        Rule("chuān zhuó", "他【穿着】讲究", after=f"{_MARK}|[的讲得朴打与和]"),
        Rule("chuān zhe", "他【穿着】蓝布衫"),
    ),
    "落下": (
        Rule("là xià", "不【落下】任何人", after="任何|了?[一谁每]|什么|东西"),
        Rule("luò xià", "雨点【落下】"),
    ),
    "同行": (Rule("tóng xíng", "与他一路【同行】", before="[与和伴结一][^，。；]{0,6}"),),
    "一行": (Rule("yī háng", "写了【一行】字", after="[字诗泪小代白]"),),
    "得了": (
        Rule(
            "de liǎo",
            "这么多他吃【得了】吗",
            before="[吃做走办干受免离忘用来去管]",
            after="吗|的|$|" + _MARK,
            parted=True,
        ),
    ),
    "得手": (Rule("de shǒu", "抄【得手】都酸了", after="[都也]?[酸疼痛软抖发]", parted=True),),
    "背着": (Rule("bēi zhe", "她【背着】书包", after="[^，。；]{0,5}[包袱篓筐枪孩人柴米]"),),
    "得到": (Rule("de dào", "人人都做【得到】", before="[做看听想办找见感摸料买用拿]", parted=True),),
    "分子": (Rule("fēn zǐ", "水的【分子】"),),
    "所长": (Rule("suǒ cháng", "各尽【所长】", before="[尽其有无施展]"), Rule("suǒ zhǎng", "研究所【所长】")),
    "教会": (
        Rule("jiāo huì", "是她【教会】了我", after="了|他|我|你|孩子|学生|人"),
        Rule("jiào huì", "当地的【教会】"),
    ),
    "大都": (Rule("dà dū", "元【大都】", before="元"),),
    "重重": (Rule("zhòng zhòng", "【重重】地摔下", after="地"),),
    "地方": (Rule("dì fāng", "中央和【地方】政府", before="[央和级由]", after="[政财党性法立标债志人经税]"),),
    "东西": (
        Rule("dōng xī", "横贯【东西】", before="[贯跨分连]"),
        Rule("dōng xī", "【东西】部协作", after="[部方南两向]"),
    ),
    "过去": (Rule("guò qu", "走【过去】", before="[走跑飞赶看送拿爬游开冲转]"),),
    "起来": (
        Rule("qi lai", "大家行动【起来】", before="[一-鿿](?<![我你他她们，早])"),
        Rule("qǐ lái", "【起来】吧"),
    ),
    "说道": (Rule("shuō dào", "他【说道】"),),
    "女人": (Rule("nǚ rén", "一个【女人】"),),
    "老公": (Rule("lǎo gōng", "她【老公】"),),
    "粒子": (Rule("lì zǐ", "高能【粒子】"),),
    "看好": (Rule("kàn hǎo", "专家【看好】市场"),),
    "下调": (Rule("xià tiáo", "【下调】利率"),),
    "播种": (Rule("bō zhòng", "【播种】小麦", after="水稻|小麦|玉米|面积"), Rule("bō zhǒng", "春天【播种】")),
    "卷子": (Rule("juàn zi", "老师改【卷子】"),),
    "说法": (Rule("shuō fǎ", "有一种【说法】"),),
    "好处": (Rule("hǎo chù", "没有【好处】"),),
    "地道": (Rule("dì dào", "挖【地道】", before="[挖条钻进]|战"),),
    "开通": (Rule("kāi tōng", "线路【开通】"),),
    "人家": (Rule("rén jiā", "农户【人家】", before="[户山水千万]"), Rule("rén jia", "听【人家】说")),
    "当天": (Rule("dàng tiān", "【当天】去当天回", after="[去往]?.?当天|返回|往返"),),
}
