/** Addresses that belong to a role or a machine, not to a person. */

/** Local parts that name a mailbox shared by many (RFC 2142 and common practice). */
const ROLES: ReadonlySet<string> = new Set([
  'info', 'sales', 'office', 'contact', 'kontakt', 'support', 'help', 'helpdesk', 'service', 'admin', 'mail', 'email', 'team', 'hello',
  'hr', 'jobs', 'careers', 'billing', 'accounts', 'accounting', 'invoice', 'invoices', 'orders', 'order', 'purchasing', 'marketing',
  'press', 'media', 'privacy', 'legal', 'reception', 'secretary', 'enquiries', 'customerservice', 'noreply', 'no-reply', 'donotreply',
  'postmaster', 'webmaster', 'abuse', 'root', 'bookings', 'reservations',
]);

const MACHINES: ReadonlySet<string> = new Set([
  'noreply', 'no-reply', 'donotreply', 'do-not-reply', 'postmaster', 'mailer-daemon', 'bounce', 'bounces',
]);

/** True for a shared address: by its local part before any plus sign, or by the admin's list of addresses and local parts. */
export function isRoleAddress(email: string, alsoShared: ReadonlySet<string>): boolean {
  const local = localPart(email);
  return ROLES.has(local) || alsoShared.has(email) || alsoShared.has(local);
}

/** True for an address nobody reads; it never makes a person. */
export function isNoReply(email: string): boolean {
  return MACHINES.has(localPart(email));
}

function localPart(email: string): string {
  return email.replace(/[+@].*$/s, '');
}
