export { AccountsPanel } from './view.tsx';
