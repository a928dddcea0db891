//! Connections that are there to be there: what they may hold, and for how long.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use actix_web::web::block;

use crate::actor::Actor;
use crate::community::Community;

/// A connection that sends what it is told, and no more.
fn send(actor: &Actor, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(actor.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

/// Everything that still comes. It is an error where that does not end.
async fn rest(mut stream: TcpStream) -> String {
    let read = move || {
        let mut rest = Vec::new();
        match stream.read_to_end(&mut rest) {
            // What the server closes with something unread is reset.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
            read => drop(read.unwrap()),
        }
        String::from_utf8(rest).unwrap()
    };
    block(read).await.unwrap()
}

const WHOLE: &str = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";

#[actix_web::test]
async fn hundreds_of_slow_connections_keep_nobody_waiting() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let body = format!(
        "POST /api/v1/posts HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: 1000\r\n\r\n{{",
        ana.access_token
    );
    let second = format!("{WHOLE}GET /api");
    let kinds = ["", "G", "GET /api/v1/posts HTTP/1.1\r\nHost: h\r\nX-", &second, &body];
    let slow: Vec<_> = (0..400).map(|number| send(&ana, kinds[number % kinds.len()])).collect();
    for _ in 0..50 {
        ana.get("/posts").await.expect(200);
    }
    ana.publish("Meanwhile").await;
    drop(slow);
}

#[actix_web::test]
async fn who_never_ends_a_head_is_given_up_also_after_a_first_request() {
    let community = Community::with_bounds(|bounds| bounds.silence = Duration::from_millis(50)).await;
    let nobody = community.anonymous();
    let slow = [send(&nobody, ""), send(&nobody, "GET /api"), send(&nobody, &format!("{WHOLE}GET /api"))];
    let mut answers = Vec::new();
    for slow in slow {
        answers.push(rest(slow).await.matches(" 200 OK").count());
    }
    assert_eq!(answers, [0, 0, 1]);
    let whole = WHOLE.replace("Host: h", "Host: h\r\nConnection: close");
    assert!(rest(send(&nobody, &whole)).await.starts_with("HTTP/1.1 200"));
}

#[actix_web::test]
async fn an_upload_that_does_not_end_is_given_up_after_a_time_of_its_own() {
    let community = Community::with_bounds(|bounds| bounds.upload = Duration::from_millis(50)).await;
    let ana = community.member("ana").await;
    let begun = format!(
        "POST /api/v1/media HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nGIF89a",
        ana.access_token
    );
    let answer = rest(send(&ana, &begun)).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("request_timeout"), "{answer}");
}

#[actix_web::test]
async fn a_socket_that_only_listens_is_not_taken_for_silent() {
    let community = Community::with_all(
        |_| {},
        |limits, bounds| {
            limits.heartbeat = Duration::from_millis(50);
            bounds.silence = Duration::from_millis(400);
        },
    );
    let community = community.await;
    let ana = community.admin().await;
    let mut device = crate::socket::device::Device::of(&ana).await;
    while device.pings < 20 {
        assert!(device.listen().await, "it was closed after {} pings", device.pings);
    }
}

#[actix_web::test]
async fn a_head_has_bounds() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let get = |rest: String| format!("GET /api/v1/posts{rest}Connection: close\r\n\r\n");
    let header = |count: usize, length: usize| format!("X-Filler: {}\r\n", "a".repeat(length)).repeat(count);
    let answer = async |request: String| rest(send(&ana, &request)).await;
    let fits = answer(get(format!(" HTTP/1.1\r\nHost: h\r\n{}", header(80, 100)))).await;
    assert!(fits.starts_with("HTTP/1.1 200"), "{fits}");
    let many = answer(get(format!(" HTTP/1.1\r\nHost: h\r\n{}", header(200, 1)))).await;
    assert!(many.starts_with("HTTP/1.1 4"), "{many}");
    // More than 128 KiB, which is not read to its end.
    let large = block({
        let (ana, request) = (ana.address(), get(format!(" HTTP/1.1\r\nHost: h\r\n{}", header(50, 8000))));
        move || {
            let mut stream = TcpStream::connect(ana).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            let _ = stream.write_all(request.as_bytes());
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            String::from_utf8(answer).unwrap()
        }
    });
    let large = large.await.unwrap();
    assert!(large.is_empty() || large.starts_with("HTTP/1.1 4"), "{large}");
    let url = answer(get(format!("?tag={} HTTP/1.1\r\nHost: h\r\n", "a".repeat(70_000)))).await;
    assert!(url.starts_with("HTTP/1.1 4"), "{url}");
    ana.get("/posts").await.expect(200);
}
