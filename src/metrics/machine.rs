//! What only the operating system knows of this process and its files: read when somebody wants to know.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use rlimit::Resource;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::store::Store;

/// How long the sizes of folders are as good as new.
const FRESH: Duration = Duration::from_secs(5);

/// A number that is set and not counted.
type Told = Gauge<u64, AtomicU64>;

/// What the operating system told last.
pub struct Machine {
    /// Processor time that was used so far, in seconds.
    pub cpu_seconds: Counter<f64, AtomicU64>,
    /// Memory that is not swapped out, in bytes.
    pub memory: Told,
    /// Open files and sockets.
    pub open_files: Told,
    /// Files and sockets that may be open.
    pub max_open_files: Told,
    /// Cores that may be used.
    pub cores: Told,
    /// The journal's folder, in bytes.
    pub journal_bytes: Told,
    /// sled's folder, in bytes.
    pub store_bytes: Told,
    start_time: Told,
    asking: Mutex<Asking>,
}

/// Asks the operating system.
struct Asking {
    system: System,
    /// When it was last asked for the sizes of folders.
    folders_at: Option<Instant>,
}

impl Machine {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self {
            cpu_seconds: Counter::default(),
            memory: Told::default(),
            open_files: Told::default(),
            max_open_files: Told::default(),
            cores: Told::default(),
            journal_bytes: Told::default(),
            store_bytes: Told::default(),
            start_time: Told::default(),
            asking: Mutex::new(Asking { system: System::new(), folders_at: None }),
        }
    }

    pub fn register(&self, registry: &mut Registry) {
        registry.register("process_cpu_seconds", "Processor time that was used", self.cpu_seconds.clone());
        registry.register("process_resident_memory_bytes", "Memory in use", self.memory.clone());
        registry.register("process_open_fds", "Open files and sockets", self.open_files.clone());
        registry.register("process_max_fds", "Files and sockets that may be open", self.max_open_files.clone());
        let help = "When the process began, in seconds since 1970";
        registry.register("process_start_time_seconds", help, self.start_time.clone());
        registry.register("hearth_cores", "Processor cores that may be used", self.cores.clone());
        registry.register("hearth_journal_bytes", "The journal on the disk", self.journal_bytes.clone());
        registry.register("hearth_store_bytes", "The state on the disk", self.store_bytes.clone());
    }

    /// Asks again; for the sizes of folders only where the last answer is old. What cannot be had stays as it was.
    pub fn refresh(&self, store: &Store) {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        self.cores.set(thread::available_parallelism().map_or(1, usize::from) as u64);
        if let Ok((soft, _)) = Resource::NOFILE.get() {
            self.max_open_files.set(soft);
        }
        self.ask_about_process(&mut asking.system);
        if asking.folders_at.is_some_and(|last| last.elapsed() < FRESH) {
            return;
        }
        asking.folders_at = Some(Instant::now());
        match store.disk_use() {
            Ok(disk) => {
                self.journal_bytes.set(disk.journal);
                self.store_bytes.set(disk.state);
            }
            Err(error) => log::debug!("the size of the store's folders is not known: {error}"),
        }
    }

    fn ask_about_process(&self, system: &mut System) {
        let this = Pid::from_u32(std::process::id());
        // Its threads are not listed: there may be hundreds, and their time and memory are the process's.
        let wanted = ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[this]), true, wanted);
        let Some(process) = system.process(this) else { return };
        let cpu = Duration::from_millis(process.accumulated_cpu_time()).as_secs_f64();
        self.cpu_seconds.inner().store(cpu.to_bits(), Ordering::Relaxed);
        self.memory.set(process.memory());
        self.start_time.set(process.start_time());
        if let Some(open) = process.open_files() {
            self.open_files.set(open as u64);
        }
    }
}
