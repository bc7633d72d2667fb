"""Hard-wrapped lines to true paragraphs.

One question is asked of every line end: did the writer end a block here, or did the column end?

1. Lines that belong to the page (page numbers, captions, bylines) are recognised by their words and lifted
   out. The block around such a line is cut in two.
2. The other lines are read in windows. A *column width* explains a line end if the line fits and the next
   unit would not have fitted: no line begins with a closing mark or ends with an opening one, Latin words and
   numbers stay whole, and their characters count half. The best course of widths through the window is found,
   or none at all. Where no width explains the lines they are not wrapped, and every line is a block.
3. What a deeper indent or a wider gap means, and whether first lines lost an indent of two ems, is learnt in
   each window from the line ends that are plain.
4. The best course through all line ends is found at once (Viterbi), with four states of a line: first or
   later line of a paragraph, first or later line of a heading. `weights` says in nats what each sign counts.
5. Kinds are judged from the words alone, so that the same blocks get the same kinds when reflowed again.

Time and memory grow with the length of the text: windows are bounded.
"""

from app.text.reflow.blocks import kinds_alone, reflow
from app.text.reflow.lines import begins_block
from app.text.reflow.model import Decision, LineEnd, Reflowed

__all__ = ["Decision", "LineEnd", "Reflowed", "begins_block", "kinds_alone", "reflow"]
