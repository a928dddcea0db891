//! What Hearth's rooms are compared with: actix-ws and a list of sessions, each text that comes sent to all of them.
//! It stores nothing, checks nothing, and the slowest reader slows everybody.

use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;

use actix_web::web::{self, Data, Payload};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt};
use actix_ws::{Message, MessageStream, Session};

#[derive(Default)]
struct Room(Mutex<Vec<Session>>);

/// Starts it with so many workers.
pub fn start(workers: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let room: Data<Room> = Data::new(Room::default());
    let app = move || App::new().app_data(room.clone()).route("/api/v1/ws", web::get().to(enter));
    let server = HttpServer::new(app).workers(workers).tcp_nodelay(true).disable_signals().listen(listener);
    rt::spawn(server.expect("a server").run());
    address
}

async fn enter(request: HttpRequest, body: Payload, room: Data<Room>) -> HttpResponse {
    let (response, session, messages) = actix_ws::handle(&request, body).expect("a handshake");
    room.0.lock().expect("a room").push(session);
    rt::spawn(listen(messages, room));
    response
}

async fn listen(mut messages: MessageStream, room: Data<Room>) {
    let mut sessions = Vec::new();
    while let Some(Ok(message)) = messages.recv().await {
        let Message::Text(text) = message else { continue };
        {
            // Copied only when somebody has come.
            let room = room.0.lock().expect("a room");
            if room.len() != sessions.len() {
                sessions.clone_from(&room);
            }
        }
        for session in &mut sessions {
            // Who has gone is no concern of the others.
            let _ = session.text(text.clone()).await;
        }
    }
}
