export { UndoPanel } from './view.tsx';
