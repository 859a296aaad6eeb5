export { LostPanel } from './view.tsx';
