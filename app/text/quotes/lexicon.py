"""What the rules of `passages`, `cast`, `cues` and `quotes` know of the language: words, each list with its
purpose and an example, and how a noun phrase names a source (`describe`).

Nothing here is about a single article, and no list of names: who somebody is must follow from offices,
surnames, the shape of a name and the sentence. Lists are written in simplified characters; `normalize`
brings a traditional text to them one code point for one, so an offset in it is one in the text itself.

To teach the rules a verb, a title or a kind of body, add the word to its list and a sentence to
`tests/text/test_quotes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from app.text.folding import normalize
from app.text.segment import well_formed


@dataclass(frozen=True, slots=True)
class Words:
    """One list of words.

    Attributes:
        what: what the words have in common and what the rules do with them.
        example: a sentence in which one of them works.
        words: the list itself, in simplified characters.
    """

    what: str
    example: str
    words: tuple[str, ...]


def _words(what: str, example: str, words: str) -> Words:
    return Words(what, example, tuple(dict.fromkeys(words.split())))


# --- verbs ---------------------------------------------------------------------------------------------

SAY = _words(
    "Verbs that give words or a view, with or without a comma before the content.",
    "林嘉禾表示，明年再办一届。 他认为这条路走得通。",
    """
    说 称 表示 指出 认为 觉得 透露 强调 坦言 直言 宣布 宣称 声称 声言 重申 承认 坦承 证实 确认 相信 深信
    坚信 坚称 预测 预计 预料 预期 估计 推测 推断 断言 指 笑言 笑称 笑说 自称 谎称 辩称 诉称 诈称 主张 明言
    明确 表明 申明 声明 放话 扬言 确信 研判 透漏 表态 自认 续指 反指 反批 直批
    指称 宣示 预估 认定 断定 料定 料 判定 直认
    """,
)
SAY_CLOSED = _words(
    "Verbs that also take a thing or a person as object: they give words only before a comma, a colon or a "
    "quotation.",
    "馆长解释，展厅冬天不开放。 but not 馆长解释了规则。",
    """
    介绍 解释 回应 答复 回复 回覆 答覆 补充 分析 总结 概括 归纳 小结 评价 评论 点评 评述 评 回忆 回忆起
    追忆 忆述 讲述 叙述 描述 形容 比喻 感叹 感慨 慨叹 感言 感喟 惊叹 赞叹 夸赞 称赞 盛赞 大赞 赞 反驳
    驳斥 斥责 观察 剖析 夸 反问 反映 抱怨 吐槽 批评 痛批 怒批 狠批 炮轰 指责 指控 谴责 痛斥 怒斥 斥 质疑
    抨击 讽刺 警告 告诫 承诺 保证 发誓 誓言 喊话 喊 高喊 大喊 呼喊 大叫 高呼 直呼 惊呼 疾呼 通报 汇报
    陈述 阐述 供述 供称 供认 交代 交待 招认 留言 跟帖 发文 发帖 发推 发声 贴文 撰文 刊文 发微博 爆料 披露
    揭露 打趣 调侃 自嘲 戏称 记得 想起 谈到 谈及 谈起 谈 提到 提及 提出 写 回答 答 讲 道 叹 笑 苦笑 哭诉
    诉苦 诉说 倾诉 忏悔 澄清 辟谣 否认 说明 阐明 点出 点明 道出 举例 引述 直指 力陈 致辞 致词 讲话 发言
    演讲 表述 论述 嘀咕 嘟囔 念叨 唠叨 劝 劝说 嘱咐 叮嘱 叮咛 吩咐 追问 询问 问 自问 插话 接话 附和 同意
    赞同 呛 呛声 怒呛 反呛 怒轰 坦白 自白 自述 口述 复述 转述 传达 告白 解读 建言 预言 预告 担心 担忧
    忧心 怀疑 猜测 判断 表达 感到 感觉 批 打招呼 深有感触 颇有感触 深有感慨 抗议 发难 开炮 喊冤 叫屈
    回 回呛 回击 回敬 回怼 力挺 力争 辩解 辩护 反击 反指 续指 续称 续说 直批 续道 直斥 狂酸 自豪 分享
    分享道 笑答 答询 备询 坦率 供出 写道 说道 问道 答道 笑道 喊道 讲道 公布 宣告 放言 哀叹 坦诚 申辩 抱屈
    自曝 自爆 笑骂 骂 怒骂 痛骂 回骂 喃喃 嘟哝 感叹说 咕哝 哽咽 惊叫 大哭
    暗讽 暗示 嘲讽 揶揄 讥讽 挖苦 反讽 影射 数落 埋怨 责怪 责备 训斥 呵斥 反诘 诘问 发问 央求 哀求 哭喊 嚷
    嚷嚷 吼 怒吼 大吼 搭话 搭腔 絮叨 放狠话 撂狠话 控诉 自责 直陈
    痛陈 剖白 自言 自言自语 吐露 吐苦水 科普 支招 忆起 报料 婉言 表白 自省 反思 感悟 坦露 袒露 讲解 播报
    补述 续述 纳闷 叫嚣 叫板 述说 转达 捎话 认同
    投诉
    """,
)
TELL = _words(
    "Verbs whose object is the person told; the content follows a comma, a colon or a quotation.",
    "店主告诉记者，货已经卖完。",
    """
    告诉 告知 告之 转告 提醒 警告 叮嘱 嘱咐 告诫 回答 回覆 答复 回复 正告 劝告 开导 安慰 反问 质问 通知
    知会
    奉劝 劝说 叮咛 吩咐 嘱托 央求 哀求 恳求 鼓励 勉励 宽慰 劝慰 责问 追问
    """,
)
URGE = _words(
    "Verbs of wish and demand: words only before a comma or colon, or before a clause with its own subject.",
    "消防署建议市民先关好煤气。 but not 工会号召罢工。",
    """
    希望 建议 呼吁 要求 提醒 敦促 期望 期待 盼望 期盼 倡议 倡导 劝告 奉劝 促请 吁请 吁 恳请 恳求 请求 提议
    主张 寄语 勉励 祝愿 祝福 嘱托 强烈要求
    提示 冀 盼 期许 期勉
    """,
)
INHERITS = _words(
    "Verbs that may take their subject from a clause before.",
    "气象台发出预警，建议市民带伞出门。",
    """
    说 称 表示 指出 认为 强调 透露 直言 坦言 指 重申 宣布 形容 批评 质疑 解释 写道 感叹 补充 补充说
    指责 谴责 警告 抱怨 承诺 否认 反驳 驳斥 抨击 坦承 承认 证实 坚称 声称 宣称 感慨 预测 相信 觉得
    """,
)
NOUNS = _words(
    "Verbs that are nouns, too: before a comma they are verbs only right after their subject.",
    "馆长笑着回答，… but not 他叫大家看网友留言，…",
    """
    留言 评论 回答 总结 分析 介绍 解释 发言 讲话 演讲 说明 回应 建议 希望 要求 声明 批评 质疑 指责 指控
    观察 剖析 承诺 保证 警告 评价 描述 抱怨 感慨 感叹 否认 致辞 解读 陈述 通报 汇报 回复 答复 提醒 呼吁
    反映 表述 判断 怀疑 谈 讲 表态
    暗示 埋怨 反思 感悟 控诉 讲解 提示 期许 认同 自责
    投诉
    """,
)
SHARP = _words(
    "Verbs with a thing or a person as object that may go straight on with a clause.",
    "议员批评政府不肯认错。",
    """
    批评 质疑 指责 痛批 狠批 怒批 斥 警告 承诺 抱怨 反驳 爆料 反映 指控 解释 补充 感叹 保证 回应
    否认 暗示 埋怨 责怪 认同
    """,
)
VAGUE = _words(
    "Verbs that take a noun as often as a clause; a clause must show itself by a modal or negation.",
    "公司宣布将停产。 but not 公司宣布停产计划。",
    """
    宣布 明确 表明 表态
    """,
)
DISBELIEF = _words("Verbs whose negation is still a view.", "他不认为有问题。", "认为 觉得 相信 担心 同意")
RETELLING = _words(
    "Verbs that open a story told at length.", "老人回忆说，…", "回忆 讲述 追忆 忆述 自述 叙述 口述"
)
ACTS = _words(
    "First characters of what people do before they speak: they end the name before them.",
    "副局长张望走到河边，说：… is 张望, not 张望走.",
    """
    走 站 坐 蹲 跪 躺 跑 赶 奔 追 冲 爬 跳 蹚 踩 踏 跨 迈 来 去 到 回 进 出 上 下 起 看 望 盯 瞧 听 闻 拿
    握 抓 拉 拖 拽 推 举 抬 扛 挑 背 抱 捧 端 递 接 扶 搂 拍 敲 打 挥 摆 摇 摊 指 翻 掏 摸 擦 抹 捂 摘 戴
    穿 脱 掰 凭 靠 借 替 帮 披 裹 系 挽 笑 哭 喊 叫 嚷 叹 喘 哽 红 皱 眯 瞪 睁 闭 低 仰 弯 转 点 带 领 率
    陪 送 找 查 忙 累 急 气 致 获 赴 发 做 写 唱
    """,
)
REFUSED = _words(
    "Right before a verb of saying: not said, not yet said, or said by nobody here.",
    "他拒绝透露… 公司尚未回应… 被问… 他所说的…",
    """
    的 所 被 遭 遭到 受到 将 拟 未 没 没有 不 不愿 不愿意 拒绝 无法 难以 尚未 并未 从未 不肯 不便 可以
    不能 无 不得 不予 应 该 应该 可 能 来 如何 怎么 怎样 要 想 欲 以 难 让 请 需 须 一 有待 值得
    """,
)
WISHERS = _words(
    "Who is often the subject of what is wished for.",
    "他呼吁各国兑现承诺。",
    """
    各国 各方 各界 各地 各级 各部门 大家 双方 公众 市民 民众 家长 消费者 国际社会 有关方面 有关部门
    相关部门 政府 当局 对方 社会各界 发达国家 企业 全社会 居民 村民 群众 司机 旅客 乘客 游客 学生 同学们
    年轻人
    """,
)
WAYS = _words(
    "Nouns for what somebody has to say; with a colon before a quotation they are cues.",
    "他的回答很干脆：“不卖。”",
    """
    态度 回答 答案 说法 语气 感受 心愿 愿望 想法 理由 诀窍 秘诀 解释 看法 观点 评价 总结 建议 回应 口头禅
    """,
)
PAINTING = _words(
    "Verbs that put a quotation behind the thing they speak of.",
    "她形容丈夫是“最好的队友”。",
    """
    形容 评价 描述 称赞 大赞 盛赞 批评 狠批 痛批 直批 斥 怒斥 直指 讽刺 批 赞 笑称 直呼 喻 比喻 狂赞 斥责
    痛斥 怒批 夸赞 夸 质疑 指责
    """,
)
NOT_REFUSED = _words(
    "Words that only end like those above.", "她回应说…", "回应 反应 供应 响应 呼应 反对应 似的"
)
ALONE = _words(
    "What a verb of saying without a subject of its own may begin with.",
    "…，并强调… …，也再次呼吁…",
    """
    并 还 也 又 则 且 但 而 同时 更 亦 随后 再 再次 另外 此外 一再 进一步 同样 甚至 均 都 强烈 明确 特别
    直接 公开 其中 多次 反复
    """,
)
GIVING = _words(
    "Verbs that make a cue with a noun of saying: 表达了…看法，",
    "两位店主表达了相同的看法，…",
    """
    表达 发表 提出 提及 列出 列举 陈述 给出 作出 做出 做了 作了 发出 留下 抛出 传出 有
    """,
)
SAYINGS = _words(
    "Nouns of saying; the first six also before a comma.",
    "他做了一个总结：…",
    """
    看法 观点 意见 理由 措施 疑问 质疑 感慨 感叹 评论 评价 声音 要求 建议 呼吁 回应 解释 说明 承诺 对比
    比喻 总结 声明 留言
    """,
)
MODALS = _words(
    "What shows within its first dozen characters that words are a clause, not a noun.",
    "公司宣布明天起停产。",
    """
    将 已 从 自 不 会 要 有 是 能 可 应 未 没 正 在 被 由 就 都 须 必 全 即
    """,
)
WISHED = _words(
    "Before these stands the subject of what is wished for or demanded.",
    "消防署建议市民先关好煤气。",
    """
    要 应 能 可 将 会 尽 不 多 继续 加强 加快 避免 一起 共同 积极 认真 及时 务必 切勿 保持 注意 进行 提供
    停止 立即 尽快 早日 给予 采取 支持 做好 先 都 勿 别 得以 参与 成为
    """,
)
NO_WISHER = _words(
    "What a clause with a subject of its own does not begin with.",
    "not 建议尽量避免, 呼吁加强监管",
    """
    能 可以 尽 通过 在 把 对 进 加 继 以 从 更 早 再 多 与 和 共 让 使 有 做 为 给 将 不 要 也 看 得 获 见
    实现 到
    """,
)
TURNS = _words(
    "Where within a sentence the narrator takes over from the source.",
    "他说，水位在降，但这也说明… ；根据水文站资料…",
    """
    但这也 但这正 但这恰 但这无疑 但这意味 而这也 而这正 而这恰 而这无疑 而这意味 不过这也 不过这正
    然而这也 然而这正 这正 这恰 这无疑 这意味 根据 且根据 并根据 另根据 记者
    """,
)
NOT_CUES = _words(
    "Words that hold a verb of saying and are none.",
    "他写的小说卖得很好。 换句话说，路通了。",
    """
    小说 说服 传说 据说 听说 虽说 说话 说起来 说不上 说不定 说不出 说不清 再说 胡说 来说 而言 说来 说白了
    说实话 说到底 说好的 说得上 可以说 应该说 可说 一般说 也就是说 就是说 换句话说 换言之 或者说 比如说
    譬如说 例如说 按说 照说 按理说 俗话说 常言说 老话说 不用说 别说 不消说 且不说 老实说 坦白说 严格说
    简单说 具体说 总的说 这么说 那么说 怎么说 说明书 说明会 说唱 说教 说客 说辞 说词 说干就干 说走就走
    众说纷纭 有话要说 有说有笑 说谎 说出口 没得说 难说 好说歹说 说说 说一不二 说到做到 学术说 假说 叫停
    叫做 叫作 叫车 叫好 名称 称为 称之 称作 称做 称号 称呼 称谓 号称 职称 堪称 著称 简称 俗称 昵称 雅称
    旧称 对称 称霸 称职 称心 称雄 称得上 称不上 称道 称帝 尊称 誉称 素称 匀称 称赞有加 指数 指标 指导
    指挥 指定 指示 指的 是指 意指 指向 指纹 指令 指引 指望 指甲 拇指 食指 戒指 股指 恒指 沪指 指针 指派
    指认 特指 泛指 所指 指涉 指使 指点 指教 指战员 屈指 指日可待 指尖 指头 指缝 指节 指名 指考 纳指 指间
    指出来 无名指 专指 指代 指明方向 首屈一指 被认为 自认为 被称 表示出 以表示 表示反对 表示支持 报告会
    报告厅 报告书 报告单 报告文学 介绍信 介绍所 自我介绍 简介 解释权 分析师 分析家 分析人士 分析员 评论员
    评论家 评论区 评论文章 影评 书评 通报会 发布会 说明白 评价体系 评审 评选 评估 评比 评委 评为 评定
    评级 评论界 好评 差评 测评 点评网 品评 批准 批发 批次 批量 大批 一批 首批 这批 那批 审批 分批 成批
    批改 批复 批示 两批 几批 多批 赞助 赞成 赞赏 赞许 点赞 赞美 赞誉 称赞 赞扬 写作 写字 写真 写照 编写
    书写 描写 撰写 填写 写入 写下 写信 改写 特写 写着 写有 写满 写在 写成 听写 手写 写生 写实 道路 知道
    报道称赞 渠道 街道 频道 管道 铁道 轨道 隧道 跑道 通道 味道 人道 道德 道理 道具 道教 难道 赛道 大道
    车道 步道 航道 河道 山道 地道 公道 厚道 霸道 柔道 跆拳道 一道 几道 这道 那道 赤道 东道 主干道 便道
    弯道 赶紧 讲座 讲究 讲台 讲坛 讲堂 讲师 讲解 讲课 讲学 讲义 讲稿 演讲者 讲真 讲故事 宣讲 讲授 讲解员
    来讲 讲求 讲理 讲道理 讲政治 讲信用 讲话精神 重要讲话 讲文明 劝阻 劝退 劝返 劝导 劝离 答案 答题 答卷
    答辩 答谢 抢答 问答 解答 报答 应答 答应 答疑 问题 问世 问卷 问责 访问 学问 顾问 疑问 提问 慰问 问候
    问政 问询 过问 质问声 问鼎 问及 问到 问起 被问 拷问 叩问 审问 问津 问路 笑容 笑声 笑脸 笑话 笑意
    微笑着 欢笑 玩笑 搞笑 嘲笑 好笑 可笑 笑点 谈话 谈判 谈论 会谈 洽谈 座谈 访谈 谈不上 面谈 约谈 杂谈
    谈心 谈恋爱 交谈 商谈 谈吐 漫谈 恳谈 叹息 叹气 叹为观止 感叹号 叹服 料理 材料 资料 原料 燃料 塑料
    饮料 照料 面料 废料 肥料 饲料 布料 颜料 涂料 预料之中 不料 意料 料到 料峭 料想 史料 用料 调料 香料
    反映出 反映了 反映在 提出了 提出的 提出异议 明确了 明确的 表达了 表达出 发言人 发言权 讲话稿 声明书
    道出了 道歉信 通知书 通知单 公告牌 发布了 公布了 表态性 怒放 怒火 愤怒 怒江 恼怒 发怒 激怒 呼叫 叫声
    喊声 轰动 轰炸 轰鸣 轰轰 覆盖 颠覆 覆没 倾覆 覆灭 酸菜 辛酸 心酸 酸奶 硫酸 核酸 盐酸 氨基酸 酸性 酸碱
    酸雨 碳酸 乳酸 排斥 充斥 斥资 斥责声 促进 促使 促成 敦促书 督促 仓促 促销 促动 短促 催促 局促 吁吁
    冀望值 河北冀 盼头 期盼已久 建议书 要求书 希望小学 希望工程 倡议书 请求书 提醒函 主张权利 有希望
    充满希望 寄予希望 期待已久 值得期待 确认书 确认了 证实了 明确指示 预期目标 预计到 不出预料 估计数
    感到 自称是 表示欢迎 民警 交警 警察 法警 特警 刑警 武警 说这话 说这番 说这句 说这些 说那话 说此话
    说出 法说会 要说 再说一遍 说明了 没说 赞不绝口 报道
    之称 美称 别称 通称 统称 合称 全称 代称 爱称 贱称 温馨提示 提示音 提示语 提示牌 提示灯
    提示词 冀望 盼望着 吼叫 吼声 反思录 顾盼 盼着
    嚷着 讲解词 获得认同 身份认同 认同感 被认定 认定为 判定为 指称为 预估数 控诉书 冀中 冀南
    冀东 冀北 京津冀 冀州
    多说 多谈 投诉率 投诉量 投诉人 投诉者 投诉信 投诉电话 投诉平台
    """,
)

# Words that may stand between the subject and the verb of saying.
BETWEEN = _words(
    "What ends a subject: adverbs, prepositions, time, auxiliaries, and verbs that lead to the saying.",
    "傅晓岚在开幕式上说，… 店家昨天也向记者证实，…",
    """
    在 对 向 就 于 从 以 用 将 把 被 给 由 经 当 为 因 则 也 还 又 亦 都 均 曾 再 便 仍 更 却 已 并 不 没
    未 会 要 能 可 是 有 了 着 过 正 刚 才 只 每次 每回 自 同 跟 与 和 连 经过 经由 透过 通过 针对 围绕
    关于 根据 按照 随着 面对 对于 除了 作为 身为 谈到 谈及 谈起 说到 说起 提到 提及 提起 讲到 讲起 接受
    出席 参加 回应 回答 回覆 回复 受访 受询 应询 列席 率 赴 前往 来到 走访 视察 考察 调研 主持 会见 会晤
    致电 致信 致函 发布 发表 发出 刊登 刊发 召开 举行 撰写 撰 随后 此前 之前 之后 当时 当天 当日 昨天
    昨日 昨晚 今天 今日 今早 今晨 今晚 今年 去年 日前 近日 最近 近期 早前 早些时候 稍早 稍后 稍晚 其后
    事后 会后 赛后 会上 同日 同时 次日 翌日 上午 下午 中午 晚间 晚上 凌晨 早上 周一 周二 周三 周四 周五
    周六 周日 星期 本周 上周 纷纷 一致 共同 分别 特别 着重 着力 明确 进一步 曾经 已经 反复 多次 一再 再次
    再度 直接 公开 当场 当面 当即 立即 随即 继续 接着 最后 后来 一直 不禁 不由 忍不住 私下 甚至 依然 仍然
    率先 郑重 严正 正式 独家 书面 电话 主动 首先 其实 则是 同样 坦率 无奈 激动 高兴 感慨 兴奋 自豪 欣慰
    气愤 愤怒 难过 深情 深刻 动情 由衷 诚恳 耐心 笃定 低调 高调 简短 笑 苦笑 微笑 哽咽 含泪 摇头 点头
    摆手 叹气 坦然 幽默 略带 颇 十分 非常 很 最 强烈 严厉 尖锐 猛烈 紧急 及时 补充 举例 总结 回忆 介绍
    解释 分析 感叹 评价 自豪地 谦虚 表情 松 拍 站 坐 打开 翻 递 捧 边 一边 一脸 显得 感到 向来 历来 所
    如此 这样 这么 这番 经常 常 常常 总 总是 时常 往往 有时 偶尔 甫 刚刚 终于 最终 一度 重新 如是 脸书
    微博 推特 网上 社交 指着 拉着 带着 看着 听到 看到 得知 知道 想到 面露 喊 援引 引述 引用 转述 各 发来
    传来 表达 做 作 写 说 做了 作了 始终 受 半 质询 询 追 迎 深 反 竟 居然 果断 断然 果然 当众 严词 语带
    语重心长 意味深长 斩钉截铁 直截了当 开门见山 毫不 不无 丝毫 依旧 照样 连连 频频 屡次 多年 长期 早就
    早已 一向 从来 起先 起初 原先 本来 原本 亲自 亲口 亲笔 联名 联合 齐声 异口同声 一口 反倒 反而 显然
    似乎 好像 大声 小声 轻声 低声 厉声 高声 悄悄 默默 缓缓 慢慢 渐渐 忙 连忙 急忙 赶忙 赶紧 匆匆 当下
    眼下 此时 这时 那时 彼时 届时 突然 忽然 立刻 马上 随口 脱口 顺便 特意 特地 专门 专程 有感而发 自信 笃
    坚决 坚定 清楚 再三 细数 痛心 遗憾 惋惜 无比 倍感 带 指 一路 沿途 那天 这天 有一次 有一天 昨 今 冲
    打来 打 去电 拨 来电 出面 皱 抬 低头 转身 起身 伸手 摸 拉 叹 苦 哭 喘 红着 眼 回头 改口 开口 插嘴
    张口 转而 紧接着 随之 另外 不得 直率 坦诚 爽快 得意 骄傲 谨慎 保守 含蓄 委婉 客气 礼貌 冷冷 淡淡 平静
    沉痛 沉重 严肃 认真 诚实 老实 一本正经 半开玩笑 开玩笑 打趣 自嘲 感性 动容 语气 口吻 眼神 神情 连声
    高喊 大喊 受不了 忍 气得 吓得 急得 乐 乐呵呵 笑呵呵 笑眯眯 笑嘻嘻 苦着脸 红着眼 含着泪 流着泪 噙
    边走边 指了指 摇 摇摇头 点点头 耸耸肩 摊 摊手 拍拍 拍着 抹 擦 抹着 叹了口气 普遍 求情 陈词 供词 作供
    自我 怒 涌入 涌进 湧入 难掩 掩不住 抑制不住 沉默 沉思 沉吟 愣 停顿 摆摆手 挥挥手 拍了拍 憨笑 一起
    一同 一道 一块儿 盘问 讯问 作证 出庭 选择 顿了顿 想了想 迟疑 犹豫
    自言自语 几度 数度 屡屡 似的 喃喃自语
    审理 当庭 当堂 本人 接过
    """,
)

TRAILING = _words(
    "Adverbs right before a verb of saying, no part of the subject.",
    "店主也说… 他昨天还表示…",
    """
    也 还 则 又 亦 都 均 曾 再 便 仍 更 就 并 却 随后 此前 同时 纷纷 一致 日前 近日 昨天 今天 昨日 今日
    昨晚 今早
    """,
)

OPENERS = _words(
    "What may stand before the subject of a sentence or clause.",
    "不过，店主说… 对此，工会回应… 采访中，村民们说…",
    """
    但是 但 然而 而且 而 不过 可是 只是 同时 此外 另外 另一方面 一方面 另 因此 所以 于是 并且 并 且 对此
    为此 其中 其实 事实上 实际上 尽管 虽然 虽 如今 现在 目前 当前 那么 例如 比如 随后 之后 后来 接着 最后
    最终 此前 之前 日前 近日 近来 最近 近期 早前 早些时候 稍早 稍后 稍晚 当天 当日 当晚 当时 昨日 昨天
    昨晚 今天 今日 今早 今晨 今晚 今年 去年 明年 同日 次日 翌日 本周 上周 本月 上月 近年来 多年来 采访中
    采访时 采访过程中 会上 会后 会议上 席间 期间 现场 活动现场 活动中 仪式上 直到 发布会上 记者会上 座谈会上
    论坛上 赛后 赛前 事后 事发后 随即 其后 至于 有关 针对此事 针对此 关于此事 就此 据此 谈及此 谈到此
    对于此 除此之外 与此同时 在此之前 在此期间 在会上 电话中 视频中 信中 文中 文章中 声明中 报告中 首先
    其次 再次 原来 果然 结果 突然 忽然 终于 甚至 即使 也 还 又 再 则 就 更 便 仍 亦 只见 连 当 因为 由于
    好在 显然 同样 可 对於 去年底 年初 年底 月底
    """,
)

# --- people, bodies, groups -------------------------------------------------------------------------------

TITLES = _words(
    "Offices, callings and ties that stand before (or after) a name, or name a person alone.",
    "县水务局局长贺兰亭说… 一名护士说…",
    """
    总书记 副书记 书记 主席 副主席 总统 副总统 总理 副总理 首相 副首相 国务卿 国务委员 主任委员 主任
    副主任 主任医师 副主任医师 部长 副部长 局长 副局长 署长 副署长 处长 副处长 厅长 副厅长 司长 副司长
    科长 省长 市长 县长 区长 州长 镇长 乡长 村长 里长 社长 台长 馆长 园长 院长 副院长 所长 副所长 校长
    副校长 会长 副会长 理事长 副理事长 秘书长 副秘书长 干事长 总干事 董事长 副董事长 行长 副行长 组长
    副组长 队长 班长 团长 副团长 连长 排长 营长 旅长 师长 军长 总长 司令 司令员 政委 特首 特派员 专员
    检察长 检察总长 审判长 庭长 次长 政务次长 议长 副议长 族长 酋长 船长 机长 列车长 站长 店长 厂长 矿长
    工会主席 舰长 教育长 参谋长 幕僚长 发言人 新闻发言人 负责人 相关负责人 有关负责人 主要负责人 代表
    代表团团长 人大代表 政协委员 委员 委员长 常委 党委书记 理事 监事 董事 干事 秘书 总监 副总监 总经理
    副总经理 经理 项目经理 总裁 副总裁 执行总裁 首席执行官 首席运营官 首席财务官 首席科学家 首席经济学家
    首席分析师 首席专家 首席代表 首席 执行长 营运长 财务长 技术长 行政总裁 执行董事 合伙人 创始人 创办人
    联合创始人 共同创办人 老板 老板娘 店主 业主 车主 房东 船东 股东 CEO CFO COO CTO 大使 公使 参赞 总领事
    副总领事 领事 武官 特使 外长 外相 防长 防相 财长 财相 法相 阁揆 行政长官 长官 议员 参议员 众议员 立委
    立法委员 立法会议员 市议员 县议员 区议员 国会议员 党魁 党首 党主席 总召 书记长 召集人 协调员 督学
    督察 总督察 警司 警长 警员 警官 警察 民警 交警 刑警 特警 消防员 消防队员 法官 大法官 检察官 检察员
    律师 大律师 辩护律师 代理律师 法医 公证员 院士 教授 副教授 助理教授 讲座教授 客座教授 讲师 研究员
    副研究员 助理研究员 研究生 博士后 博士生 博士 硕士生 硕士 大学生 学生 高中生 初中生 小学生 中学生
    留学生 毕业生 同学 校友 老师 教师 班主任 辅导员 导师 博导 学者 专家 科学家 工程师 高级工程师 总工程师
    总设计师 设计师 建筑师 规划师 技术员 程序员 分析师 分析员 经济学家 社会学家 历史学家 语言学家
    物理学家 化学家 生物学家 数学家 天文学家 考古学家 心理学家 法学家 人类学家 哲学家 政治学家 气象学家
    流行病学家 病毒学家 评论家 评论员 观察家 观察员 策略师 顾问 会计师 精算师 咨询师 营养师 药师 治疗师
    心理咨询师 医生 医师 主治医师 护士 护士长 护师 药剂师 患者 病人 家属 志愿者 义工 社工 导游 领队 司机
    驾驶员 飞行员 乘务员 空姐 售货员 收银员 快递员 外卖员 保安 保洁员 厨师 主厨 大厨 工人 职工 员工 农民
    农户 渔民 牧民 村民 居民 市民 民众 网友 网民 游客 旅客 乘客 顾客 消费者 用户 目击者 当事人 受害人
    受害者 幸存者 被害人 嫌疑人 犯罪嫌疑人 被告 被告人 原告 申请人 家长 租客 住户 邻居 路人 摊主 商户
    商人 企业家 投资者 投资人 股民 求职者 应聘者 作家 诗人 小说家 剧作家 编剧 导演 副导演 总导演 制片人
    监制 制作人 演员 女演员 男演员 影星 歌手 歌王 歌后 歌星 明星 音乐人 音乐家 作曲家 作曲 指挥家 指挥
    钢琴家 小提琴家 演奏家 歌唱家 舞蹈家 艺术家 画家 书法家 雕塑家 摄影师 摄影家 策展人 主持人 主播
    播音员 编辑 总编辑 总编 主编 副主编 撰稿人 专栏作家 记者 通讯员 出版人 收藏家 翻译家 翻译 传承人 鼓手
    吉他手 博主 网红 版主 创作者 UP主 主教练 总教练 教练 助理教练 队员 球员 球星 前锋 后卫 中锋 门将
    守门员 中场 投手 捕手 一垒手 二垒手 三垒手 游击手 外野手 打者 强打 名将 老将 小将 新秀 选手 运动员
    冠军 亚军 奥运冠军 世界冠军 裁判 裁判长 队医 主帅 少帅 统帅 得主 纪录保持者 主席团成员 成员 会员 党员
    干部 官员 高官 人员 工作人员 医护人员 科研人员 研究人员 技术人员 管理人员 执法人员 救援人员 知情人
    知情人士 消息人士 人士 业内人士 负责人士 内部人士 权威人士 相关人士 同行 伙伴 合作人 见证人 发起人
    组织者 策划人 主办人 代言人 候选人 参选人 当选人 继承人 掌门人 带头人 监护人 经纪人 代理人 委托人
    联系人 主理人 领导人 领袖 领导 首领 元首 国王 女王 王子 公主 王储 亲王 教皇 教宗 主教 大主教 牧师
    神父 住持 法师 方丈 活佛 拉比 将军 上将 中将 少将 大校 上校 中校 少校 上尉 中尉 少尉 士兵 战士 军官
    老兵 退伍军人 烈士 父亲 母亲 爸爸 妈妈 妻子 丈夫 儿子 女儿 长子 次子 幼子 独子 长女 次女 独女 遗孀
    遗属 未婚妻 未婚夫 岳父 岳母 公公 婆婆 哥哥 弟弟 姐姐 妹妹 爷爷 奶奶 外公 外婆 姥姥 姥爷 祖父 祖母
    孙子 孙女 舅舅 叔叔 阿姨 大叔 大爷 大妈 大姐 大哥 大娘 老伴 亲属 亲戚 好友 朋友 室友 同事 同乡 前妻
    前夫 男友 女友 男子 女子 男孩 女孩 小男孩 小女孩 老人 老汉 老太 少年 少女 青年 小伙 小伙子 姑娘 孩子
    男童 女童 妇人 妇女 男生 女生 先生 女士 小姐 太太 夫人 同志 院长助理 助理 副手 巡视员 调研员 主管
    副主管 高管 主委 副主委 科员 专责 学家 掌柜 经营者 养殖户 种植户 操盘手 交易员 策划 学长 学姐 学弟
    学妹 讲解员 管理员 研究所长 副司令 副总 总指挥 副总指挥 总工 台柱 巨星 天王 天后 名嘴 名医 大夫 中医
    兽医 牙医 屋主 员警 警消 警消人员 里民 选民 房仲 店员 业务员 救护员 救生员 房客 房东太太 车手 骑士
    机师 空服员 师傅 徒弟 弟子 学徒 球童 会务 承办人 承办员 保安员 看护 看护工 外劳 移工 渔夫 矿工 清洁工
    环卫工人 环卫工 民工 农民工 建筑工人 钢琴手 主任检察官 襄阅主任检察官 召委 党团总召 党团书记长
    副干事长 副总编辑 总主笔 首席记者 特约评论员 国际部主任 创会会长 名誉会长 荣誉会长 常务理事
    常务副会长 执行会长 执行主席 轮值主席 首席技术官 首席营销官 总建筑师 首席设计师 总策划 总策展人
    艺术总监 音乐总监 运营总监 技术总监 市场总监 销售总监 人事经理 大堂经理 客服 客服人员 客户经理
    品牌经理 大臣 副大臣 总督 参议长 众议长 村支书 支书 第一书记 驻村第一书记 党总支书记 党支部书记
    纪委书记 政法委书记 团委书记 站务员 检票员 列车员 话务员 接线员 调度员 技师 技工 电工 木工 焊工 瓦工
    裁缝 理发师 花农 果农 茶农 菜农 粮农 棉农 蜂农 药农 牧人 船员 水手 大副 二副 轮机长 领航员 宇航员
    航天员 潜水员 登山者 登山家 探险家 徒步者 骑行者 跑者 跑友 车友 驴友 棋手 国手 拳手 骑手 枪手 射手
    泳将 体操运动员 举重运动员 田径运动员 跳水运动员 总团长 团总长 州务大臣 首席部长 首长 槟首长 拿督
    拿督斯里 丹斯里 汇报人 主讲人 讲述人 受访者 报案人 举报人 爆料人 发帖人 主审法官 裁判官 暂委裁判官
    督导员 上诉人 申诉人 证人 专家证人 控方证人 艺人 名模 模特 偶像 团员 主唱 主攻手 副攻手 二传手 二传
    自由人 接应 匠人 工匠 木匠 铁匠 石匠 民宿主人 洋将 影评人 乐评人 书评人 大户 专业户 先发投手 终结者
    文史工作者 工作者 社会工作者 主人 预报员 首席预报员 馆员 报幕员 主攻 主席团主席 经纪 影后 影帝 视后
    视帝 谐星 名媛 男星 女星 童星 新人 老师傅 练习生 创作歌手 网络红人 名厨 里干事 发起者 亲历者 传承者
    爱好者 守护者 创业者 管理者 设计者 研究者 负责者 受助者 获奖者 参赛者 策划者
    股评人 国脚 嘉宾 解说嘉宾 解说 摊贩 楼长 中介 包工头 首席战略官 首席法务官 首席投资官 首席信息官 董秘
    助教 球探 边锋 外援 新闻官 联络官 关长 邻长 参事 技正 课长 股长 巡官
    场长 塘主 农场主 传人 大师 厂医 乘警 海员 监事长 审计长 校监 校董 次官 检控官 难民 服务生 护工 月嫂 保姆
    宝妈
    主演 会计 老会计 领唱 主讲
    骨干 技术骨干 校医 印佣 菲佣 外佣 家佣
    """,
)
TIES = _words(
    "Words of the list above that are no office: beside a name they are a form of it, not its description.",
    "周先生说… 大叔马克说…",
    """
    先生 女士 小姐 太太 夫人 同志 大叔 大爷 大妈 大姐 大哥 大娘 阿姨 叔叔 爷爷 奶奶 老人 男子 女子 姑娘
    小伙 小伙子 同学 老师 师傅 大夫 孩子 老汉 老太 青年 少年 少女 女孩 男孩 小男孩 小女孩 男生 女生 朋友
    好友 拿督 拿督斯里 丹斯里
    """,
)
HONORIFICS = _words(
    "Titles that follow a name or a surname.",
    "余先生说… 郑教授说… 卢市长表示…",
    """
    先生 女士 小姐 太太 夫人 同志 教授 副教授 老师 院士 博士 医生 医师 大夫 律师 师傅 总书记 主席 总统
    总理 首相 副总理 书记 市长 省长 县长 区长 局长 部长 院长 校长 所长 主任 处长 厅长 科长 队长 会长
    董事长 总经理 经理 总裁 总 董 老 爷爷 奶奶 大爷 大妈 大姐 大哥 阿姨 叔 叔叔 婶 姐 哥 伯 婆婆 同学
    警官 妈妈 爸爸 妈 爸 法官 检察官 议员 立委 委员 将军 教练 导演 导 工 部队长 特首 司长 署长 村长 里长
    店长 老板 某 某某 某某某 姓男子 姓女子 姓司机 姓居民 姓员工 姓学生 姓民众 姓负责人 姓店员 姓老板 男
    女 嫌 妇 翁 父 母 妻 姓屋主 姓妻子 姓乘客 姓游客 姓网友 姓驾驶 姓骑士 姓嫌犯 姓男 姓女 姓妇人 姓老翁
    """,
)
ADDRESS = _words(
    "Forms of address that may follow a surname right behind a calling.",
    "听众孟女士感慨…",
    """
    先生 女士 小姐 太太 妈妈 爸爸 奶奶 爷爷 大爷 大妈 大姐 阿姨 婆婆 大娘 大叔 师傅 老师
    """,
)
ORGANISATIONS = _words(
    "How names of bodies, media and companies end.",
    "市交通委表示… 青禾公司说… 《南城晚报》称…",
    """
    公司 集团 局 署 部 厅 委 办 委员会 会 协会 学会 商会 总会 分会 工会 联合会 基金会 理事会 董事会 议会
    人大 政协 法院 检察院 检方 医院 院 学院 大学 中学 小学 学校 幼儿园 研究院 研究所 所 实验室 校方 方面
    中心 组织 机构 银行 央行 基金 证券 保险 政府 市府 县府 省府 区府 政府部门 部门 有关部门 相关部门
    主管部门 当局 内阁 警方 院方 厂方 店方 园方 馆方 台方 台 控方 辩方 官方 军方 中方 美方 日方 俄方 韩方
    英方 法方 德方 印方 乌方 朝方 港方 双方 各方 资方 劳方 会方 主办方 承办方 开发商 运营商 制造商 经销商
    物业 平台 厂商 商家 店家 业者 电视台 电台 广播公司 报社 日报 晚报 早报 时报 商报 快报 都市报 邮报
    导报 新报 周报 周刊 杂志 月刊 网 网站 新闻网 社 通讯社 新闻社 法新社 路透社 美联社 新华社 中新社
    彭博社 媒体 官媒 党媒 队 球队 俱乐部 联盟 党 国务院 白宫 外交部 使馆 大使馆 领事馆 总领馆 联合国 欧盟
    世卫 世卫组织 北约 东盟 五角大楼 克里姆林宫 庭 处 科 站 馆 院线 航空 航天局 海关 法庭 团队 课题组
    研究团队 专案组 调查组 工作组 专家组 项目组 指挥部 总部 分局 派出所 支队 大队 总队 消防队 交警队
    集团军 司令部 省委 市委 县委 区委 党中央 中央 国家队 店 厂 行 府 署方 农会 渔会 公会 同盟 阵线 党团
    黨部 公所 区公所 卫生所 气象台 天文台 观测站 智库 工作室 剧团 乐团 乐队 出版社 书店 博物馆 美术馆
    图书馆 剧院 社区 居委会 村委会 街道办 管委会 发改委 办公室 青瓦台 参谋部 国防军 证监会 国资委 卫健委
    科委 教委 纪委 监委 政法委 宣传部 统战部 组织部 立院 政院 监院 行政院 立法院 监察院 司法院 考试院
    陆委会 总统府 府方 北市府 新北市府 市议会 立法会 港府 特区政府 教育局 卫福部 交通部 科技 股份 控股
    实业 能源 汽车 电信 移动 联通 电力 石油 铁路 地铁 巴士 证交所 交易所 联储 美联储 基金组织 会议 大会
    峰会 全会 座谈会 政治局 常务会 例会
    """,
)
STATES = _words(
    "States and places that speak as bodies.",
    "美国表示，谈判下周继续。",
    """
    中国 美国 英国 法国 德国 俄罗斯 日本 韩国 朝鲜 印度 巴基斯坦 伊朗 伊拉克 以色列 巴勒斯坦 乌克兰 波兰
    土耳其 埃及 南非 巴西 阿根廷 墨西哥 加拿大 澳大利亚 澳洲 新西兰 意大利 西班牙 荷兰 比利时 瑞士 瑞典
    挪威 芬兰 丹麦 希腊 越南 泰国 菲律宾 马来西亚 新加坡 印尼 印度尼西亚 缅甸 柬埔寨 老挝 蒙古 沙特
    沙特阿拉伯 卡塔尔 阿联酋 叙利亚 利比亚 古巴 委内瑞拉 智利 秘鲁 台湾 香港 澳门 北京 上海 华盛顿 莫斯科
    东京 首尔 平壤 德黑兰 基辅 大陆 陆方 北韩 南韩 俄国 哈马斯 塔利班 真主党 华为 谷歌 微软 苹果 特斯拉
    腾讯 阿里巴巴 百度 小米 京东 台积电 三星 联想
    """,
)
GROUPS = _words(
    "Words for many people at once.",
    "干部群众纷纷表示… 网友们说… 有专家认为…",
    """
    群众 网友 网民 专家 学者 人们 民众 市民 居民 村民 业内 业界 外界 舆论 各界 学界 社会各界 球迷 粉丝
    歌迷 影迷 观众 读者 听众 乡亲 街坊 游客 媒体 外媒 港媒 台媒 日媒 美媒 韩媒 陆媒 英媒 俄媒 法媒 德媒
    官媒 众人 有人 分析人士 观察人士 评论人士 从业者 从业人员 工作者 爱好者 支持者 反对者 批评者 抗议者
    示威者 家长 学生 师生 职工 工人 老百姓 百姓 代表委员 与会者 与会专家 与会代表 与会人士 在场者 参与者
    受访者 选民 用户 消费者 投资者 买家 卖家 商户 农户 果农 茶农 菜农 渔民 大妈 老人 年轻人 干部群众
    广大干部群众 干部职工 官兵 医护 医护人员 队员 成员 分析员 分析师 经济学家 科学家 研究人员 研究者 人士
    业者 朝野 在野党 民间团体 环保团体 环团 人权团体 团体 绿营 蓝营 黨团 夫妇 夫妻 夫妇俩 夫妻俩 老两口
    两口子 父子 母女 兄弟 姐妹 父子俩 母女俩 姐妹俩 兄弟俩
    法人 外资 大行 投行 券商
    """,
)
MANY = _words(
    "Marks of number before a description: many people, named as one source.",
    "多名目击者说… 一些家长认为…",
    """
    不少 许多 很多 多名 多位 众多 一些 部分 大部分 大多数 多数 少数 几名 几位 数名 数位 有些 有的 各位
    各界 广大 所有 两名 两位 三名 三位 四名 四位 五名 五位 多家 两家 三家 几个 两个 三个 多个 越来越多
    个别 一众 诸多 绝大多数 过半
    """,
)
ONE = _words(
    "Marks of number before a description: one person.",
    "一名不愿透露姓名的店员说…",
    """
    一名 一位 一个 一个叫 一家 某位 某名 某个 某 这位 这名 那位 那名 该名 该位 另一位 另一名 另外一位
    其中一位 其中一名 首位 唯一
    """,
)
NO_SOURCE = _words(
    "What is no source though it stands before a verb of saying: hearsay, the reporter, labels.",
    "消息称… 记者问… 时间：…",
    """
    我 我们 自己 消息 结果 事实 实践 经验 历史 证据 迹象 理论 观点 看法 说法 传闻 传言 传说 谣言 法律 宪法
    法规 法 谚语 俗语 古语 成语 老话 俗话 常言 标语 横幅 这 那 此 它 什么 谁 其中 大家 众所周知 人 人们
    文章 剧情 故事 歌词 标题 内容 简介 介绍 问 时间 地点 来源 作者 编辑 责编 责任编辑 原标题 图 摄影 摄 文
    主题 题目 题 备注 注 附 结论 原因 理由 目的 方法 措施 条件 特点 一 二 三 四 五 此次 本次 这次 信息
    情况 现象 趋势 指数 显示 时候 有时 电话 地址 网址 记者 如下 例如 比如 其 对此 因此 所以 同时 但是 另外
    此外 首先 其次 再次 最后 最终 随后 之后 问题 关键 答案 价格 费用 规格 名称 用料 做法 步骤 提示 注意
    声明 公告 附件 链接 总之 综上 可见 传 据 网传 有消息 有报道 有研究 有分析 有观点 有传闻 有说法 相关
    新闻
    """,
)
PAPERS = _words(
    "How the names of papers, figures and findings end: what they say is not somebody's words.",
    "调查指出… 《通知》强调…",
    """
    研究 调查 报告 通知 意见 文件 数据 预测 预估 推估 估算 模型 榜单 法案 统计 公报 条例 规定 论文 方案
    白皮书 蓝皮书 资料 结果 规划 纲要 协议 合同 条约 判决 判决书 起诉书 裁定书 公约 决议 章程 手册 指南
    说明书 年报 财报 季报 民调 问卷 普查 图表 曲线 史料 史书 文献 办法 草案 条款 消息 传闻 记者 笔者 小编
    编者 证据 迹象 理论 民谣 谚语 档案 记录 纪录 日记 家书 通告 公示 清单
    """,
)
MEDIA = _words(
    "How names of media end: 报道 and 该报 point back to one of them.",
    "《海港日报》称… 报道说…",
    """
    报 日报 晚报 早报 时报 商报 快报 都市报 邮报 导报 新报 周报 周刊 杂志 月刊 网 新闻网 网站 客户端
    公众号 官微 社 通讯社 新闻社 电视台 电台 广播公司 广播电台 卫视 新闻 BBC CNN NHK CNBC 路透 彭博 半岛
    媒体 外媒 频道 观察者
    """,
)
PRONOUNS = _words(
    "Words that point back to a person named before.",
    "他说… 後者則表示…",
    """
    他 她 其 前者 后者 对方 本人 其本人 他本人 她本人 此人 当事人
    """,
)
PLURALS = _words(
    "Words that point back to several people or a body.",
    "他们说… 双方表示…",
    """
    他们 她们 它们 二人 两人 三人 四人 两者 双方
    """,
)

# How words for callings end that no list holds: 种粮大户, 素人演员, 民宿主.
CALLING_ENDS = frozenset("户匠手员师医干者家人生主星迷友客民商工农官兵将嫂哥叔爷婆婶")
# Surnames that make two or three characters a name by themselves.
SURNAMES = (
    "宗仲束况亢赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常于傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵"
    "湛汪祁毛禹狄米贝臧计伏戴谈宋茅庞熊纪舒屈祝董梁杜阮蓝闵席季麻贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田"
    "樊胡凌霍虞万柯昝管卢莫房裘缪丁宣邓郁杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲封芮储靳汲糜段巫乌"
    "焦巴侯宓蓬郗班仇栾厉戎祖武符刘景詹龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔胥苍闻莘党翟谭"
    "贡劳逄姬申扶冉宰郦雍桑桂濮牛寿扈燕冀郏浦尚农温庄晏柴瞿阎慕连茹宦艾容古易慎戈廖庾居衡耿弘匡寇广禄阙欧"
    "殳沃利蔚越夔隆巩聂晁敖冷訾辛阚简饶曾鞠丰关蒯荆游竺逯盖桓仝岳缑闫肖付覃代麦涂佘揭原邸栗苑海庹闾练鹿仉"
    "楼丛楚牟晋阳芦宁金云水佟帅欣尧谌亓郇阴檀占隋宫苟敬冼项文明成解洛樂习兰辜丘邝鄢"
)
# Surnames that are ordinary words, too: a name only beside an office or a form of address.
RARE_SURNAMES = (
    "向应时单区秋松言招智操边鱼东师终查支干强经步公相全双通充乐空满信位战展生令初次"
    "布商年折见仓逢桥车山谷家井富弓牧伊暴甘斜毋沙养须巢红权益买税火普门矫旷粟臻玛呼植扬但衷缴晓皇迟"
)
# Characters that foreign names are written with; most of a name beside an office must be of them.
TRANSLITERATION = (
    "默茨岑策聪崔冬段顿朵葛耿郭果洪侯慧嘉坚焦居匡奎昆廓腊礼立烈龄禄律美盟缅苗摩嫩妮农蓬匹茹珊硕松唐陶藤惕"
    "田铁脱喜兴秀尧佑宰臧赵碧阿埃艾爱安昂奥巴白拜班邦包贝本比彼宾波伯博勃布采查察达戴丹道德登邓迪丁杜多厄"
    "恩尔法凡范菲费芬丰弗夫福富盖甘冈高戈哥格根贡古瓜圭哈海汉豪赫黑亨胡华怀惠霍基吉季加贾简江杰捷金津久喀"
    "卡凯坎康考柯科可克肯孔库夸拉莱赖兰朗劳勒雷蕾黎里理利莉丽连廉列林琳龙隆娄卢鲁路露伦罗洛吕略马玛麦迈曼"
    "芒毛梅门蒙孟米密敏明莫墨姆木穆拿娜纳南瑙内尼涅宁纽努诺欧帕派潘庞培佩彭皮平珀普奇齐契乔切钦丘琼曲让热"
    "仁荣儒瑞若撒萨塞赛桑瑟森沙山莎尚绍舍申圣施什史士舒朔斯丝司苏索塔台泰坦汤特滕提蒂廷通图土托瓦万旺威韦"
    "维魏温文翁沃乌吾武西希锡席夏香肖谢辛欣修许雪逊雅亚延扬杨耶叶伊依易因印英尤雨约赞泽曾扎詹张珍芝治朱兹"
    "祖佐岸倍菅石破市小池泉野井上中川村鸠由纪三一郎子太茂晋直人义伟雄朴槿李在尹悦熙京叙昌皇汗彦浦洙熊"
)
ORDINARY = _words(
    "Ordinary words that begin like a surname: no names.",
    "时间表示… 方面说…",
    """
    万一 万万 万个 万事 万亩 万余 万元 万分 万历 万名 万向 万吨 万多 万头 万家 万尾 万岁 万年 万物 万科
    万股 万辆 万里 丛中 丛书 严刑 严厉 严守 严密 严寒 严峻 严惩 严整 严查 严格 严禁 严肃 严谨 严酷 严重
    丰产 丰厚 丰富 丰收 乌克兰 乌桕 习俗 习性 习惯 于是 云南 云盘 云集 仇人 仇恨 付出 代为 代价 代号 代数
    代替 代理 代码 代表 代谢 任何 任免 任务 任命 任意 任教 任期 任用 任职 何不 何事 何人 何以 何况 何在
    何处 何尝 何必 何故 何时 何用 何种 何等 余万 余下 余地 余处 余年 余种 余脉 余额 储备 储存 储蓄 储量
    元代 元件 元年 元旦 元朝 元素 元首 党内 党员 党委 党政 党派 党组 党风 关上 关东 关中 关于 关内 关切
    关口 关外 关头 关心 关押 关注 关照 关税 关系 关联 关节 关键 关门 关闭 农业 农历 农场 农夫 农奴 农家
    农户 农村 农民 农用 农田 农药 农行 冷却 冷战 冷水 冷淡 冷漠 冷静 凌晨 利于 利好 利害 利息 利润 利率
    利用 利益 利税 利空 劳力 劳务 劳动 劳工 劳役 劳累 包含 包围 包扎 包括 包揽 包机 包袱 包装 包裹 区内
    区分 区划 区别 区域 区长 华东 华中 华人 华侨 华北 华南 华商 华夏 华沙 华润 华表 华裔 单一 单个 单人
    单位 单体 单元 单刀 单打 单板 单独 单纯 单行 单词 单调 单身 占地 占据 占有 占用 占领 卫兵 卫士 卫生
    卫队 印刷 印尼 印度 印象 危及 危害 危急 危房 危机 危险 危难 厉声 厉害 原先 原则 原名 原告 原因 原地
    原址 原型 原始 原子 原定 原文 原料 原有 原本 原来 原油 原理 原种 古人 古今 古代 古典 古城 古墓 古巴
    古怪 古时 古物 古称 古籍 古迹 古都 古镇 史书 史册 史学 史料 史记 叶片 司令 司机 司法 司空 司长 吉利
    向上 向下 向前 向导 向往 向来 向着 周一 周三 周二 周五 周六 周刊 周到 周四 周围 周岁 周年 周日 周期
    周末 周身 周边 周长 咸丰 咸宁 咸阳 唐代 唐朝 喻为 夏天 夏季 季军 季度 季节 季风 宁夏 宁愿 宁波 安乡
    安保 安全 安哥拉 安定 安徽 安心 安慰 安排 安放 安检 安理会 安置 安装 安陆 宋代 宋朝 宣传 宣告 宣布
    宣战 宣扬 宣称 宣统 宣读 宦官 宫中 宫墙 宫女 宫廷 宫灯 宫里 宫门 宰相 容器 容忍 容易 容许 容貌 容量
    宿舍 寿命 寿险 封建 封控 封闭 封面 尚且 尚书 尚无 尚有 尚未 尤为 尤其 居于 居住 居多 居民 居然 屈服
    屈辱 屠杀 左侧 左右 左手 左派 左脚 左腿 左臂 左边 巩固 巴东 巴西 巴黎 席上 席位 席间 常人 常住 常务
    常委 常常 常年 常态 常数 常有 常用 常绿 常见 常规 常设 常识 常驻 平凡 平原 平反 平台 平和 平地 平均
    平坦 平壤 平安 平定 平常 平平 平息 平整 平日 平时 平板 平民 平津 平生 平稳 平等 平米 平缓 平行 平衡
    平静 平面 幸亏 幸好 幸福 幸而 幸运 广东 广义 广告 广场 广大 广州 广布 广播 广泛 广西 广阔 庄严 庄稼
    庄重 应为 应付 应力 应变 应城 应声 应届 应当 应急 应有 应用 应聘 应试 应该 应邀 应酬 庞大 康复 廉价
    张口 张嘴 张贴 徐州 怀中 怀孕 怀念 怀抱 怀疑 怀着 怀里 慎重 成为 成书 成交 成人 成像 成分 成功 成化
    成名 成员 成品 成因 成型 成就 成年 成排 成效 成本 成果 成熟 成立 成绩 成群 成色 成虫 成败 成都 成长
    戴着 房东 房中 房产 房价 房企 房县 房基 房子 房客 房屋 房里 房门 房间 扶持 扶贫 揭发 揭开 揭示 揭露
    敬业 敬重 文中 文书 文人 文件 文体 文凭 文化 文博 文坛 文字 文学 文官 文库 文教 文旅 文本 文物 文献
    文科 文章 文艺 文集 文革 方丈 方位 方便 方可 方向 方式 方形 方才 方案 方法 方略 方程 方舱 方言 方针
    方面 施主 施加 施展 施工 施行 时人 时代 时任 时候 时光 时分 时刻 时尚 时常 时报 时数 时日 时时 时期
    时机 时空 时而 时节 时评 时说 时辰 时速 时间 明亮 明代 明史 明天 明年 明教 明日 明明 明星 明显 明朝
    明末 明清 明知 明确 易于 易被 晋代 晋升 晋级 景区 景点 景物 景色 景观 景象 曲子 曲折 曲线 曲调 曾任
    曾在 曾经 杭州 杭汉 林业 林中 林区 柴油 柴火 楚国 楚天 楼上 楼下 楼房 楼梯 欣慰 欣赏 欧元 欧洲 欧盟
    武力 武器 武士 武备 武官 武将 武昌 武术 武汉 武艺 武装 武警 武陵 毕业 毕生 毕竟 毛利 毛尖 毛巾 毛病
    毛笔 水上 水下 水中 水乡 水产 水位 水体 水军 水准 水分 水利 水力 水务 水厂 水土 水域 水平 水库 水底
    水性 水手 水文 水族 水晶 水果 水泡 水泥 水泵 水洞 水流 水深 水温 水源 水生 水电 水稻 水系 水能 水解
    水质 水路 水运 水道 水量 水陆 水雷 水面 江中 江南 江夏 江水 江汉 江流 江浙 江湖 江苏 江西 江豚 江陵
    江面 池塘 池河 汲取 沈阳 洛阳 洪流 洪涝 海上 海产 海关 海军 海区 海南 海参 海口 海域 海外 海岸 海峡
    海底 海战 海拔 海水 海洋 海湾 海滨 海滩 海盗 海藻 海边 海运 海里 海防 海面 涂料 温和 温室 温州 温差
    温带 温度 温情 温暖 温柔 温泉 温馨 游人 游击 游子 游客 游戏 游泳 游牧 游玩 游离 游行 游览 游记 滑稽
    焦急 焦点 焦虑 焦躁 熊市 燕京 牛奶 牛市 牛筋 牛肉 牛车 王位 王国 王室 班子 班长 田地 田径 田间 申报
    申花 申诉 申请 白人 白天 白族 白色 白衣 白领 皮子 皮毛 皮肉 皮肤 皮质 皮革 皮鞋 盛产 盛会 盛大 盛开
    盛行 盛赞 石兽 石刻 石化 石器 石块 石墨 石壁 石头 石子 石板 石油 石灰 石碑 石窟 石膏 石雕 石首 祖国
    祖师 祖父 祝愿 祝福 程序 程度 穆斯林 章程 童年 童星 童装 童话 符号 符合 简介 简化 简单 简历 简明 简易
    简洁 简直 简称 简言 简陋 管事 管他 管制 管控 管理 管辖 管道 米兰 米粉 米饭 索性 纪录 纪律 纪念 纪要
    练习 罗列 罗马 羊毛 羊皮 羊肉 肖像 胡乱 胡须 舒服 舒适 芦花 芦苇 花卉 花园 花店 花木 花朵 花样 花瓣
    花生 花纹 花色 花费 花钱 苍白 苍蝇 苏丹 苏军 苏区 苏州 苏浙 苏联 苗族 范围 茅屋 荆东 荆州 荆江 荆门
    荣获 荣誉 莫大 莫过 莫非 董事 蒙古 蓝色 薄弱 薄膜 衡量 解体 解决 解剖 解开 解放 解救 解散 解析 解毒
    解答 解脱 解说 解读 解释 解除 解题 计划 计委 计策 计算 计议 计较 计量 许久 许可 许多 许诺 诸位 诸国
    诸多 诸州 诸般 谈判 谈到 谈论 谈话 谈谈 谈起 谢幕 谢绝 谢谢 贡品 贡献 费力 费用 贺信 贺岁 贺电 越军
    越南 越发 越国 越是 路上 路人 路口 路子 路径 路旁 路桥 路灯 路线 路边 路过 路透 路面 辛苦 连任 连同
    连声 连夜 连带 连年 连忙 连接 连日 连番 连续 连连 连锁 连长 连队 郁闷 郑克 郑州 郑重 鄂东 鄂南 鄂州
    鄂西 金丝 金代 金台 金子 金属 金牌 金牙 金色 金融 金轮 金钱 金银 金额 钟情 钟表 钱包 钱币 钱款 闻到
    闻名 闻讯 阳光 阳台 阳性 阴影 阴沉 阴谋 阴道 阴阳 陆上 陆地 陆媒 陆游 陆续 陆路 陆配 陶器 陶瓷 隆中
    隆庆 隆起 隆重 隋唐 隋朝 雷电 韩国 韩媒 项目 项目组 顾及 顾虑 颜色 饶有 马上 马力 马头 马拉 马路 马蹄
    马车 马里 骆驼 高中 高举 高于 高亢 高产 高位 高低 高兴 高出 高分 高压 高原 高呼 高地 高声 高处 高大
    高尚 高层 高山 高度 高手 高效 高新 高校 高档 高涨 高温 高程 高空 高端 高等 高管 高级 高考 高职 高贵
    高速 高铁 高额 高高 鲁能 麦当劳 麻布 麻烦 麻袋 麻雀 黄冈 黄土 黄州 黄昏 黄沙 黄河 黄色 黄豆 黄连 黄金
    黄陂 黄陵 黄鳝 黎族 齐名 齐国 龙头 龙泉 龙袍 龙门 白宫
    普遍 兰州 兰花 兰溪 兰考 兰草 丘陵 丘脑 迟到 迟迟 迟早 迟疑 迟缓 迟钝 蓝图 蓝天
    """,
)

MEN = _words(
    "Words beside a name that show a man.",
    "父亲范德明今年九十一岁。他说…",
    """
    先生 父亲 爸爸 爹 丈夫 老公 儿子 长子 次子 哥哥 弟弟 爷爷 外公 姥爷 祖父 叔叔 舅舅 大叔 大爷 大哥 老汉
    男子 男星 男友 前夫 国王 王子 小伙 小伙子 男孩 男童 男生 伯 翁 男
    """,
)
WOMEN = _words(
    "Words beside a name that show a woman.",
    "母亲陈玉兰点点头。她说…",
    """
    女士 小姐 太太 夫人 母亲 妈妈 娘 妻子 老婆 女儿 长女 次女 姐姐 妹妹 奶奶 外婆 姥姥 祖母 婆婆 阿姨 大妈
    大姐 大娘 女子 女星 女友 前妻 女王 公主 姑娘 女孩 女童 女生 妇人 妇 女 王妃 未婚妻
    """,
)
NO_NICKNAMES = _words(
    "Words that begin like a pet name and are none.",
    "老人说… is not somebody called 老人, as 小峰说… is.",
    """
    老人 老师 老板 老家 老百 老年 老旧 老是 老伴 老汉 老太 小时 小组 小区 小学 小心 小说 小雨 小雪 小型
    小镇 小店 小孩 小伙
    """,
)
COMPOUND_SURNAMES = _words(
    "Surnames of two characters.",
    "欧阳明远说…",
    """
    欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 司徒 令狐 端木 东方 南宫 独孤 宇文 长孙 司空 轩辕 钟离
    闻人 澹台 公冶 宗政 太叔 申屠 公羊 赫连 鲜于 闾丘 亓官 呼延 东郭 西门 百里 张简 范姜 陈林
    """,
)

PREDICATES = _words(
    "What the words in a pair of marks begin with when they are a predicate of the speaker's, not a term.",
    "他说，会谈“非常坦率”。",
    """
    不 没 非常 十分 完全 绝对 极其 极为 很 太 已经 正在 将会 会 要 能 应该 应当 必须 无法 难以 可能 值得
    令人 让人 毫无 全力 坚决 强烈 深感 符合 违反 侵犯 损害 站在 愿意 希望 相信 感到 觉得 准备 打算 有信心
    有能力 有责任 没有 并非 并不 不是 绝不 决不 从未 从来 一定 肯定 确实 相当 比较 更加 越来越
    像 好像 就像 仿佛 如同 犹如 密切 高度 彻底 公然 蓄意 离奇 明显 严重 远远 根本 简直 几乎 仍然 依然 仍
    依旧 一直 早已 只是 只有 只能 理应 务必 切勿 毫不 从不 绝非 远未
    尚未
    冇 唔 低于 高于 优于 好于 远低于 远高于 等于 不如 陷入 付出 走向 面临
    纯属 纯粹 形同 无异于
    """,
)

# --- the course of reported speech -----------------------------------------------------------------------

NARRATOR = _words(
    "How a sentence begins that the narrator speaks, and no longer the source.",
    "据了解，… 记者看到，… 当天下午，… 也就是说，…",
    """
    记者 本报记者 截至 截止 此前 随后 之后 当天 当日 当晚 昨天 昨日 昨晚 今天 今日 日前 近日 近年来 最近
    采访中 采访结束 会上 会后 会议还 会议期间 仪式上 发布会上 活动现场 现场 也就是说 换言之 换句话说
    事实上 值得注意的是 值得一提的是 需要指出的是 有意思的是 资料显示 数据显示 公开资料 统计显示 相关资料
    法院 经审理 经查 经调查 案件 这意味着 由此可见 可见 显然 这也意味着 无独有偶 但最终 最终 退休后 毕业后
    第二天 次日 翌日 不久 几天后 后来 同日 晚上 下午 上午 凌晨 在现场 在采访中 在他看来 在她看来 除此之外
    另据 另一边 另一方面 其他 其中 事后 事发后 案发后 本次 此次 这次 本届 该 图为 记者了解 编辑 责任编辑
    来源 本报讯 （ 要知道 殊不知 原来 而在其他 而在另 据报道 据悉 据了解 据介绍 据统计 相关成果 该成果
    该研究 这项研究 论文 研究成果
    """,
)
GOES_ON = _words(
    "How a sentence begins, or what it holds, when it is plainly still the source who speaks.",
    "我们要… 要把…放在首位。 应尽快… 因此，…",
    """
    要 应 应当 应该 必须 需要 须 我 我们 咱们 我国 我省 我市 我校 我县 我区 我军 我院 本人 首先 其次 再次
    第一 第二 第三 一是 二是 三是 一方面 因此 所以 因为 由于 如果 只要 只有 不能 不要 不是 不仅 加快 加强
    坚持 推动 推进 持续 深化 聚焦 围绕 努力 积极 进一步 下一步 接下来 尤其 特别是 比如 例如 同样 并 并且
    而且 还 也 又 更 甚至 否则 尤其是 将 希望 力争 争取 确保 全面 大力 着力 切实 充分 继续 始终 从而 只是
    其实 毕竟
    """,
)
INSCRIBED = _words(
    "Before quotation marks: what is written, titled, named or meant, not spoken.",
    "墙上写着“欢迎回家”。 主题为“同行”。",
    """
    写着 写有 印着 印有 刻着 刻有 挂着 贴着 题为 名为 名叫 主题为 主题是 主题 题目 标题 口号 标语 横幅
    称为 称作 称之为 叫做 叫作 所谓 誉为 视为 被称为 俗称 简称 昵称 号称 评为 授予 获 荣获 命名为 取名
    定为 当作 成为 作为 统称 字样 围绕 坚持 按照 落实 贯彻 实施 推进 开展 打造 荣膺 入选 以 名称 原因是
    理由是 罪名 涉嫌 回复关键词 输入 搜索 显示 标注 标有 打出 高举 打着
    """,
)
OBJECTS = _words(
    "Nouns after 表示 that make it a gesture, not words.",
    "大会对家属表示慰问。",
    """
    祝贺 感谢 感激 谢意 欢迎 慰问 哀悼 悼念 吊唁 支持 反对 谴责 关注 关切 遗憾 惋惜 担忧 忧虑 不满 愤怒
    愤慨 肯定 赞赏 赞同 认同 认可 同意 理解 谅解 歉意 道歉 抱歉 敬意 敬佩 钦佩 满意 怀疑 质疑 震惊 惊讶
    惊喜 热烈 衷心 诚挚 深切 高度 强烈 坚决 严重 由衷 同情 乐观 悲观 信心 决心 诚意 善意 友好 尊重 尊敬
    不解 无奈 无语 高兴 欣慰 抗议 拒绝 尊崇 亲切 崇高 最 极大 深深 深表 默哀 异议 兴趣 祝福 祝愿 好奇
    """,
)

# --- noun phrases as sources ----------------------------------------------------------------------------


def words_of(*lists: Words) -> frozenset[str]:
    """The words of one or more lists, folded."""
    return frozenset(normalize(word) for words in lists for word in words.words)


def either(words: Iterable[str]) -> str:
    """A pattern that matches any of the words, the longest that fits; as a tree, so that it is quick."""
    tree: dict[str, Any] = {}
    for word in map(normalize, words):
        branch = tree
        for c in word:
            branch = branch.setdefault(c, {})
        branch[""] = {}

    def pattern(branch: dict[str, Any]) -> str:
        parts = [re.escape(c) + pattern(rest) for c, rest in branch.items() if c]
        if not parts:
            return ""
        group = parts[0] if len(parts) == 1 and "" not in branch else f"(?:{'|'.join(parts)})"
        return f"{group}?" if "" in branch else group

    return f"(?=[{initials(tree)}]){pattern(tree)}"


def initials(words: Iterable[str]) -> str:
    """The characters that words begin with, as they stand in a set of a pattern."""
    return "".join(dict.fromkeys(re.escape(normalize(word)[0]) for word in words))


def beginning(first: str, pattern: str) -> str:
    """A pattern for the first character of what another one matches, at every place of it.

    It begins with a set of characters, so that a search runs over everything else at once; alternatives and
    conditions would be tried at each.

    Args:
        first: what it may begin with, as in a set.
        pattern: what is looked for.
    """
    return f"[{first}](?<=(?={pattern})(?s:.))"


class Places:
    """Words that are looked for anywhere in a text: one pass, however many there are.

    Made a good deal quicker than a pattern, which tells where the words are the names of one article.

    Args:
        words: what counts; of those that begin together the longest has the place.
        before: what takes a place before any of `words` and is not reported.
    """

    def __init__(self, words: Iterable[str], *, before: Iterable[str] = ()) -> None:
        barred = sorted(dict.fromkeys(map(normalize, before)), key=len, reverse=True)
        wanted = sorted(dict.fromkeys(map(normalize, words)), key=len, reverse=True)
        self._barred = len(barred)
        self._words = (*barred, *wanted)
        self._automaton = AhoCorasick(map(well_formed, self._words), matchkind=MatchKind.LeftmostFirst)

    def of(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and word of each place in order, none overlapping another."""
        if not text:
            return []
        try:
            found = self._automaton.find_matches_as_indexes(text)
        except UnicodeEncodeError:  # half of a pair of surrogates
            found = self._automaton.find_matches_as_indexes(well_formed(text))
        words, barred = self._words, self._barred
        return [(start, end, words[n]) for n, start, end in found if n >= barred]


