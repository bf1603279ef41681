import type { ProjectPins } from '../../../ports/project-pins.ts';
import { measureRefs } from './list-resources.ts';
import { packObjects, unpackObjects } from './packs.ts';
import { archivePins, listLoosePins, removePins } from './pin-archive.ts';
import { pinObject, unpinObject } from './pins.ts';
import type { DefineMethod, ProjectParts } from './project-parts.ts';

/** The methods of a project about the refs that protect its objects. @param load returns the parts, for a stream */
export function createProjectPins(define: DefineMethod, load: () => Promise<ProjectParts>): ProjectPins {
  return {
    measureRefs: define(({ ground }, names, without) => measureRefs(ground, names, without)),
    pin: define(async ({ ground }, name, oid) => {
      await pinObject(ground, name, oid);
    }),
    unpin: define(({ ground }, name) => unpinObject(ground, name)),
    unpinAll: define(({ ground }, names) => removePins(ground, names)),
    loosePins: define(({ ground }) => listLoosePins(ground)),
    archivePins: define(({ ground }, names) => archivePins(ground, names)),
    filterExisting: define(({ ground }, oids) => ground.database.existing(oids)),
    async *pack(options) {
      yield* packObjects((await load()).ground, options);
    },
    unpack: define(({ ground }, pack, refs) => unpackObjects(ground.objects, pack, refs)),
  };
}
