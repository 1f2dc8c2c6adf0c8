//! Which host and port a backup target means.

use crate::target::Target;

const NFS_PORT: u16 = 2049;

/// The host and the port, or why there are none.
pub(super) fn address(target: &Target) -> Result<(String, u16), String> {
    match target.kind.as_str() {
        "s3" => s3(target),
        "nfs" => nfs(&target.endpoint),
        other => Err(format!("the type {other:?} is neither s3 nor nfs")),
    }
}

fn s3(target: &Target) -> Result<(String, u16), String> {
    let (host, port) = match target.endpoint.trim() {
        "" if target.bucket_region.is_empty() => {
            return Err("there is no endpoint and no region".to_owned());
        }
        "" => {
            let region = &target.bucket_region;
            let ending = if region.starts_with("cn-") {
                "com.cn"
            } else {
                "com"
            };
            (format!("s3.{region}.amazonaws.{ending}"), 443)
        }
        url => {
            let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
            let default = match scheme {
                "https" => 443,
                "http" => 80,
                other => {
                    return Err(format!(
                        "the endpoint's scheme {other:?} is neither http nor https"
                    ));
                }
            };
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            host_and_port(authority, default)?
        }
    };
    let is_name = host.parse::<std::net::IpAddr>().is_err();
    if target.virtual_hosted_style && is_name && !target.bucket_name.is_empty() {
        return Ok((format!("{}.{host}", target.bucket_name), port));
    }
    Ok((host, port))
}

/// `host:/export` with or without a scheme, and with options after a question mark.
fn nfs(endpoint: &str) -> Result<(String, u16), String> {
    let rest = endpoint.trim();
    let rest = rest.strip_prefix("nfs://").unwrap_or(rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = place.split('/').next().unwrap_or_default();
    let authority = authority.strip_suffix(':').unwrap_or(authority);
    let options = query
        .split('&')
        .filter_map(|part| part.strip_prefix("nfsOptions="));
    let mut options = options.flat_map(|list| list.split(','));
    let port = options.find_map(|option| option.strip_prefix("port=")?.parse().ok());
    host_and_port(authority, port.unwrap_or(NFS_PORT))
}

/// Reads `host`, `host:port`, `[address]` or `[address]:port`; credentials before an `@` are dropped.
fn host_and_port(authority: &str, default: u16) -> Result<(String, u16), String> {
    let named = authority
        .rsplit_once('@')
        .map_or(authority, |(_, named)| named);
    let (host, port) = match named.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest
                .split_once(']')
                .ok_or("the address lacks a closing bracket")?;
            (host, rest.strip_prefix(':'))
        }
        // More than one colon without brackets is an address of IPv6 without a port.
        None if named.matches(':').count() > 1 => (named, None),
        None => match named.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (named, None),
        },
    };
    if host.is_empty() {
        return Err("the endpoint names no host".to_owned());
    }
    let port = match port {
        None | Some("") => default,
        Some(port) => port.parse().map_err(|_| format!("{port:?} is no port"))?,
    };
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, endpoint: &str) -> Result<(String, u16), String> {
        address(&Target {
            kind: kind.to_owned(),
            endpoint: endpoint.to_owned(),
            bucket_region: "eu-west-1".to_owned(),
            bucket_name: "hv".to_owned(),
            ..Target::default()
        })
    }

    #[test]
    fn endpoints_name_a_host_and_a_port() {
        for (kind, endpoint, host, port) in [
            ("s3", "https://s3.lan", "s3.lan", 443),
            ("s3", "http://s3.lan/", "s3.lan", 80),
            ("s3", "https://s3.lan:9000/x?y", "s3.lan", 9000),
            ("s3", "s3.lan:9000", "s3.lan", 9000),
            ("s3", "https://10.0.0.1:9000", "10.0.0.1", 9000),
            ("s3", "https://[fd00::1]:9000", "fd00::1", 9000),
            ("s3", "https://[fd00::1]", "fd00::1", 443),
            ("s3", "https://me:hush@s3.lan", "s3.lan", 443),
            ("s3", "https://s3.lan:", "s3.lan", 443),
            ("s3", "", "s3.eu-west-1.amazonaws.com", 443),
            ("nfs", "nfs://nas.lan:/export/hv", "nas.lan", 2049),
            ("nfs", "nas.lan:/export", "nas.lan", 2049),
            ("nfs", "nfs://nas.lan/export", "nas.lan", 2049),
            (
                "nfs",
                "nfs://nas:/x?nfsOptions=vers=4.1,port=20490",
                "nas",
                20490,
            ),
            ("nfs", "nfs://[fd00::2]:/x", "fd00::2", 2049),
            ("nfs", "nfs://fd00::2:/x", "fd00::2", 2049),
        ] {
            assert_eq!(
                of(kind, endpoint),
                Ok((host.to_owned(), port)),
                "{kind} {endpoint}"
            );
        }
    }

    #[test]
    fn what_names_no_host_is_told() {
        for (kind, endpoint, part) in [
            ("cifs", "nas:/x", "neither s3 nor nfs"),
            ("s3", "ftp://s3.lan", "scheme"),
            ("s3", "https://", "no host"),
            ("s3", "https://s3.lan:port", "is no port"),
            ("s3", "https://[fd00::1", "bracket"),
            ("s3", "https://s3.lan:70000", "is no port"),
            ("nfs", "nfs:///export", "no host"),
            ("nfs", "", "no host"),
        ] {
            let error = of(kind, endpoint).unwrap_err();
            assert!(error.contains(part), "{kind} {endpoint}: {error}");
        }
    }

    #[test]
    fn a_bucket_may_be_part_of_the_host() {
        let target = |endpoint: &str| Target {
            kind: "s3".to_owned(),
            endpoint: endpoint.to_owned(),
            bucket_name: "hv".to_owned(),
            bucket_region: "cn-north-1".to_owned(),
            virtual_hosted_style: true,
            ..Target::default()
        };
        let host = |endpoint| address(&target(endpoint)).unwrap().0;
        assert_eq!(host("https://s3.lan"), "hv.s3.lan");
        assert_eq!(host("https://10.0.0.1"), "10.0.0.1");
        assert_eq!(host(""), "hv.s3.cn-north-1.amazonaws.com.cn");
    }

    proptest::proptest! {
        #[test]
        fn any_endpoint_is_read(endpoint in ".{0,40}") {
            let _ = of("s3", &endpoint);
            let _ = of("nfs", &endpoint);
        }
    }
}
