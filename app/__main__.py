"""`python -m app` is the `meipi` command."""

from app.cli import main

main()
