const graphemes = new Intl.Segmenter();

/** Characters of two columns: of East Asian scripts, their full-width forms, and emoji (Unicode UAX 11). */
const wide =
  /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|(?![\uFF61-\uFFDC])[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6])/u;

/** What shows nothing: marks that stand alone, control characters. */
const empty = /^[\p{M}\p{Cc}\p{Cf}]/u;

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : empty.test(segment) ? 0 : 1;
  return width;
}
