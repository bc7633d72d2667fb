"""Glossary terms in a text: where they occur, in which sense, and which phrases may deserve an entry."""

__all__ = ["candidates", "coverage", "definitions", "doubts", "evidence", "facts", "matcher", "names"]
