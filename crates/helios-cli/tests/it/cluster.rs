//! A Slurm cluster of its own, on loopback: a controller and three nodes of this machine, with their own configuration, key and
//! sockets, started and ended by the test. Nothing under /etc is read, nothing of another Slurm is touched.

use crate::run::{Answer, Place};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

pub struct Cluster {
    folder: TempDir,
    daemons: Vec<(String, Child)>,
}

/// A port that nobody listens on.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Cluster {
    /// Starts everything and waits until all nodes are idle.
    pub fn start() -> Cluster {
        let folder = tempfile::Builder::new().prefix("slurm-").tempdir_in("/tmp").unwrap();
        let mut cluster = Cluster { folder, daemons: Vec::new() };
        let at = |name: &str| cluster.folder.path().join(name);
        for name in ["state", "spool.n1", "spool.n2", "spool.n3"] {
            std::fs::create_dir(at(name)).unwrap();
        }
        std::fs::write(at("munge.key"), [7_u8; 128]).unwrap();
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(at("munge.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::set_permissions(cluster.folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
        let mut conf = format!(
            "ClusterName=test\nSlurmctldHost=localhost(127.0.0.1)\nSlurmctldPort={}\nSlurmUser={user}SlurmdUser={user}\
             AuthType=auth/munge\nAuthInfo=socket={munge}\nCryptoType=crypto/munge\nCredType=cred/munge\n\
             CommunicationParameters=NoCtldInAddrAny,NoInAddrAny\nProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\n\
             SwitchType=switch/none\nMpiDefault=none\nReturnToService=2\nSlurmctldTimeout=10\nSlurmdTimeout=10\n\
             InactiveLimit=0\nKillWait=5\nMinJobAge=300\nSchedulerType=sched/backfill\nSchedulerParameters=sched_interval=2\n\
             SelectType=select/cons_tres\nSelectTypeParameters=CR_Core\nAccountingStorageType=accounting_storage/none\n\
             JobAcctGatherType=jobacct_gather/none\nStateSaveLocation={state}\nSlurmdSpoolDir={spool}.%n\n\
             SlurmctldPidFile={state}/ctld.pid\nSlurmdPidFile={state}/d.%n.pid\nSlurmctldLogFile={state}/ctld.log\n\
             SlurmdLogFile={state}/d.%n.log\nJobRequeue=1\nSlurmdParameters=config_overrides\n",
            port(),
            munge = at("munge.socket").display(),
            state = at("state").display(),
            spool = at("spool").display(),
        );
        for node in ["n1", "n2", "n3"] {
            conf += &format!(
                "NodeName={node} NodeHostname=localhost NodeAddr=127.0.0.1 Port={} CPUs=1 RealMemory=500 State=UNKNOWN\n",
                port()
            );
        }
        conf += "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n";
        conf = conf.replace("CryptoType=crypto/munge\n", "");
        std::fs::write(at("slurm.conf"), conf).unwrap();
        let munge = [
            "--foreground",
            "--force",
            &format!("--socket={}", at("munge.socket").display()),
            &format!("--key-file={}", at("munge.key").display()),
            &format!("--pid-file={}", at("munge.pid").display()),
            &format!("--seed-file={}", at("munge.seed").display()),
            &format!("--log-file={}", at("munge.log").display()),
            "--num-threads=2",
        ]
        .map(str::to_owned);
        cluster.daemon("munged", &munge);
        let socket = cluster.folder.path().join("munge.socket");
        cluster.wait("munged", |_| socket.exists());
        cluster.daemon("slurmctld", &["-D".to_owned(), "-i".to_owned()]);
        for node in ["n1", "n2", "n3"] {
            cluster.daemon("slurmd", &["-D".to_owned(), "-N".to_owned(), node.to_owned()]);
        }
        cluster.wait("three idle nodes", |cluster| {
            cluster.ask("sinfo", &["-h", "-o", "%T %D"]).trim() == "idle 3"
        });
        cluster
    }

    fn daemon(&mut self, program: &str, args: &[String]) {
        let path = ["/usr/sbin", "/usr/bin"].map(|folder| Path::new(folder).join(program));
        let path = path.iter().find(|path| path.exists());
        let path: &PathBuf =
            path.unwrap_or_else(|| unreachable!("{program} is missing: scripts/install-engines.sh"));
        let mut command = Command::new(path);
        command.args(args).env("SLURM_CONF", self.conf()).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let name = format!("{program} {}", args.last().unwrap());
        self.daemons.push((name, command.spawn().unwrap()));
    }

    pub fn conf(&self) -> PathBuf {
        self.folder.path().join("slurm.conf")
    }

    /// What a program of Slurm answers.
    pub fn ask(&self, program: &str, args: &[&str]) -> String {
        let output = Command::new(program).args(args).env("SLURM_CONF", self.conf()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    /// Runs helios in the place, as a user of this cluster.
    pub fn helios(&self, place: &Place, args: &[&str]) -> Answer {
        place.command(args).env("SLURM_CONF", self.conf()).output().unwrap().into()
    }

    /// Waits until `done`.
    pub fn wait(&self, what: &str, done: impl Fn(&Cluster) -> bool) {
        let began = Instant::now();
        while !done(self) {
            assert!(began.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}:\n{}", self.story());
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Kills the daemon of a node and everything that it has started, as a power cut does: nobody is left to tell the
    /// controller.
    pub fn kill_node(&mut self, node: &str) {
        let at = self.daemons.iter().position(|(name, _)| name == &format!("slurmd {node}")).unwrap();
        let (_, mut daemon) = self.daemons.remove(at);
        daemon.kill().unwrap();
        daemon.wait().unwrap();
        let (conf, name) = (self.folder.path().to_str().unwrap(), format!("SLURMD_NODENAME={node}\0"));
        let read = |pid: u32, name: &str| {
            let bytes = std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let tasks: Vec<u32> = pids()
            .into_iter()
            .filter(|pid| {
                let environment = read(*pid, "environ");
                environment.contains(conf) && environment.contains(&name)
            })
            .collect();
        // The step daemons first: they would report the end of their tasks.
        for &pid in &tasks {
            let stat = read(pid, "stat");
            let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
            if let Some(parent) = parent.filter(|parent| read(*parent, "comm").starts_with("slurmstepd")) {
                kill(parent);
            }
        }
        tasks.into_iter().for_each(kill);
    }

    fn story(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("state/ctld.log")).unwrap_or_default();
        let tail: Vec<&str> = log.lines().rev().take(30).collect();
        format!("{}\n{}\n{}", self.ask("sinfo", &[]), self.ask("squeue", &["-a"]), tail.join("\n"))
    }
}

fn pids() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

fn kill(pid: u32) {
    let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) else { return };
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = Command::new("scancel")
            .arg("--full")
            .args(["--user", "root"])
            .env("SLURM_CONF", self.conf())
            .output();
        for (_, daemon) in self.daemons.iter_mut().rev() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
        // What tasks have started, by the configuration in their environment.
        let mark = format!("SLURM_CONF={}", self.conf().display());
        for pid in pids().into_iter().filter(|pid| *pid != std::process::id()) {
            let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            if String::from_utf8_lossy(&environment).contains(&mark) {
                kill(pid);
            }
        }
    }
}
