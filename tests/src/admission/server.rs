//! Webhook servers on loopback.

use std::convert::Infallible;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::gate::Gate;
use super::review;
use crate::controlplane::{Api, ControlPlane, Error};

/// Who answers.
#[derive(Clone)]
pub(super) enum Desk {
    /// The rules for backups.
    Backups(Api),
    /// All others.
    Others(Arc<Gate>),
}

/// Starts a server and gives its address; it ends with the control plane.
pub(super) fn start(plane: &ControlPlane, desk: Desk) -> Result<String, Error> {
    let config = plane.authority().issue()?.server_config()?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = plane
        .wait(async || TcpListener::bind(("127.0.0.1", 0)).await)
        .map_err(Error::Listen)?;
    let port = listener.local_addr().map_err(Error::Listen)?.port();
    plane.spawn(serve(listener, acceptor, desk));
    Ok(format!("https://127.0.0.1:{port}"))
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, desk: Desk) {
    while let Ok((connection, _)) = listener.accept().await {
        tokio::spawn(serve_connection(connection, acceptor.clone(), desk.clone()));
    }
}

async fn serve_connection(connection: TcpStream, acceptor: TlsAcceptor, desk: Desk) {
    // A broken connection concerns its client only.
    let Ok(stream) = acceptor.accept(connection).await else {
        return;
    };
    let service = service_fn(move |request| respond(desk.clone(), request));
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    desk: Desk,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let body = request
        .into_body()
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let review: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = match desk {
        Desk::Backups(api) => review::answer(&api, &path, &review).await,
        Desk::Others(gate) => gate.answer(&path, &review).await,
    };
    let mut response = Response::new(Full::from(answer.to_string()));
    response.headers_mut().insert(
        CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    Ok(response)
}
