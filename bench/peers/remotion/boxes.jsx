// bench/scenes/boxes.html as a Remotion composition: the same boxes, places, colours and times.
import React from "react";
import { AbsoluteFill, Composition, Easing, registerRoot, useCurrentFrame, useVideoConfig } from "remotion";

const ease = Easing.bezier(0.42, 0, 0.58, 1);

/** Where an alternating animation of 3 s is that began `delay` milliseconds ago. */
function progress(seconds, index) {
  const turns = (seconds + index * 0.137) / 3;
  const whole = Math.floor(turns);
  return ease(whole % 2 === 0 ? turns - whole : 1 - (turns - whole));
}

function Boxes() {
  const frame = useCurrentFrame();
  const { fps, width, height } = useVideoConfig();
  const [vw, vh] = [width / 100, height / 100];
  const boxes = Array.from({ length: 40 }, (_, i) => {
    const p = progress(frame / fps, i);
    return (
      <i key={i} style={{
        position: "absolute", width: 8 * vh, height: 8 * vh, borderRadius: 1.4 * vh,
        left: ((i % 8) * 9 + 1) * vw, top: (Math.floor(i / 8) * 17 + 2) * vh, background: `hsl(${i * 9} 80% 60%)`,
        transform: `translate(${30 * vw * p}px, ${12 * vh * p}px) rotate(${300 * p}deg)`, opacity: 1 - 0.65 * p,
      }} />
    );
  });
  return (
    <AbsoluteFill style={{ background: "linear-gradient(135deg, #14213d, #3a0ca3 45%, #f72585)", fontFamily: '"Liberation Sans", Arial, sans-serif' }}>
      <h1 style={{ position: "absolute", left: "6%", top: "34%", margin: 0, color: "#fff", fontSize: 9 * vh }}>Forty boxes in motion</h1>
      <p style={{ position: "absolute", left: "6%", top: "52%", margin: 0, color: "#ffffffcc", fontSize: 3.2 * vh }}>A page with more happening than in most compositions.</p>
      {boxes}
    </AbsoluteFill>
  );
}

registerRoot(() => (
  <Composition id="boxes" component={Boxes} width={1280} height={720} fps={30} durationInFrames={300}
    calculateMetadata={({ props }) => props.size ?? {}} />
));
