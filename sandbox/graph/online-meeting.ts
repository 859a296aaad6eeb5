/** The part of an event's body that makes it an online meeting, and the link in it. Whoever rewrites the body must keep it. */
import { randomUUID } from 'node:crypto';

export const newJoinUrl = (): string => `https://teams.microsoft.com/l/meetup-join/19%3ameeting_${randomUUID().replaceAll('-', '')}%40thread.v2/0`;

export const meetingBlob = (joinUrl: string): string =>
  '<div style="width:100%"><span>________________________________________________________________________________</span></div>'
  + '<div class="me-email-text" lang="en-US"><div><span>Microsoft Teams meeting</span></div>'
  + `<div><a href="${joinUrl}" target="_blank">Join the meeting now</a></div></div>`;

export const showMeeting = (joinUrl: string | undefined): Readonly<Record<string, unknown>> => ({
  isOnlineMeeting: joinUrl !== undefined,
  onlineMeetingProvider: joinUrl === undefined ? 'unknown' : 'teamsForBusiness',
  onlineMeetingUrl: null,
  onlineMeeting: joinUrl === undefined ? null : { joinUrl },
});
