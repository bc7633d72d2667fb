"""Where the words of economic policy mean their term, and where they mean something else."""

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
        ("liubao", "做好“六稳”工作，落实“六保”任务。"),
        ("liubao", "落實「六保」，先要保住就業。"),
        ("fumian-qingdan", "外资准入负面清单又减去两项。"),
        ("fumian-qingdan", "清单以外都可以做，这就是负面清单。"),
        ("yijiu-huanxin", "家电以旧换新补贴已经到账。"),
        ("ziyou-maoyigang", "三亚的免税店得益于自贸港政策。"),
        ("ziyou-maoyigang", "探索建设中国特色自由贸易港。"),
        ("hulianwang-jia", "县里办起“互联网＋养老”。"),
        ("rengong-zhineng-jia", "各地落实“人工智能+”行动。"),
        ("hunhe-suoyouzhi", "两家国企的混改方案获批。"),
        ("sige-xiandaihua", "老教授说，他这一辈人都想为四化出力。"),
        ("sige-xiandaihua", "全國人民為實現四個現代化而奮鬥。"),
        ("sanbuzou", "十三大确定了分三步走的战略。"),
        ("sanbuzou", "按照“三步走”的设想，第一步先解决温饱。"),
        ("sanwang", "推进“三网”融合，有线电视也能上网。"),
        ("liangge-jiankang", "市工商联以“两个健康”为主题办班。"),
        ("liangtou-zaiwai", "沿海加工贸易两头在外，受汇率影响大。"),
        ("zhongguo-zhizao", "中国制造的品质在提高。"),
        ("zhongguo-zhizao-2025", "《中国制造2025》列出十个领域。"),
        ("rcep", "RCEP对十五国全部生效。"),
    ],
)
def test_form_marks_its_term(matcher: TermMatcher, id: str, text: str) -> None:
    assert id in marked(matcher, text)


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("liubao", "他每周六保证到场。"),
        ("liubao", "第十六保安队今天换岗。"),
        ("liubao", "周六保洁停工一天。"),
        ("fumian-qingdan", "学校印发教师行为负面清单。"),
        ("fumian-qingdan", "师德考核列出负面清单。"),
        ("yijiu-huanxin", "金店搞活动，旧戒指可以以旧换新。"),
        ("ziyou-maoyigang", "釜山的自由贸易港历史悠久。"),
        ("ziyou-maoyigang", "海南派人考察新加坡的自由贸易港。"),
        ("hulianwang-jia", "印发“工业互联网+安全生产”计划。"),
        ("hunhe-suoyouzhi", "画家把几种颜色混改了一遍。"),
        ("sige-xiandaihua", "村里搞绿化、亮化、美化、净化，四化建设见效。"),
        ("sige-xiandaihua", "选干部坚持“四化”方针。"),
        ("sige-xiandaihua", "军事理论、军事人员等四个现代化一起抓。"),
        ("sanbuzou", "公司的扩张计划分三步走。"),
        ("sanbuzou", "国防和军队建设“三步走”，翻一番的是训练时间。"),
        ("sanwang", "张姐是第三网格的网格员。"),
        ("sanwang", "这款手机三网通用。"),
        ("liangge-jiankang", "身体和心理，两个健康都要管。"),
        ("liangtou-zaiwai", "父母在城里打工，孩子两头在外。"),
        ("zhongguo-zhizao", "中国制造业采购经理指数回升。"),
        ("zhongguo-zhizao", "《中国制造2025》列出十个领域。"),
        ("rcep", "型号是XRCEP9。"),
    ],
)
def test_same_form_is_something_else(matcher: TermMatcher, id: str, text: str) -> None:
    assert id not in marked(matcher, text)
