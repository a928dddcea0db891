//! Where the socket is, and how a path that is too long for a socket is reached all the same.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// The socket's name in the data folder.
const NAME: &str = "control.sock";

/// Bytes that the path of a socket has on every system: `sun_path` is 104 on macOS and 108 on Linux, and ends with 0.
const MAX_PATH: usize = 103;

/// The control socket of the data folder `data`.
pub fn socket(data: &Path) -> PathBuf {
    data.join(NAME)
}

/// The way to the socket of a data folder. It is good while this lives.
pub(super) struct Way {
    /// A path that is short enough.
    pub(super) path: PathBuf,
    _folder: Option<File>,
}

impl Way {
    /// The way to the socket of `data`: straight, or where that is too long, through the open folder's number.
    pub(super) fn to(data: &Path) -> io::Result<Self> {
        let path = socket(data);
        if path.as_os_str().len() <= MAX_PATH {
            return Ok(Self { path, _folder: None });
        }
        if !Path::new("/proc/self/fd").is_dir() {
            let why = "the path is too long for a socket: run hearth in a folder nearer to it, and name it relatively";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let folder = File::open(data)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(NAME);
        Ok(Self { path, _folder: Some(folder) })
    }
}
