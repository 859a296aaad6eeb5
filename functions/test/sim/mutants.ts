/** The engine with one rule taken out, as changes of its text: some seed or some directed test must notice each of them. */

export interface Mutant {
  readonly rule: string;
  readonly what: string;
  /** Below functions/src. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    rule: 'R1', what: 'the cursor is stored before the todos', file: 'app/sync/collect.ts',
    from: 'for (const group of await run.store([...marks.keys(), cursors])) {',
    to: 'await run.store([cursors]);\n  for (const group of await run.store([...marks.keys()])) {',
  },
  {
    rule: 'R2', what: 'shadows hold what was sent, not what the server shows', file: 'engine/settle.ts',
    from: 'const value = isPatched && echo !== undefined ? echo : base;',
    to: 'const value = isPatched ? (side === \'m\' ? action.patchM : action.patchC)[field] : base;',
  },
  {
    rule: 'R3', what: 'a write does not say which version it rests on', file: 'app/sync/write.ts',
    from: 'current: action[side], patch', to: 'current: { ...action[side], version: \'\' }, patch',
  },
  {
    rule: 'R4', what: 'a todo is deleted whoever marked it since', file: 'app/sync/groups.ts',
    from: 'key: keys.todo(open.todo.linkId), etag: open.etag };\n}',
    to: 'key: keys.todo(open.todo.linkId) };\n}',
  },
  {
    rule: 'R4', what: 'an intent is stored over somebody else\'s mark', file: 'app/sync/groups.ts',
    from: 'cells: encodeTodo(todo, run.sealer, run.owner), etag: open.etag };\n  return grouped(',
    to: 'cells: encodeTodo(todo, run.sealer, run.owner) };\n  return grouped(',
  },
  {
    rule: 'R5', what: 'no fence: the head is stored unconditionally', file: 'app/sync/run.ts',
    from: '[headChange(next, this.#headEtag), ...changes]',
    to: '[{ op: \'put\', key: keys.head, cells: headChange(next, \'\').cells }, ...changes]',
  },
  {
    rule: 'R6', what: 'a broken promise about one link stops the run', file: 'app/sync/decide.ts',
    from: 'groups.push(brokenGroup(run, open, error));',
    to: 'throw error;',
  },
  {
    rule: 'R7', what: 'fields may swing for ever', file: 'engine/oscillation.ts',
    from: 'return next.returns >= RETURNS_MAX || next.turns >= TURNS_MAX;',
    to: 'return false;',
  },
  {
    rule: 'R8', what: 'a record that bears our key is a stranger', file: 'engine/plan.ts',
    from: 'if (record?.linkKey !== undefined && record.linkKey !== todo.linkId) return',
    to: 'if (false) return',
  },
  {
    rule: 'R9', what: 'a creation found again is agreed as it is now', file: 'engine/intent.ts',
    from: 'shadow[intent.side][field] = isHeldLess ? found : payload;',
    to: 'shadow[intent.side][field] = found ?? payload;',
  },
  {
    rule: 'R10', what: 'an update of unknown outcome is taken for an edit', file: 'engine/intent.ts',
    from: 'return isFolded ? folded : shadow;',
    to: 'return shadow;',
  },
  {
    rule: 'R10', what: 'what a fold found is not told in the log', file: 'engine/settle.ts',
    from: 'return fields.length === 0 ? [] :',
    to: 'return fields.length >= 0 ? [] :',
  },
  {
    rule: 'R11', what: 'a creation is not looked at again', file: 'engine/settle.ts',
    from: 'return { link, journal: [entry], todo: \'confirm\' };',
    to: 'return { link, journal: [entry], todo: \'done\' };',
  },
  {
    rule: 'R12', what: 'writes start with any lease', file: 'app/sync/write.ts',
    from: 'if (run.leaseLeftMs > neededMs * 2) return;',
    to: 'return;',
  },
  {
    rule: 'young', what: 'a creation that was not found at once is made again', file: 'engine/intent.ts',
    from: 'if (now <= until) return { outcome: \'wait\', until };',
    to: '',
  },
  {
    rule: 'ask', what: 'a creation without a key, edited since, is made again', file: 'engine/intent.ts',
    from: 'const similar = recall.isByKey ? []',
    to: 'const similar = recall ? []',
  },
  {
    rule: 'key', what: 'creations bear another key each time', file: 'app/sync/write.ts',
    from: '{ op: \'create\', kind, linkId, fields: action.fields }',
    to: '{ op: \'create\', kind, linkId: linkId.slice(0, 20) + String(run.now).slice(-6), fields: action.fields }',
  },
  {
    rule: 'echo', what: 'our own writes come back as changes', file: 'app/sync/collect.ts',
    from: 'return isSilent(link.shadow[side], record.fields, run.forms);',
    to: 'return false;',
  },
  {
    rule: 'absence', what: 'after a forgotten cursor nobody looks for what is not listed', file: 'app/sync/collect.ts',
    from: 'if (run.head.resync?.[side]) await collectMissing(run, side, listed);',
    to: 'run.head = { ...run.head, resync: { m: false, c: false } };',
  },
  {
    rule: 'crash', what: 'a run that never ended is not noticed', file: 'app/sync/idle.ts',
    from: 'if (head.holder !== undefined) return false;',
    to: '',
  },
  {
    rule: 'merge', what: 'a merge takes a record that has a link', file: 'app/sync/decide.ts',
    from: 'run.index[side].get(to) ?? link.id;',
    to: 'link.id;',
  },
  {
    rule: 'brake', what: 'nothing is held, however much goes at once', file: 'app/sync/brake.ts',
    from: 'if (isTooMany || waiting.has(key)) for',
    to: 'if (passed < 0 && isTooMany) for',
  },
  {
    rule: 'brake', what: 'what passed is not counted', file: 'app/sync/brake.ts',
    from: 'else run.head = { ...run.head, passed: withPassed(run.head.passed, key, todos.length, run.now) };',
    to: '',
  },
  {
    rule: 'I11', what: 'a deletion beats an edit', file: 'engine/plan.ts',
    from: "case 'edited:gone':\n    case 'gone:edited': return { do: 'unlink', why: 'deletedThereKept' };",
    to: "case 'edited:gone': return followDeletion(situation, 'm', rules.whenGone.c);\n"
      + "    case 'gone:edited': return followDeletion(situation, 'c', rules.whenGone.m);",
  },
  {
    rule: 'guests', what: 'an event with guests is deleted', file: 'engine/plan.ts',
    from: "if (record.meeting) return { do: 'unlink', why: 'meeting' };",
    to: '',
  },
  {
    rule: 'guests', what: 'an event with guests is written in the mailbox', file: 'engine/fields.ts',
    from: 'if (m.meeting === undefined) return rules;',
    to: 'if (m !== undefined) return rules;',
  },
  {
    rule: 'claim', what: 'a meeting that a colleague has claimed is made again', file: 'app/sync/claims.ts',
    from: "if (row && row.cells['u'] !== userId) {",
    to: "if (row && row.cells['u'] === '') {",
  },
  {
    rule: 'claim', what: 'a meeting that the user said is none of the others is made without a claim', file: 'app/sync/claims.ts',
    from: "return run.todos.get(linkId)?.todo.ask?.answer?.verdict === 'different' || (match?.outcome",
    to: 'return (match?.outcome',
  },
  {
    rule: 'claim', what: 'what the user said about a colleague\'s meeting is forgotten', file: 'app/sync/claims.ts',
    from: "if (!records.m || ask?.answer?.verdict !== 'different') return",
    to: 'if (records.m ?? ask ?? true) return',
  },
  {
    rule: 'owner', what: 'a record that was handed to a colleague is written on', file: 'engine/plan.ts',
    from: "if (c.state === 'live' && c.record.owner?.isUser === false) return { do: 'unlink', why: 'colleague' };",
    to: '',
  },
  {
    rule: 'owner', what: 'the key of a colleague\'s run is taken for one of ours', file: 'app/sync/look.ts',
    from: 'keyOf(record).some((key) => !run.links.has(key)) ? withoutKey(record) : record',
    to: 'record',
  },
  {
    rule: 'ask', what: 'nobody is asked who was set aside before', file: 'app/sync/waiting.ts',
    from: 'return hasTodo || run.todos.has(linkId) ? []',
    to: 'return id ? []',
  },
  {
    rule: 'window', what: 'an event that left the window is taken for deleted', file: 'app/sync/look.ts',
    from: 'read(kind, [...new Set(stale)])) run.looks[side].set(id, look);',
    to: "read(kind, [...new Set(stale)])) run.looks[side].set(id, look.state === 'live' && look.record.isOutside ? { state: 'gone' } : look);",
  },
  {
    rule: 'window', what: 'what lies beyond the window is made on the other side', file: 'engine/match-keys.ts',
    from: "seen.isOutside ? 'outside' as const : seen.isClosed",
    to: 'seen.isClosed',
  },
  {
    rule: 'R10', what: 'a word that changes nothing forgets an update of unknown outcome', file: 'app/sync/groups.ts',
    from: "intent?.op === 'update' ? { ...next, intent } : next",
    to: 'intent ? next : next',
  },
  {
    rule: 'R10', what: 'an undo takes the place of an update of unknown outcome', file: 'engine/wish.ts',
    from: "return shadow === link.shadow ? action : { ...action, foldedShadow",
    to: 'return shadow !== undefined ? action : { ...action, foldedShadow',
  },
  {
    rule: 'undo', what: 'what was handed to a colleague is taken back all the same', file: 'engine/wish.ts',
    from: "if (c?.state === 'live' && c.record.owner?.isUser === false && wish.do !== 'unlink' && wish.do !== 'relink') return undefined;",
    to: '',
  },
  {
    rule: 'undo', what: 'the second word takes the place of the first', file: 'app/sync/word.ts',
    from: "return waiting?.do === 'undo' && wish.do === 'undo' ?",
    to: "return waiting?.do === 'undo' && wish.do === 'use' ?",
  },
  {
    rule: 'undo', what: 'what somebody wrote since is taken back', file: 'engine/wish.ts',
    from: 'if (now !== undefined && sameValue(name, now, after ?? null, forms)) patch',
    to: 'if (now !== undefined || sameValue(name, now ?? null, after ?? null, forms)) patch',
  },
  {
    rule: 'R10', what: 'a word about a held blanking does not fold', file: 'engine/wish.ts',
    from: "intent?.op === 'update' ? foldIntent(link.shadow, intent, records, forms) : link.shadow",
    to: 'link.shadow',
  },
];
