import { channelMixStack } from 'channelmix-s3/pulumi';

/** Declares what the config of the stack asks for. What is wrong with it is told before anything is declared. */
export default () => channelMixStack();
