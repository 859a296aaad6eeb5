export { PreviewPanel } from './view.tsx';
