import type { SchemaValidator } from './validators.generated.js';

export const validateAccepted: SchemaValidator;
