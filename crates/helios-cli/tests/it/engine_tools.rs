//! A job in the formats of other engines, executed by their own tools: Open Job Description, Kubernetes' schemas, Amazon States
//! Language, GNU parallel over ssh. `make test-engines` installs them. make itself is everywhere, and always tested.

use crate::run::Place;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=0.2"><i></i>
<style>i { position: absolute; width: 9px; height: 40px; background: #c36; animation: go 0.2s linear }
@keyframes go { from { left: 0 } to { left: 50px } }</style>"#;

/// A job of three chunks, and the bytes of its film.
fn job() -> (Place, Vec<u8>) {
    let place = Place::new();
    // A place that a shell and make must be told about rightly.
    let folder = "it's $5";
    place.write(&format!("{folder}/page.html"), PAGE);
    let page = format!("{folder}/page.html");
    place.render(&[&page, "--chunk-frames", "2", "-o", "direct.mp4", "-q"]);
    let direct = std::fs::read(place.path().join("direct.mp4")).unwrap();
    let file = format!("{folder}/job.json");
    place.render(&[&page, "--chunk-frames", "2", "-o", "film.mp4", "--emit-job", &file, "-q"]);
    (place, direct)
}

fn folder(place: &Place) -> PathBuf {
    place.path().join("it's $5")
}

/// Writes the job for an engine.
fn export(place: &Place, format: &str, more: &[&str]) -> PathBuf {
    let helios = assert_cmd::cargo::cargo_bin!("helios").to_str().unwrap();
    let args = ["job", "export", "it's $5/job.json", "--format", format, "--helios", helios];
    let answer = place.helios(&[&args, more].concat());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    place.path().join(answer.stdout.trim())
}

#[track_caller]
fn succeeds(command: &mut Command) -> String {
    let output: Output = command.stdin(Stdio::null()).output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

#[track_caller]
fn made(place: &Place, direct: &[u8]) {
    let film = folder(place).join("film.mp4");
    assert!(std::fs::read(&film).unwrap() == direct, "the same bytes as a render here");
    std::fs::remove_file(film).unwrap();
}

/// Runs the engine once more after a chunk has lost its manifest, and after the bytes of another have changed: it renders what is
/// missing alone, and the film is the same. `looks` says whether it looks at the bytes at all, and not just for files.
#[track_caller]
fn goes_on(place: &Place, direct: &[u8], looks: bool, run: impl Fn() -> String) {
    std::fs::remove_file(folder(place).join("chunk_1.json")).unwrap();
    if looks {
        let path = folder(place).join("chunk_2.mov");
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
    let said = run();
    let again =
        ["0 to 1", "2 to 3", "4 to 5"].map(|frames| said.contains(&format!("Rendering frames {frames}")));
    assert_eq!(again, [false, true, looks], "{said}");
    made(place, direct);
}

/// After `helios job cancel` whatever the engine starts ends at once, and there is no film.
#[track_caller]
fn is_cancelled(place: &Place, command: &mut Command) {
    std::fs::remove_file(folder(place).join("chunk_1.json")).unwrap();
    assert_eq!(place.helios(&["job", "cancel", "it's $5/job.json"]).code, Some(0));
    let output: Output = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && text.contains("The job was cancelled"), "{command:?}: {text}");
    assert!(!text.contains("Rendering frames") && !folder(place).join("film.mp4").exists(), "{text}");
}

/// Where `scripts/install-engines.sh` has put a program.
fn tool(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/engines").join(name);
    assert!(path.exists(), "{} is missing: make test-engines installs it", path.display());
    path
}

#[test]
fn make() {
    let (place, direct) = job();
    let makefile = export(&place, "make", &[]);
    let make = || {
        let mut command = Command::new("make");
        command.arg("-C").arg(folder(&place)).arg("-f").arg(&makefile).args(["-j2", "-k"]);
        command
    };
    succeeds(&mut make());
    made(&place, &direct);
    goes_on(&place, &direct, false, || succeeds(&mut make()));
    is_cancelled(&place, &mut make());
}

#[test]
#[ignore = "needs ninja: make test-engines"]
fn ninja() {
    let (place, direct) = job();
    let file = export(&place, "ninja", &[]);
    let ninja = tool("venv/bin/ninja");
    let run = || {
        let mut command = Command::new(&ninja);
        command.args(["-v", "-k", "0", "-f"]).arg(&file).current_dir(folder(&place));
        command
    };
    succeeds(&mut run());
    made(&place, &direct);
    goes_on(&place, &direct, false, || succeeds(&mut run()));
    is_cancelled(&place, &mut run());
}

#[test]
#[ignore = "needs openjd: make test-engines"]
fn open_job_description() {
    let (place, direct) = job();
    let template = export(&place, "openjd", &[]);
    let openjd = tool("venv/bin/openjd");
    succeeds(Command::new(&openjd).arg("check").arg(&template));
    let step = |name: &str| {
        let mut command = Command::new(&openjd);
        command.arg("run").arg(&template).args(["--step", name]);
        command
    };
    let run = || ["Render", "Merge"].map(|name| succeeds(&mut step(name)));
    let [rendered, merged] = run();
    assert!(
        rendered.contains("Rendering frames 4 to 5") && !merged.contains("Rendering"),
        "{rendered}\n{merged}"
    );
    made(&place, &direct);
    goes_on(&place, &direct, true, || run().concat());
    is_cancelled(&place, &mut step("Render"));
}

#[test]
#[ignore = "needs kubernetes-validate: make test-engines"]
fn kubernetes() {
    let (place, _) = job();
    let validate = tool("venv/bin/kubernetes-validate");
    // With a volume, and with object storage.
    for more in [&["--parallel", "2"], &["--job-path", "s3://films/one/job.json"]] {
        let manifest =
            export(&place, "kubernetes", &[&["--image", "registry.example/helios:1"], &more[..]].concat());
        for version in ["1.29", "1.33"] {
            succeeds(Command::new(&validate).args(["--strict", "-k", version]).arg(&manifest));
        }
    }
}

/// Where the job file is on the machines that work decides where its chunks are there.
#[test]
fn an_export_for_other_machines() {
    let place = Place::new();
    place.write("film/job.json", include_str!("../../../helios-engines/tests/it/job.json"));
    let here = place.path().to_str().unwrap();
    let asked = |format: &'static str, more: &[&'static str]| -> Vec<&'static str> {
        [&["job", "export", "film/job.json", "-o", "-", "--format", format], more].concat()
    };
    let text = |format: &'static str, more: &[&'static str]| {
        let answer = place.helios(&asked(format, more));
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.stdout
    };
    let workflow = text("github-actions", &["--job-path", "film/job.json"]);
    assert!(workflow.contains("\"film/chunk_*") && !workflow.contains(here), "{workflow}");
    let script = text("parallel", &["--job-path", "/mnt/films/job.json"]);
    assert!(script.contains("cd -- /mnt/films ||") && !script.contains(here), "{script}");
    // The chunks, what waits for them and what joins them look in the same folder.
    let jobs = text("kubernetes", &["--dir", "/job/chunks"]);
    assert_eq!(jobs.matches("/job/chunks").count(), 3, "{jobs}");
    // Paths of this machine are none of a checkout.
    let refused = place.refused(&asked("github-actions", &[]));
    assert!(refused.contains("film/job.json\" is not in the repository"), "{refused}");
    let refused =
        place.refused(&asked("github-actions", &["--job-path", "film/job.json", "--dir", "chunks"]));
    assert!(refused.contains("leave out --dir"), "{refused}");
}

