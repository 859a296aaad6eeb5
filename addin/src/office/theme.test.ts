import { expect, test } from 'vitest';
import { shadeOf } from './theme.ts';

test('a dark background of Outlook is a dark pane, whatever it is called', () => {
  expect(['#ffffff', '#F3F2F1', '#fff'].map(shadeOf)).toEqual(['light', 'light', 'light']);
  expect(['#000000', '#1f1f1f', '#292929FF'].map(shadeOf)).toEqual(['dark', 'dark', 'dark']);
});
