import { generate } from 'lean-qr';

/** Modules of white around the code that scanners need (ISO/IEC 18004). */
const QUIET = 4;

/** A text as a QR code. It is drawn here: what it says goes nowhere. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = generate(text);
  const side = code.size + 2 * QUIET;
  let path = '';
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
    }
  }
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      // Black on white in either theme: not every scanner reads the reverse.
      className="size-44 rounded-md border bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
