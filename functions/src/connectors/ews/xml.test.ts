import { describe, expect, test } from 'vitest';
import { envelope, messagesOf, valuesOf } from './soap.ts';
import { at, child, childText, children, el, parseXml, render } from './xml.ts';

const CONTROL = `a${String.fromCharCode(0, 11, 25, 0xfffe, 0xffff)}b`;

describe('what goes out', () => {
  test('texts and attributes are escaped, absent ones left out', () => {
    const tree = el('t:Subject', { Id: 'a"<&', Empty: undefined, Count: 3, Is: true }, 'x < y & "z"\r\n', undefined, el('t:Inner'));
    expect(render(tree)).toBe('<t:Subject Id="a&quot;&lt;&amp;" Count="3" Is="true">x &lt; y &amp; &quot;z&quot;&#xD;\n<t:Inner/></t:Subject>');
  });

  test('characters that XML forbids are dropped, a torn one is replaced, tabs and emoji stay', () => {
    expect(render(el('t:A', {}, `${CONTROL}\t\u{1f600}\ud800`))).toBe('<t:A>ab\t\u{1f600}\ufffd</t:A>');
  });

  test('the envelope names its schema, and a zone when there is one', async () => {
    const plain = await parseXml(envelope('<m:GetFolder/>'));
    expect(at(plain, 'Header', 'RequestServerVersion')?.attributes).toEqual({ Version: 'Exchange2013_SP1' });
    expect(at(plain, 'Header', 'TimeZoneContext')).toBeUndefined();
    expect(at(plain, 'Body')?.children.map(({ name }) => name)).toEqual(['GetFolder']);
    const zoned = await parseXml(envelope('<m:GetItem>$&amp; $1</m:GetItem>', 'W. Europe Standard Time'));
    expect(at(zoned, 'Header', 'TimeZoneContext', 'TimeZoneDefinition')?.attributes).toEqual({ Id: 'W. Europe Standard Time' });
    expect(at(zoned, 'Body', 'GetItem')?.text).toBe('$& $1');
  });
});

describe('what comes in', () => {
  test('numbers stay texts, blanks stay, prefixes and namespaces go, order is kept', async () => {
    const root = await parseXml('<?xml version="1.0"?><t:A xmlns:t="urn:t" t:Key="007"><t:B>0049301</t:B><t:C/><t:B> 1e5 </t:B></t:A>');
    expect(root).toEqual({
      name: 'A', attributes: { Key: '007' }, text: '', children: [
        { name: 'B', attributes: {}, children: [], text: '0049301' },
        { name: 'C', attributes: {}, children: [], text: '' },
        { name: 'B', attributes: {}, children: [], text: ' 1e5 ' },
      ],
    });
    expect([childText(root, 'B'), children(root, 'B').length, child(root, 'D'), at(root, 'D', 'E')]).toEqual(['0049301', 2, undefined, undefined]);
  });

  test('references are read, those to forbidden characters dropped', async () => {
    const root = await parseXml('<A k="&quot;&#x41;&#0;">&lt;&#228;&#xE4;&#x1F600;&amp;lt;&#xB;&#x0;&#xFFFF;&#xD800;&#99999999;&apos;&gt;&#xD;</A>');
    expect([root.text, root.attributes['k']]).toEqual(['<ää\u{1f600}&lt;\'>\r', '"A']);
  });

  test('raw control characters are dropped, and a CDATA section is plain text', async () => {
    expect((await parseXml(`<A>${CONTROL}<![CDATA[<b>&amp;]]></A>`)).text).toBe('ab<b>&amp;');
  });

  test.each([
    ['a bomb of entities', '<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><s>&b;</s>'],
    ['an external entity', '<!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/passwd">]><s>&f;</s>'],
    ['a document type alone', '<!doctype html><html></html>'],
    ['a tower of elements', '<a>'.repeat(5000) + '</a>'.repeat(5000)],
    ['a lower tower', '<a>'.repeat(80) + '</a>'.repeat(80)],
  ])('%s is not read', async (_what, text) => {
    await expect(parseXml(text)).rejects.toMatchObject({ kind: 'unavailable', details: { code: 'EWS_XML_UNSAFE' } });
  });

  test.each([
    ['nothing', ''], ['words', 'The service is unavailable.'], ['an answer cut off', '<s:Envelope xmlns:s="u"><s:Body><m:X>te'],
    ['crossed elements', '<a><b></a></b>'], ['two roots', '<a/><b/>'], ['an entity of nobody', '<a>&evil;</a>'], ['a lone ampersand', '<a>b & c</a>'],
    ['a cut tag', '<a><b'], ['words behind the root', '<a></a>more'],
  ])('%s is no XML', async (_what, text) => {
    await expect(parseXml(text)).rejects.toMatchObject({ kind: 'unavailable', details: { code: 'EWS_XML_BROKEN' } });
  });

  test.each(['<A __proto__="x"/>', '<A><__proto__>2</__proto__></A>', '<A><constructor>2</constructor></A>'])('%s poisons nothing', async (text) => {
    await expect(parseXml(text)).rejects.toMatchObject({ details: { code: 'EWS_XML_BROKEN' } });
  });
});

test('messages of a batch tell their outcome, their code and what lies beside it', async () => {
  const body = await parseXml('<Body><GetItemResponse><ResponseMessages>'
    + '<GetItemResponseMessage ResponseClass="Success"><ResponseCode>NoError</ResponseCode></GetItemResponseMessage>'
    + '<GetItemResponseMessage ResponseClass="Error"><ResponseCode>ErrorServerBusy</ResponseCode>'
    + '<MessageXml><Value Name="BackOffMilliseconds">1234</Value></MessageXml></GetItemResponseMessage>'
    + '<GetItemResponseMessage ResponseClass="Warning"><ResponseCode>ErrorBatchProcessingStopped</ResponseCode></GetItemResponseMessage>'
    + '</ResponseMessages></GetItemResponse></Body>');
  const messages = messagesOf(body);
  expect(messages.map(({ outcome, code }) => [outcome, code]))
    .toEqual([['Success', 'NoError'], ['Error', 'ErrorServerBusy'], ['Warning', 'ErrorBatchProcessingStopped']]);
  expect(messages.map(({ element }) => valuesOf(element))).toEqual([{}, { BackOffMilliseconds: '1234' }, {}]);
  expect(messagesOf({ name: 'Body', attributes: {}, children: [], text: '' })).toEqual([]);
});
