import {Duplex} from 'node:stream';

/** The two ends of a connection in memory: what is written to one is read from the other. */
export function connection(): readonly [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (other: number): Duplex =>
    new Duplex({
      read: () => {},
      write: (chunk, _encoding, done) => {
        ends[other]!.push(chunk);
        done();
      },
      final: done => {
        ends[other]!.push(null);
        done();
      },
      destroy: (error, done) => {
        setImmediate(() => ends[other]!.destroy());
        done(error);
      },
    });
  ends.push(end(1), end(0));
  return [ends[0]!, ends[1]!];
}
