//! Has the crate built again when the user interface was.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}