/// Valid by the schema of workflows; and its commands, run in their order, one job of the matrix after the other, make the film. What
/// moves files between machines has nothing to move here.
#[test]
#[ignore = "needs check-jsonschema: make test-engines"]
fn github_actions() {
    let (place, direct) = job();
    let check = tool("venv/bin/check-jsonschema");
    for path in ["s3://films/one/job.json", "it's $5/job.json"] {
        let workflow = export(&place, "github-actions", &["--parallel", "2", "--job-path", path]);
        succeeds(Command::new(&check).args(["--builtin-schema", "vendor.github-workflows"]).arg(&workflow));
    }
    let workflow = export(&place, "github-actions", &["--parallel", "2", "--job-path", "it's $5/job.json"]);
    let script = r#"
import os, subprocess, sys, yaml
jobs = yaml.safe_load(open(sys.argv[1]))["jobs"]
def run(job, **env):
    for step in job["steps"]:
        if "run" in step: subprocess.run(["sh", "-e", "-c", step["run"]], env={**os.environ, **env}, check=True)
parts = jobs["render"]["strategy"]["matrix"]["chunks"]
print(parts)
for part in parts: run(jobs["render"], CHUNKS=part)
run(jobs["merge"])
"#;
    let run = || {
        let mut python = Command::new(tool("venv/bin/python"));
        succeeds(python.args(["-c", script]).arg(&workflow).current_dir(place.path()))
    };
    let said = run();
    assert!(said.contains("['0-1', '2']") || said.contains("['0,1', '2']"), "{said}");
    made(&place, &direct);
    goes_on(&place, &direct, true, run);
}

