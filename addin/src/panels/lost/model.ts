/** The sentences and verbs of the pages for what cannot be shown. */
export const LOST = {
  notFound: { sentence: 'lost.notFound', verb: 'lost.home' },
  oldHost: { sentence: 'lost.oldHost', verb: 'menu.webPage' },
  server: { sentence: 'lost.server', verb: 'verb.tryNow' },
} as const;
