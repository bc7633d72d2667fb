"""The command `mcp`."""

from __future__ import annotations

from app.cli.console import Context, common_options, pass_context
from app.cli.language import command
from app.i18n import mark
from app.serving import assistants


@command(
    help=mark(
        "让助手程序读文库：在标准输入输出上运行 MCP（Model Context Protocol）服务。\n\n"
        "助手可以检索、统计词语的用例、读文章和段落、查词语和说话人、找旧链接、对照两篇文章；"
        "每个回答都带不变的链接。链接用 MEIPI_BASE_URL 的地址。"
    )
)
@common_options
@pass_context
def mcp(context: Context) -> None:
    """Bring the index up to date and answer an assistant until it closes standard input."""
    library = context.library()
    made = assistants.server(library, context.settings)
    library.refresh()
    made.run("stdio")
