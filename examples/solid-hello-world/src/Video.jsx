import { Easing, Sequence, interpolate, noise, spring, useFrame, useProps, useTime } from "@helios/solid";
import { For } from "solid-js";

export function Video() {
  // Other words: helios render . --props '{"title":"Hello, Ada"}'
  const { title, subtitle } = useProps({ title: "Hello, Solid", subtitle: "fine-grained frames" });
  return (
    <main>
      <Blocks />
      <Sequence from={14} durationInFrames={66}>
        <Title text={title} />
      </Sequence>
      <Sequence from={80}>
        <Title text={subtitle} />
      </Sequence>
    </main>
  );
}

const SIDE = 9;
const CELLS = Array.from({ length: SIDE * SIDE }, (_, i) => ({ x: i % SIDE, y: Math.floor(i / SIDE) }));

/** A field of blocks, as high as the noise at their place. */
function Blocks() {
  const time = useTime();
  const height = ({ x, y }) => {
    const up = spring(time() - (x + y) * 0.045, { stiffness: 80, damping: 10 });
    return up * (16 + 15 * noise("field", x * 0.28, y * 0.28, time() * 0.8));
  };
  return (
    <svg viewBox="-100 -50 200 140">
      <For each={CELLS}>
        {(cell) => {
          const [left, top] = [(cell.x - cell.y) * 10, (cell.x + cell.y) * 5];
          const hue = 205 + (cell.x + cell.y) * 3;
          return (
            <g transform={`translate(${left} ${top - height(cell)})`}>
              <path d={`M-10 0 L0 5 L0 ${5 + height(cell)} L-10 ${height(cell)} Z`} fill={`hsl(${hue} 62% 38%)`} />
              <path d={`M10 0 L0 5 L0 ${5 + height(cell)} L10 ${height(cell)} Z`} fill={`hsl(${hue} 62% 27%)`} />
              <path d="M0 -5 L10 0 L0 5 L-10 0 Z" fill={`hsl(${hue} 72% ${46 + height(cell)}%)`} />
            </g>
          );
        }}
      </For>
    </svg>
  );
}

/** A line of text that is uncovered. The frame counts from the start of the sequence. */
function Title(props) {
  const frame = useFrame();
  const shown = () => interpolate(frame(), [0, 24], [0, 100], { easing: Easing.cubicBezier(0.65, 0, 0.1, 1), extrapolateRight: "clamp" });
  return <h1 style={{ "clip-path": `inset(-10% ${100 - shown()}% -20% 0)`, transform: `translateX(${(100 - shown()) / 25}rem)` }}>{props.text}</h1>;
}
