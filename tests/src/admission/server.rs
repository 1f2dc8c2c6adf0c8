//! The webhook server on loopback and its registration.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::CONTENT_TYPE;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::review;
use crate::controlplane::{Api, ControlPlane, Error};

const CONFIGURATIONS: &str = "/apis/admissionregistration.k8s.io/v1";
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts the webhook, registers it, and returns when it is asked. Worlds can still be loaded:
/// what the loader writes is not shown to it.
pub fn start(plane: &ControlPlane) -> Result<(), Error> {
    let config = plane.authority().issue()?.server_config()?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = plane
        .wait(async || TcpListener::bind(("127.0.0.1", 0)).await)
        .map_err(Error::Listen)?;
    let port = listener.local_addr().map_err(Error::Listen)?.port();
    plane.spawn(serve(listener, acceptor, plane.api().clone()));

    let (ca, loader) = (plane.authority().pem(), ControlPlane::LOADER);
    for (kind, plural, short, path) in [
        (
            "MutatingWebhookConfiguration",
            "mutatingwebhookconfigurations",
            "mutator",
            "mutate",
        ),
        (
            "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations",
            "validator",
            "validate",
        ),
    ] {
        let url = format!("https://127.0.0.1:{port}/{path}");
        let configuration = configuration(kind, short, &url, &ca, loader);
        let path = format!("{CONFIGURATIONS}/{plural}/harvester-{short}");
        let answer = plane.wait(async || plane.api().apply(&path, &configuration).await)?;
        answer.success(&Method::PATCH, &path)?;
    }
    await_first_question(plane)
}

fn configuration(kind: &str, short: &str, url: &str, ca: &str, loader: &str) -> Value {
    use base64::Engine as _;
    let ca = base64::engine::general_purpose::STANDARD.encode(ca);
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": format!("harvester-{short}")},
        "webhooks": [{
            "name": format!("{short}.harvesterhci.io"),
            "clientConfig": {"url": url, "caBundle": ca},
            "rules": [{
                "apiGroups": ["harvesterhci.io"],
                "apiVersions": ["v1beta1"],
                "resources": ["virtualmachinebackups"],
                "operations": ["CREATE"],
                "scope": "*",
            }],
            "matchConditions": [{
                "name": "not-the-loader",
                "expression": format!("request.userInfo.username != '{loader}'"),
            }],
            "failurePolicy": "Fail",
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "timeoutSeconds": 10,
        }],
    })
}

/// An API server takes a moment to notice a new configuration.
fn await_first_question(plane: &ControlPlane) -> Result<(), Error> {
    let path = "/apis/harvesterhci.io/v1beta1/namespaces/default/virtualmachinebackups?dryRun=All";
    let probe = json!({
        "apiVersion": "harvesterhci.io/v1beta1",
        "kind": "VirtualMachineBackup",
        "metadata": {"name": "testbed-probe"},
        "spec": {"type": "snapshot", "source": {"apiGroup": "kubevirt.io", "kind": "VirtualMachine", "name": "testbed-probe"}},
    });
    let admin = plane.api_as("admin")?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = plane.wait(async || admin.post(path, &probe).await)?;
        if answer.message().contains("validator.harvesterhci.io") {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Error::Timeout(format!(
                "the webhook asked; instead: {}",
                answer.message()
            )));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, api: Api) {
    while let Ok((connection, _)) = listener.accept().await {
        tokio::spawn(serve_connection(connection, acceptor.clone(), api.clone()));
    }
}

async fn serve_connection(connection: TcpStream, acceptor: TlsAcceptor, api: Api) {
    // A broken connection concerns its client only.
    let Ok(stream) = acceptor.accept(connection).await else {
        return;
    };
    let service = service_fn(move |request| respond(api.clone(), request));
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    api: Api,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let body = request
        .into_body()
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let review = serde_json::from_slice(&body).unwrap_or_default();
    let answer = review::answer(&api, &path, &review).await.to_string();
    let mut response = Response::new(Full::from(answer));
    response.headers_mut().insert(
        CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    Ok(response)
}
