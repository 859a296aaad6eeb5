export { Confirm } from './view.tsx';
