/** The label of a record: its name fields, encoded for HTML as PHP's htmlentities does, so it is no data. */

/** U+00A0 to U+00FF in order, as HTML 4.01 names them. */
const LATIN = [
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm',
  'raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde',
  'Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave',
  'eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml',
].join(' ').split(' ');
const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#039;' };

export function encodeLabel(name: string): string {
  return name.replace(/[&<>"'\u00a0-\u00ff]/g, (letter) => MARKS[letter] ?? `&${LATIN[letter.charCodeAt(0) - 0xa0] ?? ''};`);
}

/** The entities of MARKS back as characters: the answer to a write shows them so. */
export function decodeMarks(text: string): string {
  return Object.entries(MARKS).reverse().reduce((done, [mark, entity]) => done.replaceAll(entity, mark), text);
}
