/** What the Outlook page tells the fake Office.js in the pane, by the pane's address and by messages. */

export type OutlookTheme = 'light' | 'dark' | 'contrast';

export interface OutlookSetting {
  readonly address: string;
  readonly displayName: string;
  readonly language: string;
  readonly theme: OutlookTheme;
  /** Does isSetSupported say that nested app authentication works? (It then fails, as it does on real clients.) */
  readonly hasNestedAuthentication: boolean;
  readonly item: OutlookItem | null;
}

export interface OutlookItem {
  readonly itemId: string;
  readonly subject: string;
  readonly from: { readonly displayName: string; readonly emailAddress: string };
}
