//! Folders that come and go.

use super::*;

#[test]
fn rivals_get_their_own_folder_and_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let first = Scratch::create(&output, "abc").unwrap();
    let second = Scratch::create(&output, "abc").unwrap();
    assert_ne!(first.path, second.path);
    assert_eq!(first.path.file_name().unwrap(), ".out.mp4.helios-abc");
    drop((first, second));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_left_behind_is_taken_over_empty() {
    let dir = tempfile::tempdir().unwrap();
    let stale = dir.path().join(".out.mp4.helios-abc");
    fs::create_dir(&stale).unwrap();
    fs::write(stale.join("chunk_0.mov"), "old").unwrap();
    let scratch = Scratch::create(&dir.path().join("out.mp4"), "abc").unwrap();
    assert_eq!(scratch.path, stale);
    assert!(!scratch.file("chunk_0.mov").exists());
}

#[test]
fn what_is_finished_is_kept_for_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let mut scratch = Scratch::create(&output, "abc").unwrap();
    scratch.keep(Keep::Chunks);
    let path = scratch.path().to_owned();
    drop(scratch);
    assert!(!path.exists(), "without a finished chunk there is nothing to keep");

    let mut scratch = Scratch::create(&output, "abc").unwrap();
    scratch.keep(Keep::Chunks);
    for name in [JOB, "chunk_0.mov", "chunk_0.json", "chunk_1.mov.x.part", "merged.mp4", "captions.srt"] {
        fs::write(scratch.file(name), "x").unwrap();
    }
    drop(scratch);
    let names = || {
        let mut names: Vec<_> = fs::read_dir(&path).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["chunk_0.json", "chunk_0.mov", JOB, LOCK]);
    assert_eq!(Scratch::others(&output, "def"), [path.as_path()]);
    assert!(Scratch::others(&output, "abc").is_empty());

    let scratch = Scratch::open(&output, "abc").unwrap();
    scratch.tidy(true).unwrap();
    assert_eq!((scratch.finished(), scratch.path()), (1, path.as_path()));
    drop(scratch);
    assert!(!path.exists());
}

#[test]
fn temporary_folders_of_the_dead_are_swept() {
    let dir = tempfile::tempdir().unwrap();
    let folder = |name: &str| dir.path().join(format!("{TEMPORARY}{name}"));
    for (name, lock) in [("dead", true), ("alive", true), ("newborn", false), ("mine", true)] {
        fs::create_dir(folder(name)).unwrap();
        if lock {
            fs::write(folder(name).join(LOCK), "").unwrap();
        }
    }
    for name in ["stillborn", "half.gone-1", "going.gone-2"] {
        fs::create_dir(folder(name)).unwrap();
    }
    fs::write(folder("half.gone-1").join(LOCK), "").unwrap();
    for name in ["stillborn", "half.gone-1"] {
        File::open(folder(name)).unwrap().set_modified(std::time::SystemTime::now() - FORGOTTEN).unwrap();
    }
    let alive = Scratch::claim(&folder("alive")).unwrap();
    sweep(dir.path(), &folder("mine"));
    let mut left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    left.sort();
    assert_eq!(left, ["alive", "going.gone-2", "mine", "newborn"].map(folder));
    drop(alive);
}

#[test]
fn long_names_are_cut_at_a_character() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join(format!("{}.mp4", "ä".repeat(120)));
    Scratch::create(&output, "0123456789abcdef").unwrap();
}

#[test]
fn a_worker_has_its_folders_and_leaves_none() {
    let places = Places::new().unwrap();
    let parents = [Some(&places.files), places.memory.as_ref()]
        .map(|scratch| scratch.map(|scratch| scratch.path.clone()));
    let place = places.of(3, 7).unwrap();
    let folders = [Some(&place.files), place.profile.as_ref()];
    for (folder, parent) in folders.iter().zip(&parents) {
        assert_eq!(folder.map(|folder| folder.parent().unwrap()), parent.as_deref());
        assert!(folder.is_none_or(|folder| folder.ends_with("3-7") && folder.is_dir()));
    }
    place.remove();
    assert!(folders.iter().flatten().all(|folder| !folder.exists()));
    drop(places);
    assert!(parents.iter().flatten().all(|parent| !parent.exists()));
}
