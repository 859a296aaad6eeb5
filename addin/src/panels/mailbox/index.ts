export { MailboxPanel } from './view.tsx';
