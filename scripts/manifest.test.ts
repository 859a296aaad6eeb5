import { describe, expect, it } from 'vitest';
import { manifestFindings, manifestFor, readManifest } from './manifest.ts';

describe('the add-in manifest', () => {
  const xml = readManifest();

  it('keeps every rule that its schema cannot know', () => {
    expect(manifestFindings(xml)).toEqual([]);
  });

  it.each([
    ['a resource that does not exist', xml.replace('resid="open.tip"', 'resid="open.tipp"'), /"open.tipp" is not among the resources/],
    ['an address without https', xml.replace('https://concord.example/index.html', 'http://concord.example/index.html'), /is not https/],
    ['a missing surface',
      xml.replaceAll('xsi:type="AppointmentAttendeeCommandSurface"', 'xsi:type="MessageReadCommandSurface"'),
      /AppointmentAttendee.* is missing/],
    ['a control id that stands twice', xml.replaceAll('msgComposeOpenPane', 'msgReadOpenPane'), /stands twice/],
    ['pinning without content',
      xml.replace('<SourceLocation resid="pane.url" />', '<SourceLocation resid="pane.url" /><SupportsPinning>true</SupportsPinning>'),
      /SupportsPinning/],
  ])('is refused with %s', (_what, broken, finding) => {
    expect(manifestFindings(broken).join('\n')).toMatch(finding);
  });

  it('gives the development manifest another id and name, so that both can be installed', () => {
    const local = manifestFor(xml, 'https://localhost:4301', true);
    expect(local).not.toContain('concord.example');
    expect(local).toContain('Concord (local)');
    expect(/<Id>(.*)<\/Id>/.exec(local)?.[1]).not.toBe(/<Id>(.*)<\/Id>/.exec(xml)?.[1]);
    expect(manifestFindings(local)).toEqual([]);
  });

  it('refuses an address that Outlook would not take', () => {
    expect(() => manifestFor(xml, 'http://localhost:4301', true)).toThrow(/https/);
    expect(() => manifestFor(xml, 'https://host/pane', false)).toThrow(/without a path/);
  });
});
