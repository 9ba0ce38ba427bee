import test from 'ava';
import {accepts, good, refuses} from './scenario-macros.ts';

test(
  'a pool no larger than the live set is refused',
  refuses,
  `${good}pages: 4096\n`,
  [],
  'small.yaml:7:8 pages: a pool of 4096 pages leaves none unmapped beside liveMappings = 4096',
);
test(
  'mappings of several pages take more of the pool',
  refuses,
  `${good}liveMappings: 64\npages: 1024\nmappingPages: 16\n`,
  [],
  'small.yaml:8:8 pages: a pool of 1024 pages leaves none unmapped beside liveMappings = 64 of mappingPages = 16',
);
test('a guest that remaps nothing needs no page beyond the mapped ones', accepts, '', ['mode=static', 'pages=4096'], {
  pages: 4096,
});
test('two mappings of each page need half as many pages', accepts, '', ['mode=alias', 'pages=4096'], {pages: 4096});
test(
  'aliases come in pairs',
  refuses,
  `${good}mode: alias\nliveMappings: 65\n`,
  [],
  'small.yaml:8:15 liveMappings: must be even where mode is alias, and is 65',
);
test(
  'an odd length of a mapping is refused',
  refuses,
  `${good}mappingPages: 3\n`,
  [],
  'small.yaml:7:15 mappingPages: must be a power of two, and is 3',
);
test(
  'a pool that ends within a mapping is refused',
  refuses,
  `${good}mappingPages: 2\npages: 16385\n`,
  [],
  'small.yaml:8:8 pages: a pool of 16385 pages is not a multiple of mappingPages = 2',
);
test(
  'pools of several devices that do not fit are refused',
  refuses,
  `${good}devices: 4\npages: 20000\n`,
  [],
  'small.yaml:8:8 pages: 4 pools of 20000 pages take more than half of l2MemoryMiB = 512',
);
test(
  'more memory below 4 GiB than there is is refused',
  refuses,
  `${good}ramBelow4gMiB: 512\n`,
  [],
  'small.yaml:7:16 ramBelow4gMiB: must be 0, or from 128 to less than l2MemoryMiB = 512, and is 512',
);
test(
  'a pool whose lower half does not fit below 4 GiB is refused',
  refuses,
  `${good}ramBelow4gMiB: 128\npages: 40000\n`,
  [],
  'small.yaml:8:8 pages: a pool of 40000 pages takes more than ramBelow4gMiB = 128',
);
test(
  'IOVAs at the top without a vIOMMU are refused',
  refuses,
  `${good}guestIommu: off\niovaPlacement: top\n`,
  [],
  'small.yaml:8:16 iovaPlacement: top needs a vIOMMU, and guestIommu is off',
);
test(
  'an action of the guest in a migration that does not complete at once is refused',
  refuses,
  `${good}guestAction: rebind\ncourse: cancel\n`,
  [],
  'small.yaml:7:14 guestAction: rebind goes with course = complete only, and course is cancel',
);
test(
  'a network card behind vhost cannot be told to invalidate lazily',
  refuses,
  good.replace('iova-churn', 'vhost-net').concat('guestIommu: lazy\n'),
  [],
  'small.yaml:5:11 workload: vhost-net goes with neither a guestAction, nor guestIommu = lazy, nor iovaPlacement = top',
);
test(
  'a storm of a guest that does not remap is refused',
  refuses,
  `${good}guestAction: storm\nmode: static\n`,
  [],
  'small.yaml:7:14 guestAction: storm goes with mode = churn only, and mode is static',
);
const shallow = 'more than 1 goes with workload = iova-churn, and neither with mode = alias nor guestAction = storm';
test(
  'a deep queue of aliases is refused',
  refuses,
  good,
  ['queueDepth=2', 'mode=alias'],
  `--set queueDepth=2: ${shallow}`,
);
test(
  'a deep queue in a storm is refused',
  refuses,
  good,
  ['queueDepth=2', 'guestAction=storm'],
  `--set queueDepth=2: ${shallow}`,
);
test(
  'a deep queue without a device is refused',
  refuses,
  good,
  ['queueDepth=2', 'workload=vhost-net'],
  `--set queueDepth=2: ${shallow}`,
);
test(
  'more writes at once than live mappings are refused',
  refuses,
  good,
  ['queueDepth=63', 'liveMappings=62'],
  '--set queueDepth=63: is 63, more than liveMappings = 62',
);
test('as many are taken', accepts, '', ['queueDepth=63', 'liveMappings=63'], {queueDepth: 63});
test(
  'a queue deeper than the pool has mappings to spare is refused',
  refuses,
  `${good}pages: 4100\nqueueDepth: 5\n`,
  [],
  'small.yaml:8:13 queueDepth: 5 mappings are replaced at once, and a pool of 4100 pages has 4 more than the live ones',
);
test('a guest that remaps nothing needs none to spare', accepts, '', ['mode=static', 'pages=4096', 'queueDepth=63'], {
  queueDepth: 63,
});
test(
  'more live mappings than dma_entry_limit allows are refused',
  refuses,
  `${good}dmaEntryLimit: 4100\n`,
  [],
  'small.yaml:1:1 liveMappings: 4096 live mappings and 64 for the device exceed dmaEntryLimit = 4100',
);
test(
  'longer rings count as well',
  refuses,
  `${good}queueDepth: 1024\ndmaEntryLimit: 4223\n`,
  [],
  'small.yaml:1:1 liveMappings: 4096 live mappings and 128 for the device exceed dmaEntryLimit = 4223',
);
test('and no more than those', accepts, '', ['queueDepth=1023', 'dmaEntryLimit=4192'], {queueDepth: 1023});
test('the usual rings are enough for 63', accepts, '', ['queueDepth=63', 'dmaEntryLimit=4160'], {queueDepth: 63});
test(
  'each page of a scattered mapping counts',
  refuses,
  `${good}mappingMemory: scattered\nmappingPages: 512\nliveMappings: 8\npages: 8192\ndmaEntryLimit: 4100\n`,
  [],
  'small.yaml:9:15 liveMappings: 4096 live mappings and 64 for the device exceed dmaEntryLimit = 4100',
);
test(
  'a mapping of one page cannot be scattered',
  refuses,
  `${good}mappingMemory: scattered\n`,
  [],
  'small.yaml:7:16 mappingMemory: a mapping of one page cannot be scattered: mappingPages is 1',
);
test(
  'nothing makes one range of scattered pages without a vIOMMU',
  refuses,
  `${good}mappingMemory: scattered\nmappingPages: 2\nguestIommu: off\n`,
  [],
  'small.yaml:7:16 mappingMemory: scattered needs a vIOMMU, and guestIommu is off',
);
test(
  'a pool that fills the guest is refused',
  refuses,
  `${good}l2MemoryMiB: 128\npages: 16385\n`,
  [],
  'small.yaml:8:8 pages: a pool of 16385 pages takes more than half of l2MemoryMiB = 128',
);
test(
  'an L1 too small for two L2s is refused',
  refuses,
  `${good}l1MemoryMiB: 1024\n`,
  [],
  'small.yaml:7:14 l1MemoryMiB: L1 needs 1536 MiB: 512 and twice l2MemoryMiB = 512',
);
test(
  'locks of a debug kernel are not traced',
  refuses,
  `${good}tracing: locks\ndebugKernel: true\n`,
  [],
  'small.yaml:7:10 tracing: locks cannot be traced in a debug kernel: lockdep takes them',
);
test(
  'IOVAs from the top need the trace that tells of them',
  refuses,
  `${good}tracing: off\niovaPlacement: top\n`,
  [],
  'small.yaml:7:10 tracing: where IOVAs come from the top, tracing must not be off: it tells whether they did',
);
