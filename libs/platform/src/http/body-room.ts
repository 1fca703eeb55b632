import { AppError } from '@mcm/kernel';

/** Bodies up to this size have room that larger ones cannot take away. */
const SMALL_BYTES = 1024 * 1024;
/** What larger ones may take of all. */
const LARGE_SHARE = 3 / 4;
const RETRY_AFTER_SECONDS = 2;

/**
 * Bounds the bytes of all bodies that are held at a time, from their first byte until their request has been answered:
 * many senders, also slow ones, must not add up to more than there is. Small bodies keep coming in while large ones wait.
 */
export class BodyRoom {
  private total = 0;
  private large = 0;

  /**
   * @param limitBytes of all bodies together; one large body alone may be larger
   * @param setting the variable that sets it
   */
  constructor(
    private readonly limitBytes: number,
    private readonly setting: string,
  ) {}

  /** Bytes that are held. */
  get bytes(): number {
    return this.total;
  }

  /** The room of one body. */
  claim(): BodyClaim {
    let bytes = 0;
    const isLarge = () => bytes > SMALL_BYTES;
    const release = () => {
      this.total -= bytes;
      if (isLarge()) this.large -= bytes;
      bytes = 0;
    };
    return {
      grow: (more) => {
        const before = isLarge() ? bytes : 0;
        bytes += more;
        this.total += more;
        if (isLarge()) this.large += bytes - before;
        const others = this.large - (isLarge() ? bytes : 0);
        const tooMuch = isLarge()
          ? others > 0 && this.large > this.limitBytes * LARGE_SHARE
          : this.total > Math.max(this.limitBytes, this.large + this.limitBytes * (1 - LARGE_SHARE));
        if (!tooMuch) return;
        release();
        throw this.full();
      },
      release,
    };
  }

  private full(): AppError {
    return new AppError(
      'unavailable',
      'REQUEST.BUSY',
      `Bodies of other requests take all the room there is (${this.limitBytes} bytes, ${this.setting}).`,
      { retryAfterSeconds: RETRY_AFTER_SECONDS },
    );
  }
}

/** What one body takes of a {@link BodyRoom}. */
export interface BodyClaim {
  /** @throws AppError `REQUEST.BUSY` when there is no room for that; everything is given back then */
  grow(bytes: number): void;
  /** Gives everything back; may be called again. */
  release(): void;
}
