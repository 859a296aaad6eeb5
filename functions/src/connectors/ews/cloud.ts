/** What belongs to Microsoft 365, where a password can never work and must not be sent (knowledge of 2026-11, section 12). */

const HOSTS = /(^|\.)(outlook\.com|office365\.com|office\.com|office365\.us|outlook\.cn|onmicrosoft\.com|microsoftonline\.com)$/;
/** Mail domains of people without a company. */
const DOMAINS = /^(outlook|hotmail|live|msn|passport)\.[a-z.]{2,6}$/;

export const isCloudHost = (host: string): boolean => HOSTS.test(host.toLowerCase().replace(/\.$/, ''));
export const isCloudDomain = (domain: string): boolean => isCloudHost(domain) || DOMAINS.test(domain.toLowerCase());
