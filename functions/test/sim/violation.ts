/** A promise of the engine that was broken; anything else that is thrown is a fault of the code. */

export class Violation extends Error {
  override readonly name = 'Violation';
}

export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Violation(sentence);
}
