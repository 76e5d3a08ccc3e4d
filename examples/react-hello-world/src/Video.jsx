import { AbsoluteFill, Easing, Sequence, interpolate, spring, useFrame, useProps, useTime, useVideoConfig } from "@helios/react";

export function Video() {
  // Other words: helios render . --props '{"title":"Hello, Ada"}'
  const { title, subtitle } = useProps({ title: "Hello, React", subtitle: "one frame at a time" });
  return (
    <AbsoluteFill className="video">
      <Atom />
      <Sequence from={10} durationInFrames={74}>
        <Title text={title} />
      </Sequence>
      <Sequence from={84}>
        <Title text={subtitle} />
      </Sequence>
      <Counter />
    </AbsoluteFill>
  );
}

/** Three orbits that unfold, each with its electron. */
function Atom() {
  const time = useTime();
  return (
    <svg className="atom" viewBox="-100 -60 200 120">
      {[0, 60, 120].map((angle, i) => {
        const open = spring(time - i * 0.12, { stiffness: 60, damping: 9 });
        const at = time * 2.4 + i * 2.1;
        return (
          <g key={angle} transform={`rotate(${angle * open + time * 8})`}>
            <ellipse rx={92 * open} ry={34 * open} />
            <circle cx={92 * open * Math.cos(at)} cy={34 * open * Math.sin(at)} r={3.4 * open} />
          </g>
        );
      })}
      <circle className="core" r={9 * spring(time, { stiffness: 120, damping: 8 })} />
    </svg>
  );
}

/** A line of text: letters come on springs and leave together. The frame counts from the start of the sequence. */
function Title({ text }) {
  const frame = useFrame();
  const { fps, durationInFrames } = useVideoConfig();
  const leave = interpolate(frame, [durationInFrames - 10, durationInFrames - 1], [0, 1], {
    easing: Easing.cubic,
    extrapolateLeft: "clamp",
    extrapolateRight: "clamp",
  });
  return (
    <h1 style={{ opacity: 1 - leave, transform: `translateY(${-leave * 3}rem)` }}>
      {[...text].map((letter, i) => {
        const up = spring((frame - i * 1.5) / fps, { stiffness: 160, damping: 13 });
        return (
          <span key={i} style={{ opacity: Math.min(1, up * 2), transform: `translateY(${(1 - up) * 1.4}em) rotate(${(1 - up) * 20}deg)` }}>
            {letter}
          </span>
        );
      })}
    </h1>
  );
}

function Counter() {
  const frame = useFrame();
  const { durationInFrames } = useVideoConfig();
  return (
    <footer>
      <i style={{ transform: `scaleX(${(frame + 1) / durationInFrames})` }} />
      <small>
        frame {frame} of {durationInFrames}
      </small>
    </footer>
  );
}