class Endings:
    """Words that are looked for at the end of a text."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(map(normalize, words))
        sizes: dict[str, set[int]] = {}
        for word in self._words:
            sizes.setdefault(word[-1], set()).add(len(word))
        self._sizes = {last: tuple(sorted(found, reverse=True)) for last, found in sizes.items()}

    def of(self, text: str) -> str:
        """The longest of the words that the text ends with, "" if none."""
        for n in self._sizes.get(text[-1:], ()):
            if (end := text[-n:]) in self._words:
                return end
        return ""

    def __contains__(self, text: str) -> bool:
        return text in self._words


_TITLES = re.compile(either(TITLES.words))
_TITLE_PLACES = Places(TITLES.words)
_TITLE_ENDS = Endings(TITLES.words)
_TIES, _STATES, _GROUPS = words_of(TIES), words_of(STATES), words_of(GROUPS)
_ORDINARY = words_of(ORDINARY)
_FORMS_OF_ADDRESS = words_of(HONORIFICS)
_ADDRESS = words_of(ADDRESS)
_HONORIFIC = Endings(HONORIFICS.words + TITLES.words)
_BODY_END = Endings(ORGANISATIONS.words + MEDIA.words)
_MEDIA_END = Endings(MEDIA.words)
_GROUP_END = Endings(("们", *GROUPS.words))
_MANY = re.compile(f"(?:{either(MANY.words)})|(?:[两二三四五六七八九十百数几]+|\\d+)多?(?:名|位|个|家)")
_ONE = re.compile(f"(?:{either(ONE.words)})叫?")
_NO_SOURCE = words_of(NO_SOURCE)
_PAPER_END = Endings(PAPERS.words)
_PRONOUNS, _PLURALS = words_of(PRONOUNS), words_of(PLURALS)
_FAMILY, _RARE_FAMILY = frozenset(normalize(SURNAMES)), frozenset(normalize(RARE_SURNAMES))
_COMPOUND = frozenset(normalize(s) for s in COMPOUND_SURNAMES.words)
# Surnames that also stand second in a married name.
_MARRIED = frozenset(
    normalize(
        "陈林黄张李王吴刘蔡杨许郑谢郭洪曾廖邱赖徐周叶苏庄吕江何罗潘朱詹胡施沈余卢赵梁颜柯翁魏孙戴范宋邓杜傅侯曹薛卓董冯姚程范叶"
    )
)
_FOREIGN_CHARS = frozenset(normalize(TRANSLITERATION))
# What a noun phrase does not begin with.
_LEADS_ON = re.compile(
    "和(?!平)|被(?!告|害)|[向给由](?!阳)|对(?!外|口|手|方|冲)|在(?!野|读|校|职|任|场)|跟(?!班)|[与及或才就把为让使并且但而也还又再没曾很更]|便(?!衣|利)|可(?!口)|以(?!色列)|从(?!业)|不(?!少|愿|具名|同|明|记名)|未(?!来|成年)|已(?!故|婚)|最(?!高)|都(?!市|江|柏)"
)
_THIS_PAPER = frozenset(
    ("报道", "该报道", "该报", "文章", "该文", "该媒体", "该网站", "该刊", "该台", "该社")
)
# What may stand before the title of a paper: 当地《海港时报》
_WHERE = frozenset(("当地", "该国", "本地", "本港", "官方", "国内", "海外", "西方", "左翼", "右翼"))
_OWN_PAPER = Endings(["报道", "文章", "声明", "公告", "公开信", "社论", "评论", "回复", "邮件"])
_NO_MEDIUM = frozenset(("有", "媒体", "外媒", "有媒体", "多家媒体", "新闻", "相关", "最新", "一篇", "有关"))
_SOMEBODY = frozenset("者员师家人士官警")
_NOBODY = frozenset(
    normalize(
        "国家 大家 人家 全家 自家 本人 别人 他人 个人 家人 行人 众生 人生 学生 发生 民生 卫生 双手 对手 "
        "当庭 到庭 开庭 出庭 闭庭 休庭 家庭 成长 增长 记者 或者 再者"
    ).split()
)

_HAN = "㐀-鿿"
# Characters that do not stand in a given name.
_NO_NAME = frozenset(
    "不没的了着在是被把说等这那些个为我你他她它们姓吗呢吧啊哪谁什么怎与及或但而并对将就还也都要会能可让使给从很称问答讲各回叹批斥指"
)
_NO_NAME_END = frozenset(normalize("市区县省镇局部厅院性率器者队们界型层病处所站馆店厂社院校"))
_POINT = "·•‧・．･"
_IN_FOREIGN = f"[A-Za-z{_HAN}-]"
# Characters that no transliteration is written with: 伊莎贝拉·莫雷诺|在海港
_NOT_TRANSLITERATED = frozenset(
    "在对向就被把给说称与将昨今日周上下前后则也还又均已曾经的是有这那于为从接受发问回当天此随表示强谈"
)
_FOREIGN = re.compile(
    f"{_IN_FOREIGN}+(?:[{_POINT}]{_IN_FOREIGN}+)+"
    "|[A-Za-z][A-Za-z0-9.’'\\-]*(?:[ ][A-Za-z][A-Za-z.’'\\-]*){0,4}"
)
_FOREIGN_END = re.compile(f"[A-Za-z][A-Za-z0-9.\\- ]+$|{_IN_FOREIGN}+(?:[{_POINT}]{_IN_FOREIGN}+)+$")
_BY_HALVES = re.compile(f"[{_HAN}]某{{1,2}}[{_HAN}]?|[小老阿][{_HAN}]{{1,2}}")
_ACTS = words_of(ACTS) | {"一"}
_NOT_BY_HALVES = words_of(NO_NICKNAMES)
_VERBAL = re.compile(
    beginning(
        "被是后时了过把将着在对向于当记之以报认表指宣说",
        "(?:被(?!害|告|捕|困|救|骗)|是|(?<!博士)(?<!售)(?<!幕)(?<!^)后(?!卫|勤|备|援|方)|(?<![小临及同平当^])时(?!任|代|报|尚|装|事|政|间|期|评|刻)|了(?!解|望)|过(?!渡|程|敏|滤)|把(?!手|关|握)|(?<![小老名大上中少主武猛战女干门守洋健勇虎客])将(?!军|领|士|官)|着(?!名|作)|(?<!^)(?:在(?!线|野|职|读|任|校|逃)|(?<![反相绝派])对(?!外|口|冲|台|手|象)|向(?!阳)|于(?!田)|当天|记者|之后|以后|时候|报道|认为|表示|指出|宣布|(?<![解小学演传])说(?!唱)))",
    )
)


_KIN = re.compile(
    "(?:我们?|他们?|她们?|咱们?|你)(?:家|的)?(?:爹|娘|爸爸?|妈妈?|爷爷|奶奶|外公|外婆|姥姥|姥爷|哥哥?|姐姐?|弟弟?|妹妹?|父亲|母亲|丈夫|妻子|老公|老婆|儿子|女儿)"
)


_POINTS = re.compile(f"[{_POINT}]")
_PEOPLE = CALLING_ENDS | frozenset("贩众大")  # how words for people end
_THERE_ARE = re.compile("[也还另更又亦]?有(?!关|限|人$)")
_WHERE_ARE = re.compile("[^有]{2,8}有(?!关|限)")
_SO_MANY = re.compile(r"(?:\d+|[两二三四五六七八九十]+)人")
_LINK = re.compile("[和与及、以](?:(?<!以)|(?<=以)及)")
_THAT = re.compile("该|这位|那位|这名|那名|上述")


@dataclass(frozen=True, slots=True)
class Who:
    """What a noun phrase says of a source. Offsets count from the beginning of the phrase.

    Attributes:
        form: named (贺兰亭), titled (一名护士), honorific (余先生), group (网友), body (青禾公司), state
            (美国), paper (报道), pronoun (他), plural (双方), joint (贺兰亭和傅晓岚), raw (an unknown word).
        start, end: the name, or the whole description where there is none.
        role: where the description beside the name stands, None without one.
    """

    form: str
    start: int
    end: int
    role: tuple[int, int] | None = None

    def moved(self, by: int) -> Who:
        """The same with offsets counted from `by` characters earlier."""
        return Who(
            self.form,
            self.start + by,
            self.end + by,
            (self.role[0] + by, self.role[1] + by) if self.role else None,
        )


# What names one person.
PERSONS = frozenset(("named", "honorific", "titled"))


def surname(text: str, *, rare: bool = False) -> int:
    """The length of the surname a text begins with, 0 if there is none."""
    if text[:2] in _COMPOUND:
        return 2
    first = text[:1]
    return 1 if first in _FAMILY or (rare and first in _RARE_FAMILY) else 0


def is_name(text: str, *, rare: bool = False) -> bool:
    """Whether a text by itself has the shape of a person's name: 贺兰亭, 欧阳明远, 杨某, 小峰, Ana Lopez."""
    # A foreign name has a point in it, or begins with a Latin letter.
    if (not text.isalpha() or text[0].isascii()) and _FOREIGN.fullmatch(text):
        return len(text) > 1 and (text[0].isascii() or _transliterated(text))
    if len(text) > 4:
        return False
    if (text[1:2] == "某" or text[:1] in "小老阿") and _BY_HALVES.fullmatch(text):
        return text[:2] not in _NOT_BY_HALVES and text[-1] not in _NO_NAME and text[2:] not in _ACTS
    n = surname(text, rare=rare)
    if len(text) == 4 and n == 1 and text[0] in _MARRIED and text[1] in _MARRIED:  # 许陈秀云
        n = 2
    if not n or not n < len(text) <= n + 2 or not text.isalpha() or not _NO_NAME.isdisjoint(text[n:]):
        return False
    return text not in _ORDINARY and not (
        len(text) > 2 and (text[-1] in _NO_NAME_END or (text[:2] in _ORDINARY and n == 1))
    )


