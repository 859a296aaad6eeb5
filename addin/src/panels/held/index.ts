export { HeldPanel } from './view.tsx';
