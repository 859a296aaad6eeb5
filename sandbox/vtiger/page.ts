/** The CRM as a person sees it. */
import { pageReply } from '../identity/html.ts';
import type { StandInReply, StandInRequest } from '../server.ts';
import type { PageWorld } from './doors.ts';

export const peoplePage = (_pages: PageWorld, _request: StandInRequest): StandInReply => pageReply('vTiger', '<h1>vTiger</h1>');