def _transliterated(text: str) -> bool:
    """Whether a text with points in it is a foreign name and no more: 汤姆·雷纳, not 汤姆·雷纳在会上."""
    parts = _POINTS.split(text)
    if len(parts[0]) > 4 and _TITLES.search(parts[0]):
        return False
    return len(parts) > 1 and _NOT_TRANSLITERATED.isdisjoint("".join(parts[1:])) and len(parts[-1]) < 9


_IN_CALENDAR = frozenset("周今昨明本上下早日近")
_CALENDAR = re.compile("周[一二三四五六日天末]|[今昨明]|[本上下]周|早[前上]|日前|近日")


def follows_title(text: str) -> bool:
    """Whether what follows an office can be a name; there foreign names need no point: 布兰特, 安倍晋三."""
    if text[:1] in _IN_CALENDAR and _CALENDAR.match(text):
        return False
    if len(text) == 2 and text[1] in "可会能将" and text[0] in _FAMILY:
        return True  # 主任邓可
    if len(text) == 3 and text[1] == "可" and text[0] in _FAMILY and text[2] not in "以能是不谓见":
        return is_name(f"{text[0]}力{text[2]}")
    if is_name(text, rare=True) or (text[:1] in _FAMILY and is_name("王" + text[1:], rare=True)):
        return text not in _TITLE_ENDS and (not _BODY_END.of(text) or len(text) < 4)
    if not 2 <= len(text) <= 7 or not text.isalpha() or text[-1] == "在":
        return False
    foreign = sum(map(_FOREIGN_CHARS.__contains__, text))
    looks_foreign = foreign == len(text) or (len(text) > 2 and foreign * 4 >= len(text) * 3)
    return looks_foreign and text not in _TITLE_ENDS and _NO_NAME.isdisjoint(text)


