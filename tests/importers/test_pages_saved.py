"""Saved pages of an account, an electronic newspaper and a portal: the article's text only."""

from __future__ import annotations

import pytest

from app.importers import receive

TEXT = (
    "青川县的老水渠建于一九五八年，全长四十二公里，从北山脚下的石坝引水，穿过七个村子，一直流到南边的盐滩。",
    "去年秋天，水利站派了两个年轻人去量水渠，走了九天，找到一百零六处漏水的地方。",
    "站长说：“先补陈家湾，再补盐滩，三年补完。”今年春天动了工，到夏天已经补了一半。",
)
BODY = "".join(f"<p>{words}</p>" for words in TEXT)
TALK = "".join(
    f"<li><b>水边人{n}</b><p>写得真好，我小时候也在渠里游过水，那时候水很清。</p>"
    f"<i>{n + 2}小时前</i><a>回复</a><a>赞({n})</a></li>"
    for n in range(4)
)
MORE = "".join(f"<li><a href=/n/{n}.html>县里今年还要修三条路，其中一条通到盐滩</a></li>" for n in range(6))

ACCOUNT = f"""<!doctype html><html><head><meta charset=utf-8><title>老渠新水</title>
<meta property="og:title" content="老渠新水">
<meta property="og:site_name" content="微信公众平台"></head><body>
<div id=img-content><h1 id=activity-name>老渠新水</h1>
<div id=meta_content><span>何川</span>
<a id=js_name>青川水利</a>
<em id=publish_time>2024年3月5日 08:30</em></div><div id=js_content><p>点击上方蓝字关注我们</p>
{"".join(f"<section><p><span>{words}</span></p></section>" for words in TEXT)}<p>- END -</p>
<p>长按识别二维码关注我们</p><p>喜欢就点个在看</p></div></div>
<div id=js_pc_qr_code>微信扫一扫关注该公众号</div></body></html>"""

PAPER = f"""<!doctype html><html><head><meta charset=utf-8><title>老渠新水-青川日报数字报</title></head><body>
<table><tr><td><ul><li><a href=a>第01版：要闻</a></li><li><a href=b>第02版：农业</a></li></ul>
<p>2024年3月5日　星期二</p><a href=p>上一篇</a><a href=n>下一篇</a></td>
<td><div><p class=f>放大 缩小 默认</p><h1>老渠新水</h1><p>2024-03-05　青川日报</p>
<founder-content>{BODY}</founder-content></div></td></tr></table>
<p>青川日报社版权所有，未经许可不得转载</p></body></html>"""

PORTAL = f"""<!doctype html><html><head><meta charset=utf-8><title>老渠新水_青川频道_水网</title></head><body>
<ul><li><a href=/>首页</a></li><li><a href=/x>新闻</a></li><li><a href=/y>视频</a></li></ul>
<div class=w1><div class=w2><h1>老渠新水</h1><div>2024年03月05日 08:30　来源：青川日报　作者：何川</div>
<div class=a9>{BODY}</div><div class=z3>分享到：<a>微博</a><a>微信</a><a>QQ空间</a></div>
<div class=k7><h3>网友评论</h3><ul>{TALK}</ul></div></div>
<div class=r5><h3>相关新闻</h3><ul>{MORE}</ul></div></div>
<div class=y1>关于我们　联系我们　京ICP备00000000号</div></body></html>"""


@pytest.mark.parametrize(
    ("page", "publication"),
    [(ACCOUNT, "青川水利"), (PAPER, "青川日报"), (PORTAL, "青川日报")],
    ids=["account", "newspaper", "portal"],
)
def test_a_saved_page_gives_its_article_only(page: str, publication: str) -> None:
    head = receive("a.html", page.encode()).head
    assert [p.text for p in head.body] == list(TEXT)
    assert (head.title, head.date, head.publication) == ("老渠新水", "2024-03-05", publication)
