// @ts-check
/** Finding words again after a text was edited: exactly by their surroundings, else by likeness. Pure; no page is touched. */

/** What keeps a place: the words, 32 characters on either side, and where they began. @typedef {{ exact: string, prefix: string, suffix: string, start: number }} Mark */
/** @typedef {{ start: number, end: number, exact: boolean, score: number }} Found */

const AROUND = 32;
// Shorter words say too little to be recognised by likeness.
const SHORT = 4;

/** @param {string} text @param {number} start @param {number} end @returns {Mark} */
export const describe = (text, start, end) =>
  ({ exact: text.slice(start, end), prefix: text.slice(Math.max(0, start - AROUND), start), suffix: text.slice(end, end + AROUND), start });

/** How many characters the ends of two texts share. @param {string} a @param {string} b */
function tail(a, b) {
  let n = 0;
  while (n < a.length && n < b.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n++;
  return n;
}
/** @param {string} a @param {string} b */
function head(a, b) {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}
/** The share of the surroundings that is still around a place, 0 to 1. @param {Mark} mark @param {string} text @param {number} start @param {number} end */
function around(mark, text, start, end) {
  const all = mark.prefix.length + mark.suffix.length;
  return all ? (tail(mark.prefix, text.slice(0, start)) + head(mark.suffix, text.slice(end))) / all : 0;
}

/** @param {string} text @returns {Map<string, number>} */
function pairs(text) {
  const found = new Map();
  for (let i = 0; i + 1 < text.length; i++) { const pair = text.slice(i, i + 2); found.set(pair, (found.get(pair) ?? 0) + 1); }
  return found;
}
/** Likeness by pairs of neighbouring characters (Dice), 0 to 1. @param {Map<string, number>} a @param {number} size @param {string} text */
function alike(a, size, text) {
  let shared = 0;
  for (const [pair, n] of pairs(text)) shared += Math.min(n, a.get(pair) ?? 0);
  return size + text.length > 2 ? 2 * shared / (size - 1 + text.length - 1) : 0;
}

/**
 * The place in a text, or null. Unchanged words win, those with the most of their surroundings first, the nearest to
 * the old place among equals; else the stretch most like them, if it is like enough.
 * @param {Mark} mark @param {string} text @param {boolean} [home] the text is the paragraph they were in, so that less proof is wanted
 * @returns {Found | null}
 */
export function seek(mark, text, home = true) {
  const { exact } = mark;
  /** @type {Found | null} */ let best = null;
  for (let at = text.indexOf(exact); at >= 0; at = text.indexOf(exact, at + 1)) {
    const score = around(mark, text, at, at + exact.length);
    if (!best || score > best.score || (score === best.score && Math.abs(at - mark.start) < Math.abs(best.start - mark.start)))
      best = { start: at, end: at + exact.length, exact: true, score };
  }
  // A short word that turns up elsewhere without anything of its surroundings is another word.
  if (best && (home ? exact.length >= SHORT || best.score > 0 || !(mark.prefix + mark.suffix) : exact.length >= 2 * SHORT || best.score >= .1)) return best;
  return exact.length < SHORT ? null : like(mark, text, home ? .5 : .65);
}

/** The stretch most like the words: windows of their length first, then the best one's ends moved while it gets better. @param {Mark} mark @param {string} text @param {number} least @returns {Found | null} */
function like(mark, text, least) {
  const { exact } = mark, size = exact.length, want = pairs(exact);
  const spare = new Map(want);
  let shared = 0, most = 0, start = -1;
  const take = (/** @type {string} */ pair, /** @type {number} */ way) => {
    const left = spare.get(pair);
    if (left === undefined) return;
    if (way > 0 ? left > 0 : left >= 0) shared += way;
    spare.set(pair, left - way);
  };
  for (let i = 0; i + 1 < text.length; i++) {
    take(text.slice(i, i + 2), 1);
    if (i - size + 1 >= 0) take(text.slice(i - size + 1, i - size + 3), -1);
    if (shared > most) { most = shared; start = Math.max(0, i + 2 - size); }
  }
  if (start < 0 || most < (size - 1) * least * .6) return null;
  let end = Math.min(text.length, start + size), score = alike(want, size, text.slice(start, end));
  // An end at the place where the old surroundings begin is worth a little more than likeness alone.
  const grade = (/** @type {number} */ a, /** @type {number} */ z) => alike(want, size, text.slice(a, z)) + .1 * around(mark, text, a, z)
    + (text[a - 1] === mark.prefix.at(-1) ? .05 : 0) + (text[z] === mark.suffix[0] ? .05 : 0);
  for (let now = grade(start, end), moved = true; moved;) {
    moved = false;
    for (const [a, z] of [1, 2, 3, 5, 8].flatMap((n) => [[start - n, end], [start + n, end], [start, end - n], [start, end + n]])) {
      if (a < 0 || z > text.length || z - a < 2 || grade(a, z) <= now) continue;
      [start, end, now, moved] = [a, z, grade(a, z), true];
      break;
    }
  }
  score = alike(want, size, text.slice(start, end));
  return score >= least ? { start, end, exact: false, score } : null;
}