def ends_in_title(text: str) -> bool:
    """Whether a text ends with an office, a calling or a tie."""
    return bool(_TITLE_ENDS.of(text)) or (len(text) > 2 and text[-1] in "者员师" and text[-2:] not in _NOBODY)


def description_start(text: str) -> int | None:
    """Where the description at the end of a text begins; None if the text cannot be one."""
    at = 0
    of = text.find("的")
    while of != -1:
        if text[of + 1 : of + 2] == "士":  # 的士司机
            of = text.find("的", of + 1)
            continue
        head = text[at:of]
        if _VERBAL.search(head) or not (_BODY_END.of(head) or head in _STATES):
            at = of + 1
        of = text.find("的", of + 1)
    if one := _ONE.match(text, at):
        at = one.end()
    if text[at : at + 1] in ("由", "据", "经"):
        at += 1
    return None if _VERBAL.search(text, at) else at


def is_medium(text: str) -> bool:
    """Whether a name is that of a newspaper, an agency, a station or a site."""
    return bool(_MEDIA_END.of(text.strip("《》")))


def describe(phrase: str, known: Container[str] = ()) -> Who | None:
    """Read a noun phrase, folded and masked, as a source.

    Args:
        phrase: 县水务局局长贺兰亭, 一名外地来的瓦工, 网友, 美国, 他 …
        known: names that need no proof.

    Returns:
        What it says, or None when it is no source: 研究, 《通知》, 记者, 会议结束后 …
    """
    body = phrase.strip(" 　□")
    if not body or len(body) > 48:
        return None
    who = _describe(body, known)
    by = len(phrase) - len(phrase.lstrip(" 　□"))
    return who.moved(by) if who and by else who


