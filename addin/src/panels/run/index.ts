export { RunPanel } from './view.tsx';
