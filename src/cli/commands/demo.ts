import { defineCommand } from '../command.ts';
export const command = defineCommand({ options: { action: {} }, examples: [], run: async () => 3 });
