export { AskPanel } from './one.tsx';
export { AsksPanel } from './view.tsx';
