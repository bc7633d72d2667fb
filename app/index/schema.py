"""The tables of an index, for SQLite and PostgreSQL.

Totals that pages show are stored, and change in the same transaction as the rows: the number of articles in
`meta`, the quotations of a person, the occurrences of a term. A `shelf` is a year or a publication, with the
value "" for articles that have none. The keys of blocks rise in the order of arrival; a document that is put
again reuses its old keys where it can. Lists order the articles of one day by id, so the tables that lists
are read from store the id next to the day.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

# An index with another version is rebuilt: articles of content/ are read again, and articles that came as
# JSON lines, which exist only in the index, are copied by `repair.carry_over`.
SCHEMA_VERSION = 14

# {big} and {blob} are types of the database; {compact} stores a table in its primary key alone. `day` is a
# date as a number, see `packed.day_of`; `age` is its negative, so that ascending order puts the newest first
# and one row comparison continues a list. `fresh` is the day on which an article was added, or its date if
# that is not known.
SCHEMA = """
create table meta (key text primary key, value text not null);
create table article (
    key {big} primary key, id text not null unique, source text not null, digest text not null,
    date text not null, age integer not null, title text not null, entry text not null,
    fresh integer not null
);
create index article_newest on article (age, id);
create index article_fresh on article (fresh, id);
create index article_source on article (source, id, digest);
create table document (article {big} primary key, body {blob} not null);
create table ledger (article {big} primary key, lines {blob} not null);
create table alias (old text not null, article {big} not null, primary key (old, article));
create index alias_article on alias (article);
create table block (
    key {big} primary key, article {big} not null, n integer not null, number integer not null,
    day integer not null, id text not null, kind text not null, marks text not null,
    words text not null, text text not null
);
create index block_article on block (article, n);
create table occurrence (
    term text not null, age integer not null, article {big} not null, n integer not null,
    start integer not null, "end" integer not null, speaker text, form text not null,
    article_id text not null
);
create index occurrence_term on occurrence (term, age, article_id, n, start);
create index occurrence_form on occurrence (term, form, age, article_id, n, start);
create index occurrence_article on occurrence (article, n);
create table speaker (
    id text not null, age integer not null, article {big} not null, name text not null, role text not null,
    kind text not null, recorded integer not null, quotations integer not null,
    ascribed integer not null, certain integer not null, characters integer not null,
    article_id text not null default ''
);
create index speaker_newest on speaker (id, age, article_id);
create index speaker_article on speaker (article);
create table quotation (
    article {big} not null, n integer not null, start integer not null, "end" integer not null, speaker text
);
create index quotation_article on quotation (article, n);
create table spoken (
    speaker text not null, term text not null, age integer not null, article {big} not null,
    article_id text not null default ''
);
create index spoken_speaker on spoken (speaker, age, article_id, term);
create index spoken_term on spoken (speaker, term, age, article_id);
create index spoken_article on spoken (article);
create table person (
    id text primary key, name text not null, role text not null, kind text not null,
    recorded integer not null, quotations integer not null, articles integer not null,
    ascribed integer not null, certain integer not null, characters {big} not null
);
create index person_most on person (quotations, articles, id);
create table term (
    id text primary key, occurrences integer not null, articles integer not null,
    narrated integer not null, unattributed integer not null
);
create table term_form (
    term text not null, form text not null, occurrences integer not null, primary key (term, form)
);
create table term_speaker (
    term text not null, speaker text not null, occurrences integer not null, primary key (term, speaker)
);
create index term_speaker_most on term_speaker (speaker, occurrences);
create table term_year (
    term text not null, form text not null, year text not null, occurrences integer not null,
    primary key (term, form, year)
);
create table shelf (
    kind text not null, value text not null, articles integer not null, characters {big} not null,
    primary key (kind, value)
);
create table term_shelf (
    term text not null, kind text not null, value text not null, occurrences integer not null,
    articles integer not null, primary key (term, kind, value)
);
create table fingerprint (
    hash integer not null, block {big} not null, primary key (hash, block)
) {compact};
create table stretch (
    article {big} not null, n integer not null, start integer not null, "end" integer not null,
    letters integer not null, same integer not null,
    other {big} not null, other_n integer not null, other_start integer not null, other_end integer not null
);
create index stretch_article on stretch (article, n);
create index stretch_other on stretch (other)
"""


@cache
def shape() -> frozenset[str]:
    """Return the names of all tables, columns and indexes: `article`, `article.key`, `article_newest` …"""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(SCHEMA.format(big="integer", blob="blob", compact="without rowid"))
        names = db.execute("select name from sqlite_master where name not like 'sqlite_%'").fetchall()
        columns = db.execute(
            "select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c"
            " where m.type = 'table'"
        ).fetchall()
    return frozenset(name for (name,) in (*names, *columns))
