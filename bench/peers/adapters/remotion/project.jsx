// A Remotion project as people write them: text, images, sequences, springs, sound, a video, metadata from props, fonts that are waited for.
import React from "react";
import {
  AbsoluteFill, Composition, Html5Audio, Img, OffthreadVideo, Sequence, Series, continueRender, delayRender, interpolate, random, registerRoot, spring,
  staticFile, useCurrentFrame, useVideoConfig,
} from "remotion";

function Title({ text }) {
  const frame = useCurrentFrame();
  const { fps } = useVideoConfig();
  return (
    <h1 style={{ margin: 0, fontSize: 72, color: "#fff" }}>
      {text.split(" ").map((word, i) => {
        const grown = spring({ frame: frame - 4 * i, fps, config: { damping: 12 } });
        return <span key={i} style={{ display: "inline-block", marginRight: 18, transform: `scale(${grown}) translateY(${(1 - grown) * 60}px)` }}>{word}</span>;
      })}
    </h1>
  );
}

function Pictures() {
  const frame = useCurrentFrame();
  return [0, 1, 2].map((i) => (
    <Img key={i} src={staticFile("picture.png")} style={{
      position: "absolute", width: 180, left: 80 + i * 240, top: 330, borderRadius: 24, opacity: interpolate(frame, [i * 8, i * 8 + 12], [0, 1], { extrapolateLeft: "clamp", extrapolateRight: "clamp" }),
      transform: `rotate(${interpolate(frame, [0, 90], [-8, 8])}deg)`, boxShadow: "0 12px 40px #0008",
    }} />
  ));
}

function Dots() {
  const frame = useCurrentFrame();
  const { durationInFrames } = useVideoConfig();
  return Array.from({ length: 24 }, (_, i) => (
    <i key={i} style={{
      position: "absolute", width: 14, height: 14, borderRadius: 7, background: `hsl(${i * 15} 90% 65%)`,
      left: 1280 * random(`x${i}`), top: 720 * random(`y${i}`) + 40 * Math.sin((frame / durationInFrames) * 6.28 + i),
    }} />
  ));
}

function Main({ title, late }) {
  const [handle] = React.useState(() => delayRender("what the project waits for"));
  const [subtitle, setSubtitle] = React.useState("");
  React.useEffect(() => {
    const timer = setTimeout(() => {
      setSubtitle(late);
      continueRender(handle);
    }, 120);
    return () => clearTimeout(timer);
  }, [handle, late]);
  const frame = useCurrentFrame();
  return (
    <AbsoluteFill style={{ background: "linear-gradient(120deg, #14213d, #3a0ca3 60%, #f72585)", fontFamily: '"Liberation Sans", Arial, sans-serif' }}>
      <Dots />
      <div style={{ position: "absolute", left: 80, top: 90 }}>
        <Series>
          <Series.Sequence durationInFrames={45} layout="none"><Title text={title} /></Series.Sequence>
          <Series.Sequence durationInFrames={45} layout="none"><Title text={`The ${title}`} /></Series.Sequence>
        </Series>
        <p style={{ color: "#ffffffcc", fontSize: 28 }}>{subtitle}: frame {frame}</p>
      </div>
      <Sequence from={15} layout="none"><Pictures /></Sequence>
      <Sequence from={30} durationInFrames={45} layout="none">
        <OffthreadVideo muted src={staticFile("clip.mp4")} style={{ position: "absolute", right: 60, top: 80, width: 320, height: 180 }} />
      </Sequence>
      <Html5Audio src={staticFile("tone.wav")} volume={(f) => interpolate(f, [0, 30], [0, 0.5], { extrapolateRight: "clamp" })} />
      <Sequence from={45} layout="none"><Html5Audio src={staticFile("tone.wav")} startFrom={15} volume={0.25} /></Sequence>
    </AbsoluteFill>
  );
}

registerRoot(() => (
  <>
    <Composition id="Main" component={Main} width={1280} height={720} fps={30} durationInFrames={30}
      defaultProps={{ title: "Quarterly report", late: "Made with springs", frames: 90 }}
      calculateMetadata={async ({ props }) => ({ durationInFrames: props.frames, props: { ...props, title: `${props.title} 2026` } })} />
    <Composition id="Square" component={Dots} width={480} height={480} fps={25} durationInFrames={50} />
  </>
));
