//! Whether chunks fit together: one job, every frame once, in order. Pure: what the files themselves are is found out by
//! whoever can read them, and comes in as [`ChunkProblem`]s of its own.

use crate::{ChunkManifest, FailureKind, FrameRange, ranges_text};
use std::collections::BTreeMap;

/// What is wrong with a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// There is no such file.
    Missing,
    /// There is a file, but no manifest says that it is complete.
    Unfinished,
    /// The file is shorter than its manifest says.
    Truncated,
    /// The file is not the one that its manifest describes.
    Corrupt,
    /// The manifest itself cannot be believed.
    BadManifest,
    /// The manifest is of a version that is not known here.
    Version,
    /// The chunk belongs to another job.
    Foreign,
    /// The same frames again.
    Duplicate,
    /// Some of its frames are in another chunk too.
    Overlap,
    /// It stands behind a chunk whose frames come later.
    Order,
    /// Frames that are in no chunk.
    Gap,
    /// Frames that the job does not have.
    Outside,
}

impl Trouble {
    /// Whether the chunk's command, run again, cures it. The others are wrong in what is asked.
    pub fn kind(self) -> FailureKind {
        match self {
            Trouble::Missing
            | Trouble::Unfinished
            | Trouble::Truncated
            | Trouble::Corrupt
            | Trouble::BadManifest => FailureKind::Transient,
            _ => FailureKind::Invalid,
        }
    }

    /// In one word, for programs and at the beginning of a line.
    pub fn word(self) -> &'static str {
        match self {
            Trouble::Missing => "missing",
            Trouble::Unfinished => "unfinished",
            Trouble::Truncated => "truncated",
            Trouble::Corrupt => "corrupt",
            Trouble::BadManifest => "bad manifest",
            Trouble::Version => "unknown version",
            Trouble::Foreign => "foreign",
            Trouble::Duplicate => "duplicate",
            Trouble::Overlap => "overlapping",
            Trouble::Order => "out of order",
            Trouble::Gap => "gap",
            Trouble::Outside => "outside of the job",
        }
    }
}

/// A chunk that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkProblem {
    /// Its place in the list of chunks.
    pub index: usize,
    /// What is wrong.
    pub trouble: Trouble,
    /// The same in words, with values.
    pub why: String,
}

/// What is known of the whole. `None`: whatever the chunks say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The job.
    pub job_id: Option<&'a str>,
    /// Its frames.
    pub range: Option<FrameRange>,
}

/// A chunk in the list: what it is called and what its manifest says, if it has one that can be believed.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// The file's name, for messages.
    pub name: &'a str,
    /// Its manifest.
    pub manifest: Option<&'a ChunkManifest>,
}

/// Everything that keeps these chunks from being one video, by their place in the list.
pub fn check_sequence(links: &[Link], expected: Expected) -> Vec<ChunkProblem> {
    let mut problems = foreign(links, expected.job_id);
    // The frames of a foreign chunk mean nothing here, but its place is taken.
    let ours: Vec<Option<FrameRange>> = links
        .iter()
        .enumerate()
        .map(|(index, link)| {
            let foreign = problems.iter().any(|problem| problem.index == index);
            link.manifest.filter(|_| !foreign).map(ChunkManifest::range)
        })
        .collect();
    problems.extend(ranges(links, &ours, expected.range));
    problems.sort_by_key(|problem| problem.index);
    problems
}

fn foreign(links: &[Link], job_id: Option<&str>) -> Vec<ChunkProblem> {
    let named = || links.iter().enumerate().filter_map(|(index, link)| Some((index, link.manifest?)));
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, manifest) in named() {
        *votes.entry(&manifest.job_id).or_default() += 1;
    }
    // Of equally many, those that come first are taken for the job.
    let most = votes.values().max();
    let first = named().map(|(_, manifest)| manifest.job_id.as_str()).find(|id| votes.get(id) == most);
    let Some(ours) = job_id.or(first) else { return Vec::new() };
    let whose = if job_id.is_some() { "the job is" } else { "the others belong to" };
    let problem = |(index, manifest): (usize, &ChunkManifest)| {
        let why = format!("it belongs to job {}, {whose} {ours}", manifest.job_id);
        ChunkProblem { index, trouble: Trouble::Foreign, why }
    };
    named().filter(|(_, manifest)| manifest.job_id != ours).map(problem).collect()
}

