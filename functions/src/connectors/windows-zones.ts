/** Windows zone names, as Microsoft's services write them <-> IANA ids: Unicode CLDR's own table (cldr-core). */
import windowsZones from 'cldr-core/supplemental/windowsZones.json' with { type: 'json' };

/** One line: a Windows name, a territory ("001" is the world) and the zones that the name means there, the first for choice. */
const LINES = windowsZones.supplemental.windowsZones.mapTimezones.map(({ mapZone }) => ({
  name: mapZone._other, isWorld: mapZone._territory === '001', zones: mapZone._type.split(' ').filter(Boolean),
}));

const BY_NAME: ReadonlyMap<string, string> = new Map(LINES.flatMap(({ name, isWorld, zones: [zone] }) => (
  isWorld && zone ? [[name.toLowerCase(), zone]] : [])));

/** A zone may stand in several lines; the world's is the one that is written. */
const BY_ZONE: ReadonlyMap<string, string> = new Map([...LINES].sort((a, b) => Number(a.isWorld) - Number(b.isWorld))
  .flatMap(({ name, zones }) => zones.map((zone) => [zone, name])));

/** An IANA id passes as it is; a name of neither kind ("tzone://Microsoft/Custom") gives undefined. */
export function ianaZone(name: string): string | undefined {
  const known = BY_NAME.get(name.trim().toLowerCase());
  // The table may be younger than the zones this machine knows.
  if (known && canonical(known)) return known;
  return name.includes('/') && !name.includes(':') && canonical(name) ? name : undefined;
}

/** The Windows name of an IANA id or of an alias of one; undefined for one that CLDR does not list. */
export function windowsZone(zone: string): string | undefined {
  const id = canonical(zone);
  return BY_ZONE.get(zone) ?? (id === undefined ? undefined : BY_ZONE.get(id));
}

/** Asking Intl costs a thousand times a lookup, and every event of a calendar asks about one of a few names; a stranger's names are bounded. */
const CANONICAL = new Map<string, string | undefined>();
const NAMES_MAX = 1_000;

/** The id behind an alias, as CLDR has it (Asia/Kolkata: Asia/Calcutta); undefined for what is no zone. */
function canonical(name: string): string | undefined {
  if (!CANONICAL.has(name) && CANONICAL.size < NAMES_MAX) CANONICAL.set(name, asked(name));
  return CANONICAL.has(name) ? CANONICAL.get(name) : asked(name);
}

function asked(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What each Windows name means where no territory is told: the IANA ids that Microsoft's services list themselves. */
export const WORLD_ZONES: readonly string[] = [...BY_NAME.values()];