def _describe(np: str, known: Container[str]) -> Who | None:
    n = len(np)
    if np in _PRONOUNS:
        return Who("pronoun", 0, n)
    if np in _PLURALS:
        return Who("plural", 0, n)
    if np in known:
        return Who("named", 0, n)
    if _LEADS_ON.match(np) and "的" not in np and not (n < 4 and is_name(np)):
        return None
    if np in _THIS_PAPER:
        return Who("paper", 0, n)
    if np in ("有", "也有", "还有", "亦有", "更有"):  # 有人感叹，…，也有质疑，…
        return Who("plural", 0, n)
    if paper := _OWN_PAPER.of(np):  # 青禾公司声明称, 海港日报报道说
        owner = np[: -len(paper)]
        who = _describe(owner, known) if owner and owner not in _NO_MEDIUM else None
        if who and who.form == "titled":  # 某报评论员文章
            return Who("body", 0, n)
        return who if who and who.form in ("body", "raw", "named", "state") else None
    if np in _NO_SOURCE or _PAPER_END.of(np):
        return None
    if np[-1] == "》" and "◇" not in np:  # 英国《海港时报》, 当地《海港时报》
        head = np[: np.find("《")]
        if not head or head in _STATES or head in _WHERE or (_BODY_END.of(head) and not _VERBAL.search(head)):
            return Who("body", len(head), n)
    if np[0] == "《":
        return None
    has = "有" in np
    if has and (there := _THERE_ARE.match(np)):
        who = _describe(np[there.end() :], known) if n > there.end() else None
        if who is None and 1 < n - there.end() < 7 and np[-1] in _PEOPLE and np.isalpha():
            return Who("group", there.end(), n)  # 有摊贩表示
        if who is None or who.form not in ("group", "titled", "body"):
            return None
        one = _ONE.match(np, there.end())
        return Who("group" if who.form == "titled" and not one else who.form, there.end(), n)
    if np[-1] == "人" and _SO_MANY.fullmatch(np):
        return Who("group", 0, n)
    there = _WHERE_ARE.match(np) if has else None  # 该校有学生
    if there and there.end() < n and np[there.end() :] in _GROUPS:
        return Who("group", there.end(), n)
    many = _MANY.match(np)
    if many and n > many.end():
        return Who("group", 0, n) if not _VERBAL.search(np) or "的" in np else None
    if np.endswith("有人") and n > 2:  # 会场后排有人喊道
        return Who("group", n - 2, n)
    if np in _GROUPS or _GROUP_END.of(np):
        if _ONE.match(np) or np in ("知情人士", "消息人士"):
            return Who("titled", 0, n)
        return Who("group", 0, n) if description_start(np) is not None else None
    if np in _STATES:
        return Who("state", 0, n)
    if np in _BODY_END and n > 1:
        return Who("body", 0, n)
    if n < 6 and np.isascii() and np.isupper():  # WHO, BBC
        return Who("body", 0, n)
    for reading in (_joint, _office_and_name, _name_and_title):
        if (who := reading(np, known)) is not None:
            return who
    if n > 3 and np[-2] in "小老阿" and np[-1] in _FAMILY and np[-3] in CALLING_ENDS:
        begin = description_start(np[:-2])  # 技术骨干小温
        if begin is not None and not _BODY_END.of(np):
            return Who("named", n - 2, n, (begin, n - 2))
    if np[0] in "我他她咱你" and _KIN.fullmatch(np):
        return Who("titled", 0, n)
    if is_name(np) and not _BODY_END.of(np[2:]) and np not in _TITLE_ENDS and np not in _NOBODY:
        return Who("named", 0, n)
    if ends_in_title(np) or (2 < n <= 16 and np[-1] in _SOMEBODY and np.isalnum() and np[-2:] not in _NOBODY):
        return Who("titled", 0, n) if description_start(np) is not None and np not in _NOBODY else None
    if _BODY_END.of(np):
        return (
            Who("body", 0, n)
            if n > 1 and np[-2:] not in _NOBODY and not _VERBAL.search(np) and "的" not in np[-4:]
            else None
        )
    return _body_and_name(np) or _known_at_end(np, known) or _owned(np, known)


