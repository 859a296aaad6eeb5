/** The one converter between HTML and plain text. */
import { expect, test } from 'vitest';
import { BODY_LENGTH, textOfHtml } from '../body-text.ts';
import { bodyTextOf, htmlBody } from './body-text.ts';

test.each([
  ['<html><head><title>no</title><style>p{color:red}</style></head><body><p>One</p>\r\n<p>Two</p></body></html>', 'One\nTwo'],
  ['<div>One</div><div><br></div><div>Two</div>', 'One\n\nTwo'],
  ['One<br>Two<BR/>Three', 'One\nTwo\nThree'],
  ['<ul><li>a</li><li>b</li></ul>', 'a\nb'],
  ['<table><tr><td>a</td><td> b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
  ['A <b>bold</b>   word\n and <i>more</i>', 'A bold word and more'],
  ['Fisch &amp; Caf&eacute; &lt;3 &#8364;&#x20AC; &nbsp;x &unknown; &#0;', 'Fisch & Café <3 €€ x &unknown; &#0;'],
  ['before<!-- <p>hidden</p> -->after', 'beforeafter'],
  ['<script>let a = "</p>";</script>text<style>', 'text'],
  ['1 < 2 and <3', '1 < 2 and <3'],
  ['<p title="x">never closed', 'never closed'],
  ['<div', ''],
  ['<!-- never closed <p>x', ''],
  ['<head>İİİ</head>Istanbul İ', 'Istanbul İ'],
  ['', ''],
])('%j is read as %j', (html, text) => {
  expect(textOfHtml(html)).toBe(text);
});

test.each(['plain', 'two\nlines', 'a\n\nblank line', '<b>& "quotes"</b>', '5 < 6', '&amp; is no entity'])('%j comes back as it was written', (text) => {
  expect(bodyTextOf(htmlBody(text))).toBe(text);
});

test('control characters are not written', () => {
  expect(htmlBody(' a\u0000\u0007b\r\nc ').content).toBe('ab<br>c');
});

const RULE = '_'.repeat(80);

test('the join block of an online meeting is left out, from its rule to its end', () => {
  const block = `${RULE}\r\nMicrosoft Teams meeting\r\nJoin: https://teams.microsoft.com/l/meetup-join/19%3ameeting\r\n${RULE}`;
  expect(bodyTextOf({ contentType: 'text', content: `Agenda\r\n\r\n${block}\r\n\r\nGreetings` })).toBe('Agenda\n\nGreetings');
  expect(bodyTextOf({ contentType: 'text', content: block })).toBeNull();
  expect(bodyTextOf({ contentType: 'html', content: `<p>Agenda</p><div>${RULE}<br>https://teams.microsoft.com/l/meetup-join/x</div>` })).toBe('Agenda');
});

test('a rule that somebody drew stays', () => {
  expect(bodyTextOf({ contentType: 'text', content: `Part 1\n${RULE}\nPart 2\n${RULE}\nPart 3` })).toBe(`Part 1\n${RULE}\nPart 2\n${RULE}\nPart 3`);
});

test('a body that is too long says nothing, one that is just short enough says all', () => {
  expect(bodyTextOf({ contentType: 'text', content: 'x'.repeat(BODY_LENGTH + 1) })).toBeUndefined();
  expect(bodyTextOf({ contentType: 'text', content: 'x'.repeat(BODY_LENGTH) })).toHaveLength(BODY_LENGTH);
});

test('a body of a megabyte that is not well made is read in one pass', () => {
  for (const piece of ['<', '<!--', '<script>', '<p', '&', `${RULE}\n`]) expect(typeof textOfHtml(piece.repeat(1_000_000 / piece.length))).toBe('string');
});
