"""All thresholds of an alignment.

Similarities and shares are between 0 and 1. The thresholds were tuned on edited newspaper texts, fiction,
statutes and verse; the results change little near each value.
"""

NEIGHBOUR = 0.12  # added to the likeness for each neighbour that two paragraphs have in common
SURE = 0.60  # two texts are one paragraph from this likeness, neighbours included, without a closer look
ACCEPT = 0.25  # the same, after a closer look, …
FLOOR = 0.08  # … if the texts themselves are this much alike
CHANCE = 0.20  # share of characters that two unrelated Chinese texts have in the same order
VERBATIM = 0.80  # share of a text found in another that counts more than likeness to a third
CONTAINED = 0.60  # share of a text found in another one that it was split from, or merged into
NEARBY = 0.45  # the same, if the other one is a neighbour
WORDS = 6  # shorter texts recur by chance: finding one elsewhere proves nothing
UNDONE = 0.70  # likeness from which a removed paragraph has come back
BORN, LEFT = 0.30, 0.15  # a paragraph that had BORN of its first words and has less than LEFT is another one
SIBLING = 0.30  # share of its first words from which a part that was split off replaces the whole
FADED = 0.25  # a host that has kept less than this of a merged text no longer holds it
RIVALS = 8  # candidates of a paragraph that get a closer look
COMMON = 100  # bigrams in more paragraphs than this (a book's running head) find no candidates