def _joint(np: str, known: Container[str]) -> Who | None:
    """Two named sources of one statement: 贺兰亭和傅晓岚."""
    for m in _LINK.finditer(np):
        a, b = np[: m.start()], np[m.end() :]
        if 1 < len(a) < 24 and 1 < len(b) < 24 and _ends_in_name(a, known):
            first = _describe(a, known)
            if first is None or first.form != "named" or first.end != len(a):
                continue
            second = _describe(b, known)
            if second and second.form == "named":
                role = None if second.role else first.role  # of both, or of neither
                return Who("joint", first.start, m.end() + second.end, role)
    return None


def _ends_in_name(text: str, known: Container[str]) -> bool:
    """Whether a text may end with a name, at a glance."""
    return (
        is_name(text[-3:])
        or is_name(text[-2:])
        or text in known
        or _TITLES.search(text) is not None
        or any(c in _POINT or c.isascii() for c in text)
    )


def _office_and_name(np: str, known: Container[str]) -> Who | None:
    """An office and after it a name: 县水务局局长贺兰亭. Read from the right."""
    for _, end, title in reversed(_TITLE_PLACES.of(np)[-3:]):
        rest = np[end:].lstrip(" ")
        if rest and (rest in known or follows_title(rest)):
            begin = description_start(np[:end])
            if begin is not None:
                if title in _TIES and len(rest) == 2 and rest not in known and not surname(rest):
                    continue
                role = (begin, end) if np[begin:end] not in _TIES else None
                return Who("named", len(np) - len(rest), len(np), role)
    return None