/// Checks frames only. A chunk of unknown range may have any frames between its neighbours.
fn ranges(links: &[Link], ours: &[Option<FrameRange>], job: Option<FrameRange>) -> Vec<ChunkProblem> {
    let mut problems = Vec::new();
    let mut found = |index, trouble, why| problems.push(ChunkProblem { index, trouble, why });
    let name = |index: usize| links.get(index).map_or("", |link: &Link| link.name);
    let mut known: Vec<(usize, FrameRange)> = Vec::new();
    // Less those that are wrong already: what they leave open is not said a second time.
    let mut certain = ours.to_vec();
    for (index, range) in ours.iter().enumerate() {
        let Some(range) = *range else { continue };
        if let Some(job) = job.filter(|job| range.start < job.start || range.end() > job.end()) {
            found(index, Trouble::Outside, format!("it has {range}, the job {job}"));
            certain[index] = None;
            continue;
        }
        known.push((index, range));
    }
    // In the order of frames, so that each has to be compared with the furthest before it alone. Stable: of twins, the
    // first in the list counts.
    known.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.count)));
    let mut kept: Vec<(usize, FrameRange)> = Vec::new();
    for (index, range) in known {
        match kept.last() {
            Some((other, same)) if *same == range => {
                let why = format!("it has the same {range} as {}", name(*other));
                found(index, Trouble::Duplicate, why);
            }
            Some((other, before)) if range.start < before.end() => {
                let why = format!("it has {range}, {} has {before}", name(*other));
                found(index, Trouble::Overlap, why);
                certain[index] = None;
            }
            _ => kept.push((index, range)),
        }
    }
    for pair in kept.windows(2) {
        let [(before, a), (after, b)] = pair else { continue };
        if before > after {
            let why = format!("it has {a} and stands behind {}, which has {b}", name(*after));
            found(*before, Trouble::Order, why);
        }
    }
    for (index, gap) in gaps(&kept, &certain, job) {
        let frames = ranges_text(&[gap], 1);
        let plural = if gap.count == 1 { "frame" } else { "frames" };
        found(index, Trouble::Gap, format!("{plural} {frames} beside it are in no chunk"));
    }
    problems
}

/// Frames that no chunk can have, each with the chunk beside it. `kept` is in the order of frames.
fn gaps(
    kept: &[(usize, FrameRange)],
    ours: &[Option<FrameRange>],
    job: Option<FrameRange>,
) -> Vec<(usize, FrameRange)> {
    // Whether every chunk between two places in the list, places excluded, is known.
    let known = |from: usize, to: usize| {
        let (from, to) = (from.min(to), from.max(to));
        ours.get(from..to).is_some_and(|between| between.iter().all(Option::is_some))
    };
    let gap = |start: u32, end: u32| {
        end.checked_sub(start).filter(|n| *n > 0).map(|count| FrameRange { start, count })
    };
    let mut found = Vec::new();
    for pair in kept.windows(2) {
        let [(before, a), (after, b)] = pair else { continue };
        if known(*before, *after) {
            found.extend(gap(a.end(), b.start).map(|gap| (*after, gap)));
        }
    }
    if let (Some(job), Some((first, a)), Some((last, z))) = (job, kept.first(), kept.last()) {
        if known(0, *first) {
            found.extend(gap(job.start, a.start).map(|gap| (*first, gap)));
        }
        if known(*last, ours.len()) {
            found.extend(gap(z.end(), job.end()).map(|gap| (*last, gap)));
        }
    }
    found
}

/// What made the chunks differently from the first one, each as a sentence. A difference is no error: other versions
/// may give other pixels, and need not.
pub fn maker_differences(links: &[Link]) -> Vec<String> {
    let of = |what: &'static str, word: fn(&ChunkManifest) -> &str| {
        let mut seen: Vec<(&str, &str, usize)> = Vec::new();
        for link in links {
            let Some(manifest) = link.manifest else { continue };
            let word = word(manifest);
            match seen.iter_mut().find(|(known, ..)| *known == word) {
                Some((.., count)) => *count += 1,
                None => seen.push((word, link.name, 1)),
            }
        }
        let words = |(word, name, count): &(&str, &str, usize)| match count {
            1 => format!("{word} ({name})"),
            _ => format!("{word} ({name} and {} more)", count - 1),
        };
        (seen.len() > 1).then(|| {
            let all = seen.iter().map(words).collect::<Vec<_>>().join(", ");
            format!("the chunks were made with different {what}: {all}; their pixels may differ")
        })
    };
    let all = [
        of("versions of helios", |manifest| &manifest.versions.helios),
        of("versions of Chromium", |manifest| &manifest.versions.chromium),
        of("versions of FFmpeg", |manifest| &manifest.versions.ffmpeg),
        of("frame sources", |manifest| &manifest.capture),
    ];
    all.into_iter().flatten().collect()
}
