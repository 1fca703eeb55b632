/** One field of a protobuf message: its number, and a number or the bytes that it holds. */
export interface ProtobufField {
  number: number;
  value: bigint | Buffer;
}

/**
 * The fields of a protobuf message in the order in which they stand there
 * (https://protobuf.dev/programming-guides/encoding/). What they mean is for the caller to know.
 */
export function* protobufFields(bytes: Buffer): Generator<ProtobufField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    switch (tag & 7) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: take(8) };
        break;
      case 2:
        yield { number, value: take(Number(varint())) };
        break;
      case 5:
        yield { number, value: take(4) };
        break;
      default:
        throw new Error(`A protobuf field of type ${tag & 7}`);
    }
  }
}
