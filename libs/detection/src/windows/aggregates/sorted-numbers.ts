/** Numbers of a piece at most: few enough to be shifted in no time. */
const PIECE = 512;

/** Numbers in order, a number as often as it was put in. They stand in pieces, so that large windows can be measured. */
export class SortedNumbers {
  size = 0;
  private readonly pieces: number[][] = [];

  add(value: number): void {
    this.size += 1;
    const { pieces } = this;
    const number = Math.min(this.pieceOf(value), pieces.length - 1);
    const piece = pieces[number];
    if (piece === undefined) {
      pieces.push([value]);
      return;
    }
    piece.splice(placeOf(piece, value), 0, value);
    if (piece.length > PIECE) pieces.splice(number + 1, 0, piece.splice(PIECE / 2));
  }

  /** Takes a number out once; it must be there. */
  delete(value: number): void {
    this.size -= 1;
    const number = this.pieceOf(value);
    const piece = this.pieces[number]!;
    piece.splice(placeOf(piece, value), 1);
    if (piece.length === 0) this.pieces.splice(number, 1);
  }

  /** The number of a rank, from 0; undefined when there are not so many. */
  nth(rank: number): number | undefined {
    let before = 0;
    for (const piece of this.pieces) {
      if (rank < before + piece.length) return piece[rank - before];
      before += piece.length;
    }
    return undefined;
  }

  /** The first piece whose last number is not below a value; the number of pieces for none. */
  private pieceOf(value: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.pieces[middle]!.at(-1)! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first place in a piece whose number is not below a value. */
function placeOf(piece: readonly number[], value: number): number {
  let low = 0;
  let high = piece.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (piece[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
