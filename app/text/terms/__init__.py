"""Glossary terms in a text: where they occur, in which sense, and which phrases may deserve an entry."""
