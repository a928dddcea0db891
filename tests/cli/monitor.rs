//! `hearth monitor` against something that answers as a server would.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::{Ran, register};
use crate::client::Server;

/// Something that answers each request for figures with the next text, and with the last one again and again.
struct Fake {
    address: SocketAddr,
    /// The heads of what was asked, in lower case.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    fn new(status: &'static str, texts: &[String]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (texts, heads) = (texts.to_vec(), asked.clone());
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (texts, heads) = (texts.clone(), heads.clone());
                thread::spawn(move || answer(&stream.unwrap(), status, &texts, &heads));
            }
        });
        Self { address, asked }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Answers on one connection for as long as something is asked.
fn answer(stream: &TcpStream, status: &str, texts: &[String], heads: &Mutex<Vec<String>>) {
    let mut input = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if input.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let number = {
            let mut heads = heads.lock().unwrap();
            heads.push(head.to_ascii_lowercase());
            heads.len() - 1
        };
        let text = &texts[number.min(texts.len() - 1)];
        let length = text.len();
        let mut output = stream;
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{text}");
        if output.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// Figures of a server that answered `requests` requests, a tenth of them with 500, and is up for `up` seconds.
fn figures(requests: u32, up: u32) -> String {
    let name = "hearth_http_request_duration_seconds";
    let histogram = |status: &str, count: u32| {
        let labels = format!("method=\"GET\",route=\"/api/v1/posts\",status=\"{status}\"");
        format!(
            "{name}_sum{{{labels}}} {count}\n{name}_bucket{{le=\"0.1\",{labels}}} {count}\n\
             {name}_bucket{{le=\"+Inf\",{labels}}} {count}\n"
        )
    };
    let (failed, fine) = (requests / 10, requests - requests / 10);
    format!(
        "# TYPE {name} histogram\n{}{}hearth_sockets{{kind=\"websocket\"}} 7\nhearth_uptime_seconds {up}\n\
         hearth_build_info{{version=\"9.8.7\"}} 1\n# EOF\n",
        histogram("200", fine),
        histogram("500", failed)
    )
}

#[test]
fn once_prints_the_figures_of_one_interval_for_scripts_and_for_people() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::new("200 OK", &[figures(100, 50), figures(200, 51)]);
    let args = ["monitor", "--once", "--json", "--interval", "0.1", "--target", &fake.url()];
    let printed: Value = serde_json::from_str(&Ran::new(folder.path(), &args).succeeded()).unwrap();
    assert_eq!(printed["http"]["requests"], 100.0);
    assert_eq!(printed["http"]["error_share"], 0.1);
    assert_eq!(printed["routes"][0]["route"], "/api/v1/posts");
    assert_eq!((&printed["chat"]["sockets"], &printed["process"]["version"]), (&7.0.into(), &"9.8.7".into()));
    assert!(printed["store"]["fsync_p95_ms"].is_null(), "what is not told is unknown: {printed}");

    let fake = Fake::new("200 OK", &[figures(100, 50), figures(200, 51)]);
    let target = fake.address.to_string();
    let page = Ran::new(folder.path(), &["monitor", "--once", "--interval", "0.1", "--target", &target]).succeeded();
    for part in ["Hearth 9.8.7 at http://127.0.0.1", "errors (5xx) 10.0 %", "sockets 7", "fsync p95 –", "! 10.0 % of"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn without_a_target_the_server_of_the_settings_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::new("200 OK", &[figures(1, 1)]);
    fs::write(folder.path().join("hearth.toml"), format!("listen = \"{}\"\n", fake.address)).unwrap();
    let page = Ran::new(folder.path(), &["monitor", "--once", "--interval", "0.1"]).succeeded();
    assert!(page.contains(&fake.url()) && fake.asked().len() == 2, "{page}");
}

#[test]
fn a_target_that_does_not_answer_ends_with_1_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    for how in [&["--once"][..], &["--duration", "1"]] {
        let ran = Ran::new(folder.path(), &[&["monitor", "--target", &address], how].concat());
        ran.failed(1, &[&address, "gave no answer", "is `hearth serve` running there?"]);
    }
    let other = Fake::new("200 OK", &["<!doctype html>\n".to_owned()]);
    Ran::new(folder.path(), &["monitor", "--once", "--target", &other.url()]).failed(1, &["does a Hearth answer"]);
    let empty = Fake::new("200 OK", &["process_open_fds 3\n# EOF\n".to_owned()]);
    Ran::new(folder.path(), &["monitor", "--once", "--target", &empty.url()]).failed(1, &["no figures of a Hearth"]);
}

