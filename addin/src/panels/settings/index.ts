export { SettingsPanel } from './view.tsx';
