export { HomePanel } from './view.tsx';