#[test]
fn a_refusal_tells_of_the_token_which_is_sent_where_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::new("403 Forbidden", &[String::new()]);
    let args = ["monitor", "--once", "--target", &fake.url()];
    Ran::new(folder.path(), &args).failed(1, &["403", "--token", "HEARTH_METRICS_TOKEN"]);
    Ran::with(folder.path(), &args, &[("HEARTH_METRICS_TOKEN", "secret")]).failed(1, &["the token is not the one"]);
    Ran::new(folder.path(), &[&args[..], &["--token", "other"]].concat()).failed(1, &["the token is not the one"]);
    let asked = fake.asked();
    let sent = |number: usize| asked[number].lines().find(|line| line.starts_with("authorization:"));
    assert_eq!(
        [sent(0), sent(1), sent(2)],
        [None, Some("authorization: bearer secret"), Some("authorization: bearer other")]
    );
    assert!(asked[0].starts_with("get /metrics "), "{asked:?}");
}

#[test]
fn a_longer_time_gives_a_report_in_the_form_of_its_files_ending() {
    let folder = tempfile::tempdir().unwrap();
    let texts: Vec<_> = (0..100).map(|number| figures(number * 10, 50 + number)).collect();
    let fake = Fake::new("200 OK", &texts);
    let run = |file: &str| {
        let args = ["monitor", "--duration", "2", "--interval", "0.5", "--target", &fake.url(), "--report", file];
        assert_eq!(Ran::new(folder.path(), &args).succeeded(), format!("the report is in {file}\n"));
        fs::read_to_string(folder.path().join(file)).unwrap()
    };
    let markdown = run("x.md");
    for part in ["Hearth 9.8.7, watched for 2 s", "| requests ", "| GET /api/v1/posts |", "10.0 % of answers failed"] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
    let json: Value = serde_json::from_str(&run("x.json")).unwrap();
    assert!(json["intervals"].as_u64().unwrap() >= 2, "{json}");
    assert_eq!(json["figures"]["error_share"]["average"], 0.1);
    assert_eq!(json["warnings"][0]["rule"], "errors");
}

#[test]
fn what_cannot_be_meant_ends_with_2_and_says_what_to_use() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::new("200 OK", &[figures(1, 1)]);
    let target = fake.url();
    // Its output is no terminal here.
    Ran::new(folder.path(), &["monitor", "--target", &target]).failed(2, &["terminal", "--once", "--duration"]);
    Ran::new(folder.path(), &["monitor", "--target", "ftp://x", "--once"]).failed(2, &["not a server's URL"]);
    for (args, part) in [
        (&["--duration", "2", "--report", "x.txt"][..], ".md or .json"),
        (&["--report", "x.md"], "--duration"),
        (&["--json"], "--once"),
        (&["--interval", "0"], "from 0.1 to 3600"),
        (&["--once", "--duration", "2"], "--once"),
    ] {
        let ran = Ran::new(folder.path(), &[&["monitor", "--target", &target], args].concat());
        assert!(ran.status == Some(2) && ran.complaint.contains(part), "{part}: {ran:?}");
    }
    assert_eq!(fake.asked(), [""; 0], "nothing was asked");
}

#[test]
fn a_real_server_tells_every_figure_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    register(&server, "ana");
    let address = server.address.to_string();
    let args = ["monitor", "--once", "--json", "--interval", "0.2", "--target", &address];
    let figures: Value = serde_json::from_str(&Ran::new(folder.path(), &args).succeeded()).unwrap();
    // What an interval in which nothing happens has no value of, and reasons of what was never refused.
    let quiet = ["_p50_ms", "_p95_ms", "_mean_ms", "group_size", "hit_share", "refused"];
    let unknown = unknown(&figures, "").into_iter().filter(|path| !quiet.iter().any(|of| path.ends_with(of)));
    assert_eq!(unknown.collect::<Vec<_>>(), [""; 0], "{figures}");
    assert_eq!(figures["process"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(figures["store"]["journal_bytes"].as_f64().unwrap() > 0.0, "{figures}");
    assert!(figures["process"]["memory_bytes"].as_f64().unwrap() > 1e6, "{figures}");
    let asked = figures["routes"].as_array().unwrap();
    assert!(asked.iter().any(|route| route["route"] == "/metrics"), "the first reading is in the interval: {figures}");
}

/// The paths of all values that are null.
fn unknown(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Null => vec![path.to_owned()],
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| unknown(value, &format!("{path}/{name}"))).collect()
        }
        Value::Array(values) => values.iter().flat_map(|value| unknown(value, path)).collect(),
        _ => Vec::new(),
    }
}
