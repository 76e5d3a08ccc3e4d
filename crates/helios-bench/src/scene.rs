//! The fixed scenes. Their pages are in `bench/scenes`.

/// A page at a size.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// What it is called in tables.
    pub name: &'static str,
    /// Its page in `bench/scenes`.
    pub page: &'static str,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

const fn scene(name: &'static str, page: &'static str, width: u32, height: u32) -> Scene {
    Scene { name, page, width, height }
}

/// All of them, in the order of the tables.
pub const SCENES: [Scene; 7] = [
    scene("boxes 720p", "boxes.html", 1280, 720),
    scene("boxes 1080p", "boxes.html", 1920, 1080),
    scene("boxes 4K", "boxes.html", 3840, 2160),
    scene("title 1080p", "title.html", 1920, 1080),
    scene("card 720p", "card.html", 1280, 720),
    scene("circles 720p", "circles.html", 1280, 720),
    scene("webgl 720p", "webgl.html", 1280, 720),
];
