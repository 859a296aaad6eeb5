/** The store as an oracle reads it: rows opened once each, without a request that the app would be charged for. */
import { digestOf, decodeLink, decodeTodo, plainValue } from '../../src/store/codec.ts';
import type { Head } from '../../src/app/control.ts';
import { createForms } from '../../src/engine/forms.ts';
import type { Link, LinkId, Todo } from '../../src/engine/link.ts';
import { KINDS } from '../../src/engine/fields.ts';
import type { Kind, SideKey } from '../../src/engine/record.ts';
import type { Row } from '../../src/ports/table.ts';
import { keys, linkIdOf, organizationPartition } from '../../src/store/keys.ts';
import type { MemoryTable } from '../../src/store/memory-table.ts';
import { cursorOf, type Cursor } from './fake-answers.ts';
import { ORGANIZATION, SEALER, type Seat } from './mailbox.ts';

const COMMON = organizationPartition(ORGANIZATION);

export class Ledger {
  readonly forms = createForms('DE', digestOf);
  readonly #state: MemoryTable;
  readonly #seat: Seat;
  readonly #opened = new WeakMap<object, Link | Todo>();
  readonly #indexes = new Map<string, string>();
  readonly #births = new Map<string, LinkId>();

  constructor(state: MemoryTable, seat: Seat) {
    this.#state = state;
    this.#seat = seat;
  }

  /** All rows at this moment. */
  read(): Page {
    return new Page(new Map(this.#state.rows(this.#seat.partition).map((row) => [row.key, row])), this);
  }

  link(row: Row): Link {
    return this.#open(row, () => decodeLink(row, SEALER, this.#seat.owner));
  }

  todo(row: Row): Todo {
    return this.#open(row, () => decodeTodo(row, SEALER, this.#seat.owner));
  }

  /** Who makes this meeting in the CRM: his own user id, a colleague's, or nobody yet. */
  claimantOf(identity: string): string | undefined {
    const row = this.#state.rows(COMMON).find(({ key }) => key === keys.meeting(identity));
    return row && String(row.cells['u']);
  }

  indexOf(side: SideKey, id: string): string {
    const known = this.#indexes.get(`${side}${id}`) ?? keys.index(side, id);
    this.#indexes.set(`${side}${id}`, known);
    return known;
  }

  /** The link id that a record's own birth has. */
  ownOf(side: SideKey, { id, kind }: { readonly id: string; readonly kind: Kind }): LinkId {
    const known = this.#births.get(`${side}${id}`) ?? linkIdOf(ORGANIZATION, kind, side, id);
    this.#births.set(`${side}${id}`, known);
    return known;
  }

  #open<T extends Link | Todo>(row: Row, decode: () => T): T {
    const known = this.#opened.get(row.cells);
    if (known) return known as T;
    const opened = decode();
    this.#opened.set(row.cells, opened);
    return opened;
  }
}

export class Page {
  readonly rows: ReadonlyMap<string, Row>;
  readonly #ledger: Ledger;

  constructor(rows: ReadonlyMap<string, Row>, ledger: Ledger) {
    this.rows = rows;
    this.#ledger = ledger;
  }

  head(): Head {
    const row = this.rows.get(keys.head);
    if (!row) throw new Error('there is no head');
    return plainValue<Head>(row);
  }

  cursor(side: SideKey): Cursor | undefined {
    const cell = this.rows.get(keys.cursor(side, 'all'))?.cells['c'];
    return cell instanceof Uint8Array ? cursorOf(Buffer.from(cell).toString('utf8')) : undefined;
  }

  link(id: LinkId): Link | undefined {
    for (const kind of KINDS) {
      const row = this.rows.get(keys.link(kind, id));
      if (row) return this.#ledger.link(row);
    }
    return undefined;
  }

  linkOf(side: SideKey, recordId: string): Link | undefined {
    const row = this.rows.get(this.#ledger.indexOf(side, recordId));
    return row && this.link(String(row.cells['l']));
  }

  todo(id: LinkId): Todo | undefined {
    const row = this.rows.get(keys.todo(id));
    return row && this.#ledger.todo(row);
  }

  links(): readonly Link[] {
    return this.#of('l~').map((row) => this.#ledger.link(row));
  }

  todos(): readonly Todo[] {
    return this.#of('t~').map((row) => this.#ledger.todo(row));
  }

  #of(prefix: string): readonly Row[] {
    return [...this.rows.values()].filter(({ key }) => key.startsWith(prefix));
  }
}
