export { HelpPanel } from './view.tsx';
