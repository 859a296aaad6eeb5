/** Descriptions of a CRM's objects by user; the cache lives as long as the process, so that a warm one does not describe in each run. */
import type { Instant } from '../engine/record.ts';

interface Described { readonly describedAt: Instant }

export interface ShapeCache<Shape extends Described> {
  get(key: string, now: Instant): Shape | undefined;
  set(key: string, shape: Shape): void;
  forget(key: string): void;
}

/** `life` in milliseconds; `most` shapes are kept. */
export function createShapeCache<Shape extends Described>(life: number, most: number): ShapeCache<Shape> {
  const shapes = new Map<string, Shape>();
  return {
    get(key, now) {
      const shape = shapes.get(key);
      return shape && now - shape.describedAt < life ? shape : undefined;
    },
    set(key, shape) {
      // The oldest goes first: a map keeps the order of insertion.
      shapes.delete(key);
      const [oldest] = shapes.size >= most ? shapes.keys() : [];
      if (oldest !== undefined) shapes.delete(oldest);
      shapes.set(key, shape);
    },
    forget: (key) => { shapes.delete(key); },
  };
}
