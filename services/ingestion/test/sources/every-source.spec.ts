import { SOURCES } from '@mcm/sources';
import { doors, TOY_SOURCES } from '@mcm/sources/testing';
import { describeSource } from '../source-suite.js';

for (const source of SOURCES) describeSource(source);

// The source that docs/sources.md shows how to write.
describeSource(doors, TOY_SOURCES);
