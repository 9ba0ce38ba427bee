/**
 * What stands in the mailbox between L1 and the harness: frames of kind, id and length, 32 bits each, and their bytes;
 * all little-endian. guest-images/l1/tools/sealed-host/mailbox.h is the other side.
 */
export type Frame = {readonly kind: number; readonly id: number; readonly bytes: Buffer};

/** What L1 tells. The values are those of `enum event`. */
export const eventKind = {output: 1, errors: 2, exited: 3, connected: 4, closed: 5} as const;

/** What L1 is told to do. The values are those of `enum command`. */
export const commandKind = {start: 1, input: 2, endInput: 3, kill: 4, connect: 5, close: 6} as const;

const headBytes = 12;

/** Puts frames one behind the other. */
export function encodeFrames(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.flatMap(({kind, id, bytes}) => [encodeHead(kind, id, bytes.length), bytes]));
}

function encodeHead(kind: number, id: number, length: number): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(kind, 0);
  head.writeUInt32LE(id, 4);
  head.writeUInt32LE(length, 8);
  return head;
}

/**
 * Takes frames apart again.
 * @throws Error where the last one is cut off.
 */
export function decodeFrames(data: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < data.length; ) {
    const end = at + headBytes + (at + headBytes <= data.length ? data.readUInt32LE(at + 8) : 0);
    if (end > data.length) throw new Error(`the mailbox holds ${data.length} bytes, and a frame that ends at ${end}`);
    const [kind, id] = [data.readUInt32LE(at), data.readUInt32LE(at + 4)];
    frames.push({kind, id, bytes: Buffer.from(data.subarray(at + headBytes, end))});
    at = end;
  }
  return frames;
}

/** How many frames from the first on fit into so many bytes. */
export function countFitting(frames: readonly Frame[], room: number): number {
  let used = 0;
  const tooMany = frames.findIndex(({bytes}) => {
    used += headBytes + bytes.length;
    return used > room;
  });
  return tooMany === -1 ? frames.length : tooMany;
}
