export { StopPanel } from './view.tsx';
