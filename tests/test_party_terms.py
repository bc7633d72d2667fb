"""Where the words of Party texts mean their term, and where they mean something else."""

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
        ("xunshi", "省委巡视组进驻该县，开展为期两个月的常规巡视。"),
        ("xunshi", "中央第三轮巡视反馈会昨天召开，要求抓好整改。"),
        ("si-feng", "坚决反对“四风”，不搞花架子。"),
        ("si-feng", "锲而不舍纠治四风，防止反弹回潮。"),
        ("san-ge-daibiao", "学习“三个代表”重要思想和科学发展观。"),
        ("san-ge-daibiao", "邓小平理论、三个代表重要思想写入章程。"),
        ("liang-wei", "村“两委”换届工作今年三月完成。"),
        ("liang-wei", "社区两委成员轮流值班，居民有事随时找。"),
        ("liang-wei", "村里的两委干部挨家挨户登记。"),
        ("yijiantiao", "村党组织书记、村委会主任“一肩挑”比例超过九成。"),
        ("yijiantiao", "推进书记主任一肩挑，减少扯皮。"),
        ("diyi-shuji", "她被选派到青石村任第一书记，一干就是三年。"),
        ("diyi-shuji", "驻村第一书记帮村民卖出两万斤橙子。"),
        ("diyi-shuji", "省农科院的第一书记带领村民脱贫。"),
        ("xingshi-zhuyi", "文山会海是形式主义的老毛病。"),
        ("xingshi-guanliao-zhuyi", "为基层减负，整治形式主义、官僚主义。"),
        ("liang-ge-jiehe", "坚持“两个结合”，推进马克思主义中国化时代化。"),
        ("wu-wei-yi-ti", "统筹推进“五位一体”总体布局。"),
        ("ziwo-geming", "以党的自我革命引领社会革命。"),
        ("ziwo-geming", "勇于自我革命，是百年大党的鲜明品格。"),
        ("buwang-chuxin-laoji-shiming", "“不忘初心、牢记使命”主题教育总结大会召开。"),
        ("buwang-chuxin-laoji-shiming", "党员们重温誓词，表示要不忘初心。"),
        ("si-ge-weida", "统揽伟大斗争、伟大工程、伟大事业、伟大梦想。"),
        ("si-ge-weida", "十九大报告阐述了“四个伟大”的关系。"),
        ("weida-douzheng", "进行具有许多新的历史特点的伟大斗争。"),
        ("weida-douzheng", "新时代的伟大斗争、伟大工程不断推进。"),
        ("douzheng-jingshen", "党员干部要发扬斗争精神，增强斗争本领。"),
        ("liang-ge-daju", "胸怀两个大局，心系国之大者。"),
        ("guonei-guoji-liang-ge-daju", "统筹国内国际两个大局，办好发展安全两件大事。"),
        ("wu-ge-bixu", "严守政治纪律和政治规矩，做到“五个必须”。"),
        ("tongyi-zhanxian", "巩固和发展最广泛的爱国统一战线。"),
        ("qunzhong-luxian", "走好新时代党的群众路线。"),
        ("quanmian-shenhua-gaige", "进一步全面深化改革要突出经济体制。"),
        ("zhongyang-ba-xiang-guiding", "中央八项规定精神要抓牢。"),
        ("si-ge-yishi", "增强“四个意识”、坚定“四个自信”、做到“两个维护”，拥护“两个确立”。"),
        ("si-ge-zixin", "增强“四个意识”、坚定“四个自信”、做到“两个维护”，拥护“两个确立”。"),
        ("liang-ge-weihu", "增强“四个意识”、坚定“四个自信”、做到“两个维护”，拥护“两个确立”。"),
        ("liang-ge-queli", "增强“四个意识”、坚定“四个自信”、做到“两个维护”，拥护“两个确立”。"),
        ("san-hui-yi-ke", "支部落實“三會一課”，開展民主評議黨員。"),
        ("minzhu-pingyi-dangyuan", "支部落實“三會一課”，開展民主評議黨員。"),
        ("yi-renmin-wei-zhongxin", "堅持以人民為中心的發展思想，貫徹群眾路線。"),
        ("qunzhong-luxian", "堅持以人民為中心的發展思想，貫徹群眾路線。"),
        ("deng-liang-ge-daju", "邓小平提出“两个大局”，沿海先发展，再帮内地。"),
        ("deng-liang-ge-daju", "西部大开发体现了邓小平两个大局的思想。"),
        ("wu-ge-bixu-jingji", "中央经济工作会议提出“五个必须”，包括充分挖掘经济潜能。"),
        ("wu-ge-bixu-jingji", "关于做好经济工作新的认识，会议提出五个必须。"),
        ("liang-ge-daju", "统筹民族复兴全局和世界大变局这两个大局。"),
        ("ziwo-geming", "落实全面从严治党要求，勇于自我革命，深入推进简政放权。"),
    ],
)
def test_the_term_is_marked(matcher, id, text):
    assert id in marked(matcher, text)


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("xunshi", "护士长每隔一小时巡视病房一次。"),
        ("xunshi", "他退休前任副巡视员，喜欢写字。"),
        ("xunshi", "老皇帝带着大臣巡视各地，沿途察看河工。"),
        ("xunshi", "主考官巡视了三个考场。"),
        ("xunshi", "无人机每天巡视输电线路，发现隐患。"),
        ("si-feng", "明天周四风力减弱，气温回升。"),
        ("si-feng", "第四风电场年内并网。"),
        ("si-feng", "海面有三四风级的浪。"),
        ("si-feng", "老人说“四风八俗”里最讲究的是婚俗。"),
        ("si-feng", "牌桌上他做成了小四喜，又想着大四风暴。"),
        ("san-ge-daibiao", "三个代表团同时抵达机场。"),
        ("san-ge-daibiao", "公司在海外设有三个代表处。"),
        ("san-ge-daibiao", "每个班选出三个代表参加座谈。"),
        ("liang-wei", "市纪委全会上，两委委员逐一发言，没有提到村里的事。"),
        ("liang-wei", "发展改革委与工信部门会商后，两委联合印发通知。"),
        ("liang-wei", "这笔款项由两委托人平分。"),
        ("yijiantiao", "母亲一肩挑起全家的生活。"),
        ("yijiantiao", "他一肩挑着两只水桶走上山坡。"),
        ("yijiantiao", "剧本里，男主角既做导演又做编剧，一肩挑。"),
        ("diyi-shuji", "他1960年代任东北局第一书记，关心扶贫。"),
        ("diyi-shuji", "越共中央第一书记会见来宾，谈到乡村振兴。"),
        ("diyi-shuji", "共青团中央书记处第一书记到村里看望村民。"),
        ("xingshi-zhuyi", "俄国形式主义批评重视陌生化。"),
        ("xingshi-zhuyi", "他在美术史课上讲形式主义批评。"),
        ("xingshi-zhuyi", "希尔伯特是数学基础中形式主义的代表。"),
        ("liang-ge-jiehe", "这次培训做到两个结合：讲课和参观结合，学和干结合。"),
        ("liang-ge-jiehe", "梁的两个结合点用螺栓固定。"),
        ("wu-wei-yi-ti", "镇里建起网格员、民警、医生、教师、志愿者五位一体的服务队。"),
        ("wu-wei-yi-ti", "集产供销运储五位一体的物流园开业。"),
        ("ziwo-geming", "简政放权是政府的自我革命，各部门都要动真格。"),
        ("ziwo-geming", "这家老厂靠一次自我革命甩掉了亏损。"),
        ("ziwo-geming", "诗人谈到语言的自我革命。"),
        ("buwang-chuxin-laoji-shiming", "这家老店不忘初心，三十年只卖一种面。"),
        ("buwang-chuxin-laoji-shiming", "不忘初心，方得始终，歌手这样写道。"),
        ("buwang-chuxin-laoji-shiming", "他劝徒弟不忘初心，把手艺练好。"),
        ("si-ge-weida", "中国古代有四个伟大的发明。"),
        ("si-ge-weida", "墙上还留着“四个伟大”的旧标语：伟大的导师、伟大的舵手。"),
        ("weida-douzheng", "各国人民反对殖民主义的伟大斗争必将胜利。"),
        ("weida-douzheng", "揭批“四人帮”的伟大斗争取得成果。"),
        ("douzheng-jingshen", "工人阶级的斗争精神感染了他。"),
        ("douzheng-jingshen", "小说写出了农民反抗地主的斗争精神。"),
        ("liang-ge-daju", "小区和学校是两个大局域网。"),
        ("wu-ge-bixu", "幼儿园要求家长做到五个必须：按时接送等。"),
        ("wu-ge-bixu", "会议提出“五个必须统筹”。"),
        ("wu-ge-bixu-jingji", "会议提出“五个必须统筹”。"),
        ("tongyi-zhanxian", "反法西斯统一战线在欧洲形成。"),
        ("tongyi-zhanxian", "这是一种传统战法。"),
        ("qunzhong-luxian", "景区公布疏散群众路线图。"),
        ("quanmian-shenhua-gaige", "中央全面深化改革委员会召开会议。"),
        ("zhongyang-ba-xiang-guiding", "公司出台十八项规定。"),
        ("zhongyang-ba-xiang-guiding", "第八项规定写明了罚款数额。"),
        ("liang-ge-daju", "邓小平提出“两个大局”，沿海先发展，再帮内地。"),
        ("wu-ge-bixu", "中央经济工作会议提出“五个必须”，包括充分挖掘经济潜能。"),
        ("deng-liang-ge-daju", "统筹民族复兴全局和世界大变局这两个大局。"),
        ("ziwo-geming", "政府要勇于自我革命，把审批再减一半，党的建设也要加强，全党都要学。"),
    ],
)
def test_another_sense_or_a_slice_of_a_word_is_not_marked(matcher, id, text):
    assert id not in marked(matcher, text)
