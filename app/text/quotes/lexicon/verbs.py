"""Verbs of saying, and the words around them that decide whether they give words."""

from __future__ import annotations

from app.text.quotes.lexicon.model import word_list

SAY = word_list(
    "Verbs that give words or a view, with or without a comma before the content.",
    "林嘉禾表示，明年再办一届。 他认为这条路走得通。",
    """
    说 称 表示 指出 认为 觉得 透露 强调 坦言 直言 宣布 宣称 声称 声言 重申 承认 坦承 证实 确认 相信 深信
    坚信 坚称 预测 预计 预料 预期 估计 推测 推断 断言 指 笑言 笑称 笑说 自称 谎称 辩称 诉称 诈称 主张 明言
    明确 表明 申明 声明 放话 扬言 确信 研判 透漏 表态 自认 续指 反指 反批 直批
    指称 宣示 预估 认定 断定 料定 料 判定 直认
    """,
)


SAY_CLOSED = word_list(
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


TELL = word_list(
    "Verbs whose object is the person told; the content follows a comma, a colon or a quotation.",
    "店主告诉记者，货已经卖完。",
    """
    告诉 告知 告之 转告 提醒 警告 叮嘱 嘱咐 告诫 回答 回覆 答复 回复 正告 劝告 开导 安慰 反问 质问 通知
    知会
    奉劝 劝说 叮咛 吩咐 嘱托 央求 哀求 恳求 鼓励 勉励 宽慰 劝慰 责问 追问
    """,
)


URGE = word_list(
    "Verbs of wish and demand: words only before a comma or colon, or before a clause with its own subject.",
    "消防署建议市民先关好煤气。 but not 工会号召罢工。",
    """
    希望 建议 呼吁 要求 提醒 敦促 期望 期待 盼望 期盼 倡议 倡导 劝告 奉劝 促请 吁请 吁 恳请 恳求 请求 提议
    主张 寄语 勉励 祝愿 祝福 嘱托 强烈要求
    提示 冀 盼 期许 期勉
    """,
)


INHERITS = word_list(
    "Verbs that may take their subject from a clause before.",
    "气象台发出预警，建议市民带伞出门。",
    """
    说 称 表示 指出 认为 强调 透露 直言 坦言 指 重申 宣布 形容 批评 质疑 解释 写道 感叹 补充 补充说
    指责 谴责 警告 抱怨 承诺 否认 反驳 驳斥 抨击 坦承 承认 证实 坚称 声称 宣称 感慨 预测 相信 觉得
    """,
)


NOUNS = word_list(
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


SHARP = word_list(
    "Verbs with a thing or a person as object that may go straight on with a clause.",
    "议员批评政府不肯认错。",
    """
    批评 质疑 指责 痛批 狠批 怒批 斥 警告 承诺 抱怨 反驳 爆料 反映 指控 解释 补充 感叹 保证 回应
    否认 暗示 埋怨 责怪 认同
    """,
)


VAGUE = word_list(
    "Verbs that take a noun as often as a clause; a clause must show itself by a modal or negation.",
    "公司宣布将停产。 but not 公司宣布停产计划。",
    """
    宣布 明确 表明 表态
    """,
)


DISBELIEF = word_list("Verbs whose negation is still a view.", "他不认为有问题。", "认为 觉得 相信 担心 同意")


RETELLING = word_list(
    "Verbs that open a story told at length.", "老人回忆说，…", "回忆 讲述 追忆 忆述 自述 叙述 口述"
)


ACTS = word_list(
    "First characters of what people do before they speak: they end the name before them.",
    "副局长张望走到河边，说：… is 张望, not 张望走.",
    """
    走 站 坐 蹲 跪 躺 跑 赶 奔 追 冲 爬 跳 蹚 踩 踏 跨 迈 来 去 到 回 进 出 上 下 起 看 望 盯 瞧 听 闻 拿
    握 抓 拉 拖 拽 推 举 抬 扛 挑 背 抱 捧 端 递 接 扶 搂 拍 敲 打 挥 摆 摇 摊 指 翻 掏 摸 擦 抹 捂 摘 戴
    穿 脱 掰 凭 靠 借 替 帮 披 裹 系 挽 笑 哭 喊 叫 嚷 叹 喘 哽 红 皱 眯 瞪 睁 闭 低 仰 弯 转 点 带 领 率
    陪 送 找 查 忙 累 急 气 致 获 赴 发 做 写 唱
    """,
)


REFUSED = word_list(
    "Right before a verb of saying: not said, not yet said, or said by nobody here.",
    "他拒绝透露… 公司尚未回应… 被问… 他所说的…",
    """
    的 所 被 遭 遭到 受到 将 拟 未 没 没有 不 不愿 不愿意 拒绝 无法 难以 尚未 并未 从未 不肯 不便 可以
    不能 无 不得 不予 应 该 应该 可 能 来 如何 怎么 怎样 要 想 欲 以 难 让 请 需 须 一 有待 值得
    """,
)


WISHERS = word_list(
    "Who is often the subject of what is wished for.",
    "他呼吁各国兑现承诺。",
    """
    各国 各方 各界 各地 各级 各部门 大家 双方 公众 市民 民众 家长 消费者 国际社会 有关方面 有关部门
    相关部门 政府 当局 对方 社会各界 发达国家 企业 全社会 居民 村民 群众 司机 旅客 乘客 游客 学生 同学们
    年轻人
    """,
)


WAYS = word_list(
    "Nouns for what somebody has to say; with a colon before a quotation they are cues.",
    "他的回答很干脆：“不卖。”",
    """
    态度 回答 答案 说法 语气 感受 心愿 愿望 想法 理由 诀窍 秘诀 解释 看法 观点 评价 总结 建议 回应 口头禅
    """,
)


PAINTING = word_list(
    "Verbs that put a quotation behind the thing they speak of.",
    "她形容丈夫是“最好的队友”。",
    """
    形容 评价 描述 称赞 大赞 盛赞 批评 狠批 痛批 直批 斥 怒斥 直指 讽刺 批 赞 笑称 直呼 喻 比喻 狂赞 斥责
    痛斥 怒批 夸赞 夸 质疑 指责
    """,
)


NOT_REFUSED = word_list(
    "Words that only end like those above.", "她回应说…", "回应 反应 供应 响应 呼应 反对应 似的"
)


ALONE = word_list(
    "What a verb of saying without a subject of its own may begin with.",
    "…，并强调… …，也再次呼吁…",
    """
    并 还 也 又 则 且 但 而 同时 更 亦 随后 再 再次 另外 此外 一再 进一步 同样 甚至 均 都 强烈 明确 特别
    直接 公开 其中 多次 反复
    """,
)


GIVING = word_list(
    "Verbs that make a cue with a noun of saying: 表达了…看法，",
    "两位店主表达了相同的看法，…",
    """
    表达 发表 提出 提及 列出 列举 陈述 给出 作出 做出 做了 作了 发出 留下 抛出 传出 有
    """,
)


SAYINGS = word_list(
    "Nouns of saying; the first six also before a comma.",
    "他做了一个总结：…",
    """
    看法 观点 意见 理由 措施 疑问 质疑 感慨 感叹 评论 评价 声音 要求 建议 呼吁 回应 解释 说明 承诺 对比
    比喻 总结 声明 留言
    """,
)


MODALS = word_list(
    "What shows within its first dozen characters that words are a clause, not a noun.",
    "公司宣布明天起停产。",
    """
    将 已 从 自 不 会 要 有 是 能 可 应 未 没 正 在 被 由 就 都 须 必 全 即
    """,
)


WISHED = word_list(
    "Before these stands the subject of what is wished for or demanded.",
    "消防署建议市民先关好煤气。",
    """
    要 应 能 可 将 会 尽 不 多 继续 加强 加快 避免 一起 共同 积极 认真 及时 务必 切勿 保持 注意 进行 提供
    停止 立即 尽快 早日 给予 采取 支持 做好 先 都 勿 别 得以 参与 成为
    """,
)


NO_WISHER = word_list(
    "What a clause with a subject of its own does not begin with.",
    "not 建议尽量避免, 呼吁加强监管",
    """
    能 可以 尽 通过 在 把 对 进 加 继 以 从 更 早 再 多 与 和 共 让 使 有 做 为 给 将 不 要 也 看 得 获 见
    实现 到
    """,
)


TURNS = word_list(
    "Where within a sentence the narrator takes over from the source.",
    "他说，水位在降，但这也说明… ；根据水文站资料…",
    """
    但这也 但这正 但这恰 但这无疑 但这意味 而这也 而这正 而这恰 而这无疑 而这意味 不过这也 不过这正
    然而这也 然而这正 这正 这恰 这无疑 这意味 根据 且根据 并根据 另根据 记者
    """,
)


NOT_CUES = word_list(
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
