import type {Series} from '../../scenario/series.ts';

/** A series without patches, that is not run under some scenarios. */
export function makeSeries(name: string, unsupported: Series['unsupported'] = []): Series {
  return {
    name,
    title: name,
    stack: [],
    expect: {outcomes: ['passed']},
    expectIn: [],
    unsupported,
    deviceOptions: [],
    kernelConfig: [],
  };
}
