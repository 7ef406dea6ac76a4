import fc from 'fast-check';

/** A run of the tests can be repeated: properties take one seed, and another by `FC_SEED`. Fresh seeds are for `npm run test:differential`. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_124) });