def _name_and_title(np: str, known: Container[str]) -> Who | None:
    """A name and after it a title or form of address: 周慕云先生, 习近平总书记, 梅女士."""
    title = _HONORIFIC.of(np)
    front = np[: len(np) - len(title)]
    if not title or not front:
        return None
    cut = front.rfind("的") + 1
    head = front[cut:]
    if title not in _FORMS_OF_ADDRESS and (
        title in _TIES or (len(head) == 1 and (len(title) > 4 or title[-1] == "家"))
    ):
        return None
    if head in known or (len(head) > 1 and is_name(head)):
        return Who("named", cut, cut + len(head))
    if head and len(head) == surname(head, rare=True):
        return Who("honorific", cut, len(np))
    if len(head) > 2 and surname(head[-1]) and title in _ADDRESS:
        before = head[:-1]
        if ends_in_title(before) or _GROUP_END.of(before) or _BODY_END.of(before):
            begin = description_start(before) or 0
            return Who("honorific", cut + len(before), len(np), (cut + begin, cut + len(before)))
    who = _describe(front, known) if len(front) > 2 and not _BODY_END.of(front) else None
    return who if who and who.form == "named" else None


def _body_and_name(np: str) -> Who | None:
    """A body and after it a name: 南京大学张明, 另一家公司SpaceX."""
    for size in (3, 2, 4):
        head, tail = np[:-size], np[-size:]
        if len(head) > 2 and _BODY_END.of(head) and is_name(tail) and not _VERBAL.search(head):
            return Who(
                "named",
                len(head),
                len(np),
                (description_start(head) or 0, len(head)) if "的" not in head else None,
            )
    # Such a name ends in a Latin letter or has a point in it.
    foreign = _FOREIGN_END.search(np) if np[-1].isascii() or not np.isalpha() else None
    if foreign and foreign.start() and is_name(foreign[0].strip()):
        head = np[: foreign.start()]
        if (_BODY_END.of(head) or ends_in_title(head)) and not _VERBAL.search(head):
            return Who("named", foreign.start(), len(np))
    return None