/// A workflow as GitHub runs it: each job has a checkout of its own, and the merge gets what the others have uploaded, and nothing else.
/// Patterns and the root of an artifact are those of upload-artifact. Arguments: the repository, the workflow, a folder to work in.
const GITHUB: &str = r#"
import glob, os, shutil, subprocess, sys, yaml
repository, workflow, runs = sys.argv[1:]
jobs = yaml.safe_load(open(workflow))["jobs"]
def files(path):
    if os.path.isfile(path): return [path]
    return [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
def upload(given, index):
    lines = given["path"].splitlines()
    found = [file for line in lines for path in glob.glob(line) for file in files(path)]
    assert found or given.get("if-no-files-found") != "error", lines
    root = os.path.commonpath([os.path.dirname(line) if glob.has_magic(line) else line for line in lines])
    if os.path.isfile(root): root = os.path.dirname(root)
    artifact = os.path.join(runs, given["name"].replace("${{ strategy.job-index }}", index))
    for file in found:
        to = os.path.join(artifact, os.path.relpath(file, root))
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy(file, to)
def download(given):
    for artifact in glob.glob(os.path.join(runs, given["pattern"])):
        shutil.copytree(artifact, given["path"], dirs_exist_ok=True)
def run(job, index, **env):
    checkout = os.path.join(runs, "checkout-" + index)
    shutil.copytree(repository, checkout)
    os.chdir(checkout)
    for step in jobs[job]["steps"]:
        uses, given = step.get("uses", ""), step.get("with", {})
        if "run" in step: subprocess.run(["sh", "-e", "-c", step["run"]], env={**os.environ, **env}, check=True)
        elif "/upload-artifact" in uses: upload(given, index)
        elif "/download-artifact" in uses: download(given)
for index, chunks in enumerate(jobs["render"]["strategy"]["matrix"]["chunks"]): run("render", str(index), CHUNKS=chunks)
run("merge", "merge")
"#;

#[test]
#[ignore = "needs pyyaml: make test-engines"]
fn github_actions_with_a_checkout_for_each_job() {
    let place = Place::new();
    place.write("page/page.html", PAGE);
    place.write("words.srt", "1\n00:00:00,000 --> 00:00:00,100\nHello\n");
    let helios = assert_cmd::cargo::cargo_bin!("helios").to_str().unwrap();
    let page = ["page/page.html", "--chunk-frames", "2", "-q"];
    let beside = ["--captions", "words.srt", "--caption-mode", "sidecar"];
    place.render(&[&page[..], &["-o", "direct.mp4"], &beside].concat());
    for (name, output, flags, files) in [
        ("film", "film.mp4", &beside[..], &["film.mp4", "film.srt"][..]),
        (
            "pictures",
            "frames/%05d.png",
            &[],
            &["00000.png", "00001.png", "00002.png", "00003.png", "00004.png", "00005.png"],
        ),
    ] {
        let bundle = format!("{name}/it's $5");
        place.render(&[&page[..], &["-o", output, "--emit-job", &bundle, "--bundle"], flags].concat());
        let (job, workflow) = (format!("{bundle}/job.json"), format!("{name}.yml"));
        let to = ["--helios", helios, "--parallel", "2", "--job-path", "it's $5/job.json", "-o", &workflow];
        let answer =
            place.helios(&[&["job", "export", &job, "--format", "github-actions"], &to[..]].concat());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let runs = place.path().join(format!("{name}-runs"));
        let paths = [place.path().join(name), place.path().join(workflow), runs.clone()];
        succeeds(Command::new(tool("venv/bin/python")).args(["-c", GITHUB]).args(paths));
        let entries = std::fs::read_dir(runs.join("output")).unwrap();
        let mut made: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        made.sort();
        assert_eq!(made, files);
    }
    let read = |file: &str| std::fs::read(place.path().join(file)).unwrap();
    assert!(read("film-runs/output/film.mp4") == read("direct.mp4"), "the same bytes as a render here");
    assert!(read("film-runs/output/film.srt") == read("direct.srt"), "the same captions");
}

/// Validated, and executed with a distributed map: each task is a local process in the place of AWS Batch.
#[test]
#[ignore = "needs aws-local-stepfunctions: make test-engines"]
fn step_functions() {
    let (place, direct) = job();
    let machine = export(&place, "stepfunctions", &[]);
    let npm = tool("npm");
    succeeds(Command::new(npm.join("node_modules/.bin/asl-validator")).arg("--json-path").arg(&machine));
    let helios = assert_cmd::cargo::cargo_bin!("helios").display();
    let script = format!(
        r#"import {{ StateMachine }} from "aws-local-stepfunctions";
import {{ readFileSync }} from "node:fs";
import {{ execFileSync }} from "node:child_process";
// Node 20 lacks it, and the interpreter waits with it.
Promise.withResolvers ??= () => {{
  const all = {{}};
  all.promise = new Promise((resolve, reject) => Object.assign(all, {{ resolve, reject }}));
  return all;
}};
const definition = JSON.parse(readFileSync(process.argv[2], "utf8"));
const run = (input) => {{
  console.log(JSON.stringify(input.ContainerOverrides.Command));
  execFileSync("{helios}", input.ContainerOverrides.Command, {{ stdio: ["ignore", "inherit", "inherit"] }});
  return {{}};
}};
const machine = new StateMachine(definition, {{ validationOptions: {{ checkArn: false, checkPaths: false }} }});
const options = {{ overrides: {{ taskResourceLocalHandlers: {{ RenderChunk: run, Merge: run }} }} }};
await machine.run({{}}, options).result;
"#
    );
    std::fs::write(npm.join("run.mjs"), script).unwrap();
    let run = || succeeds(Command::new("node").arg("run.mjs").arg(&machine).current_dir(&npm));
    let said = run();
    assert_eq!(said.matches("\"run-chunk\"").count(), 3, "{said}");
    made(&place, &direct);
    goes_on(&place, &direct, true, run);
}

/// An ssh server on loopback that knows one key.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path, key: &Path) -> Server {
        std::fs::create_dir_all("/run/sshd").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let host_key = folder.join(format!("host-{port}"));
        succeeds(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&host_key));
        let child = Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f", "/dev/null", "-o", "ListenAddress=127.0.0.1", "-o", "StrictModes=no"])
            .args(["-o", "UsePAM=no", "-o", "PasswordAuthentication=no", "-o", "PermitRootLogin=yes"])
            .args(["-o", &format!("Port={port}"), "-o", &format!("HostKey={}", host_key.display())])
            .args(["-o", &format!("AuthorizedKeysFile={}.pub", key.display()), "-o", "PidFile=none"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Server { child: child.unwrap(), port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs GNU parallel and sshd: make test-engines"]
fn gnu_parallel_over_ssh() {
    let (place, direct) = job();
    let script = export(&place, "parallel", &["--parallel", "1"]);
    let ssh = tempfile::tempdir().unwrap();
    let key = ssh.path().join("key");
    succeeds(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key));
    let servers = [0, 1].map(|_| Server::start(ssh.path(), &key));
    let login = |server: &Server| {
        let options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes";
        format!("1/ssh {options} -i {} -p {} root@127.0.0.1\n", key.display(), server.port)
    };
    let hosts = ssh.path().join("hosts");
    std::fs::write(&hosts, servers.iter().map(login).collect::<String>()).unwrap();
    for server in &servers {
        let ready = || std::net::TcpStream::connect(("127.0.0.1", server.port)).is_ok();
        while !ready() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
    let run = || {
        let mut command = Command::new("/bin/sh");
        command.arg(&script).env("HOSTS", &hosts);
        command
    };
    succeeds(&mut run());
    made(&place, &direct);
    let mut files = std::fs::read_dir(folder(&place)).unwrap().map(|entry| entry.unwrap().path());
    let log = files.find(|path| path.extension().is_some_and(|end| end == "joblog")).unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    let places = servers.iter().filter(|server| log.contains(&format!("-p {}", server.port))).count();
    assert_eq!(places, 2, "both machines had something to do: {log}");
    goes_on(&place, &direct, true, || succeeds(&mut run()));
    is_cancelled(&place, &mut run());
}
