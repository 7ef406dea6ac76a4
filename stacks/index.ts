import { channelMixStack } from './stack.ts';

/** What the Pulumi engine runs. */
const stack = () => channelMixStack();

// The engine takes a program that is a function only as the default export.
export default stack;
