import { cloudtrail } from './cloudtrail/cloudtrail.source.js';
import { github } from './github/github.source.js';
import { googleWorkspace } from './google-workspace/google-workspace.source.js';
import { okta } from './okta/okta.source.js';
import { SourceList } from './source-list.js';

/** Every source of the product. A new one is a folder beside this file and an entry here. */
export const SOURCES = new SourceList([cloudtrail, github, okta, googleWorkspace]);
