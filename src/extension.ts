/** Where VS Code enters: the parts are wired in editor/. */
export { activate } from './editor/activate.ts'
