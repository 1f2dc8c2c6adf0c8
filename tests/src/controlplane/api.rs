//! Plain requests to an HTTP server: the API server with somebody's token, or etcd's gateway.

use futures::Stream;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use kube::client::Body;
use kube::config::{AuthInfo, Config};
use kube::core::WatchEvent;
use secrecy::SecretString;
use serde_json::Value;

use super::Error;

/// A connection to a server on loopback.
#[derive(Clone)]
pub struct Api {
    client: kube::Client,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The body as JSON, or as a string where it is none.
    pub body: Value,
}

impl Api {
    /// Connects lazily; must be called inside an async runtime.
    pub(crate) fn new(url: &str, ca: Option<Vec<u8>>, token: Option<&str>) -> Result<Self, Error> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| Error::Request {
            method: Method::CONNECT,
            path: url.to_owned(),
            source,
        };
        let mut config = Config::new(url.parse().map_err(|e| failed(Box::new(e)))?);
        config.root_cert = ca.map(|der| vec![der]);
        config.disable_compression = true;
        config.auth_info = AuthInfo {
            token: token.map(|token| SecretString::from(token.to_owned())),
            ..AuthInfo::default()
        };
        let client = kube::Client::try_from(config).map_err(|e| failed(Box::new(e)))?;
        Ok(Self { client })
    }

    /// Sends a request and gives the answer, whatever its status.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        content: Option<(&str, Vec<u8>)>,
    ) -> Result<Answer, Error> {
        let accept = "application/json";
        self.send_accepting(method, path, accept, content).await
    }

    pub(crate) async fn send_accepting(
        &self,
        method: Method,
        path: &str,
        accept: &str,
        content: Option<(&str, Vec<u8>)>,
    ) -> Result<Answer, Error> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| Error::Request {
            method: method.clone(),
            path: path.to_owned(),
            source,
        };
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(ACCEPT, accept);
        let body = match content {
            Some((kind, body)) => {
                request = request.header(CONTENT_TYPE, kind);
                Body::from(body)
            }
            None => Body::empty(),
        };
        let request = request.body(body).map_err(|e| failed(Box::new(e)))?;
        let response = self
            .client
            .send(request)
            .await
            .map_err(|e| failed(Box::new(e)))?;
        let status = response.status();
        let collected = response
            .into_body()
            .collect()
            .await
            .map_err(|e| failed(Box::new(e)))?;
        let bytes = collected.to_bytes();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Ok(Answer { status, body })
    }

    /// Reads an object or a list.
    pub async fn get(&self, path: &str) -> Result<Value, Error> {
        self.send(Method::GET, path, None)
            .await?
            .success(&Method::GET, path)
    }

    /// Reads an object that may be missing.
    pub async fn find(&self, path: &str) -> Result<Option<Value>, Error> {
        let answer = self.send(Method::GET, path, None).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        answer.success(&Method::GET, path).map(Some)
    }

    /// Follows what happens to a collection.
    pub(crate) async fn watch(
        &self,
        path: &str,
    ) -> Result<impl Stream<Item = kube::Result<WatchEvent<Value>>> + use<>, Error> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| Error::Request {
            method: Method::GET,
            path: path.to_owned(),
            source,
        };
        let request = Request::get(path)
            .body(Vec::new())
            .map_err(|e| failed(Box::new(e)))?;
        let client = self.client.clone();
        let events = client.request_events::<Value>(request).await;
        events.map_err(|e| failed(Box::new(e)))
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, Error> {
        self.send(
            Method::POST,
            path,
            Some(("application/json", body.to_string().into())),
        )
        .await
    }

    /// Puts JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer, Error> {
        self.send(
            Method::PUT,
            path,
            Some(("application/json", body.to_string().into())),
        )
        .await
    }

    /// Sends a JSON merge patch.
    pub async fn merge(&self, path: &str, patch: &Value) -> Result<Answer, Error> {
        let content = ("application/merge-patch+json", patch.to_string().into());
        self.send(Method::PATCH, path, Some(content)).await
    }

    /// Applies an object server-side and takes over all fields.
    pub async fn apply(&self, path: &str, object: &Value) -> Result<Answer, Error> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{separator}fieldManager=hv-testbed&force=true");
        let content = ("application/apply-patch+yaml", object.to_string().into());
        self.send(Method::PATCH, &path, Some(content)).await
    }
}

impl Answer {
    /// The body, or an error unless the status is a success.
    pub fn success(self, method: &Method, path: &str) -> Result<Value, Error> {
        if self.status.is_success() {
            return Ok(self.body);
        }
        Err(Error::Refused {
            method: method.clone(),
            path: path.to_owned(),
            status: self.status.as_u16(),
            message: self.message(),
        })
    }

    /// The server's message, or the whole body.
    pub fn message(&self) -> String {
        self.body["message"]
            .as_str()
            .map_or_else(|| self.body.to_string(), str::to_owned)
    }
}
