export { StatusPanel } from './view.tsx';