def _known_at_end(np: str, known: Container[str]) -> Who | None:
    """A name known from elsewhere after words that are no office: 渔工庄树海."""
    for size in (4, 3, 2):
        head, tail = np[:-size], np[-size:]
        if (
            head
            and tail in known
            and not _VERBAL.search(head)
            and not any(head[:k] in known for k in (2, 3, 4))
        ):
            return Who("named", len(head), len(np))
    return None


def _owned(np: str, known: Container[str]) -> Who | None:
    """A source with a clause before it: 家住河边的余先生 is 余先生, 在门口值班的民警 stays whole."""
    cut = np.rfind("的") + 1
    if not 0 < cut < len(np):
        return None
    who = _describe(np[cut:], known)
    if who is None:
        return None
    if who.form in ("named", "honorific"):
        return who.moved(cut)
    if who.form == "body" and np.startswith(("作为", "身为")):
        return who.moved(cut)
    return Who(who.form, 0, len(np)) if who.form in ("titled", "group") else None


def is_verbal(text: str) -> bool:
    """Whether a text holds a verb or preposition that no description has."""
    return bool(_VERBAL.search(text))


def is_no_source(word: str) -> bool:
    """Whether a word never names a source."""
    return (
        word in _NO_SOURCE
        or word in _ORDINARY
        or bool(_LEADS_ON.match(word))
        or word[:1] in "一这那自有没不再却只全每另此几多少很太真用拿以按靠凭借把被让请周"
        or word[-1:] in "地着得来去上下中里时后前"
        or bool(_PAPER_END.of(word))
        or not _NO_NAME.isdisjoint(word)
    )


def is_title(text: str) -> bool:
    """Whether a text is an office, a calling or a tie and nothing else."""
    return text in _TITLE_ENDS


def is_tie(text: str) -> bool:
    """Whether a text is a form of address or a tie, not an office."""
    return text in _TIES


def ends_in_body(text: str) -> bool:
    """Whether a text ends like the name of a body."""
    return bool(_BODY_END.of(text))


def is_body_end(text: str) -> bool:
    """Whether a text is no more than the end of a body's name: 公司, 网站."""
    return text in _BODY_END


def without_number(text: str) -> str:
    """A description without its numeral or pointer: 一名工人, 不少家长, 该负责人 → 工人, 家长, 负责人."""
    m = _MANY.match(text) or _ONE.match(text) or _THAT.match(text)
    return text[m.end() :] if m and m.end() < len(text) else text


def title_places(text: str) -> list[tuple[int, int]]:
    """Where the offices in a text begin and end."""
    return [(start, end) for start, end, _ in _TITLE_PLACES.of(text)]


def title_ends(text: str) -> list[int]:
    """Where the offices in a text end."""
    return [end for _, end, _ in _TITLE_PLACES.of(text)]


def parts_word(text: str, at: int) -> bool:
    """Whether a place lies inside a word for a body or an office: 欧盟委员|会发言人."""
    return any(len(_BODY_END.of(text[:end])) > max(1, end - at) for end in (at + 1, at + 2))


def is_foreign(character: str) -> bool:
    """Whether foreign names are written with a character, or in Latin letters."""
    return (character in _FOREIGN_CHARS and character not in _NOT_TRANSLITERATED) or character.isascii()


def foreign_run(text: str, at: int) -> int:
    """How many characters from a place on are a foreign name's by their look, 0 if under four."""
    size = 0
    while at + size < len(text) and text[at + size] in _FOREIGN_CHARS and size < 9:
        size += 1
    size -= text[at : at + size].endswith("在")
    return size if 3 < size < 8 else 0


def title_at_end(text: str) -> str:
    """The office a text ends with, "" if it ends with none."""
    return _TITLE_ENDS.of(text)


# Spoken short forms of offices, and callings that share a form of address.
_STANDS_FOR = {
    "总": ("总经理", "总裁", "董事长", "总监", "总编辑", "总编", "首席执行官"),
    "董": ("董事长",),
    "工": ("工程师",),
    "导": ("导演", "导师"),
    "医生": ("医师", "大夫"),
    "医师": ("医生", "大夫"),
    "大夫": ("医生", "医师"),
    "老师": ("教师", "教授", "讲师", "班主任"),
    "警官": ("民警", "交警", "刑警", "警员", "警察"),
    "法官": ("审判长", "审判员"),
}
# Before a title these make another office of it: 副局长, 总书记, 班主任, 原局长, 助理教授.
_OTHER_OFFICE = ("副", "总", "班", "次", "原", "前", "助理")
_FORMER = ("前", "原", "候任", "代理")
_OFFICE_ENDS = ("长", "书记", "主席", "主任", "总理", "总统", "首相", "大臣", "司令", "理事", "委员")


def bears(description: str, title: str) -> int:
    """How well a description fits a title that is used alone or after a surname.

    Returns:
        2 where it is that very office (县委书记 for 书记), 1 for a deputy, a former holder or an office
        that only ends alike (副书记, 总书记), 0 where it is another one.
    """
    for form in (title, *_STANDS_FOR.get(title, ())):
        if description.endswith(form):
            before = description[: -len(form)]
            other = before.endswith(_OTHER_OFFICE) and not (form == "工程师" and before.endswith("总"))
            return 1 if other or description.startswith(_FORMER) else 2
    return 0


def is_office(title: str) -> bool:
    """Whether a title is a post that one person holds, not a calling or a form of address."""
    return title in _TITLE_ENDS and title not in _TIES and title.endswith(_OFFICE_ENDS)


def title_at(text: str, at: int) -> str:
    """The office or form of address that stands at a place, "" if none."""
    m = _TITLES.match(text, at)
    return m[0] if m else ""
