"""Compile the catalogues of the interface at every build and install; the rest is in pyproject.toml."""

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """Build the package, its catalogues compiled next to their sources."""

    def run(self) -> None:
        """Run Babel's own command first."""
        self.run_command("compile_catalog")
        super().run()


setup(
    cmdclass={"build_py": BuildWithCatalogues},
    options={"compile_catalog": {"domain": "meipi", "directory": "app/locale"}},
)
