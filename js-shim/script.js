// The agent as a script: one file, the module inside.
import { begin } from './tag.js';

begin(document.currentScript);
