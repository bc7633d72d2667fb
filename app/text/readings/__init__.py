"""How words are read and written: pinyin, and the other script."""
