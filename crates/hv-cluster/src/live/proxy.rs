//! Which proxy a cluster is reached through, by the rules of Go's HTTP client.
//!
//! kube 5.0 compares `NO_PROXY` with the proxy's own address instead of the server's, and so sends
//! even loopback traffic through the proxy; kubectl does not.

use std::net::IpAddr;

use http::Uri;

use super::environment::Environment;

/// The proxy that the environment names for `server`, if any.
pub(super) fn from_environment<'a>(environment: &'a Environment, server: &Uri) -> Option<&'a str> {
    let proxy = match server.scheme_str() {
        Some("http") => environment.http_proxy.as_deref(),
        _ => environment.https_proxy.as_deref(),
    }?;
    let host = server.host()?.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<IpAddr>().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return None;
    }
    let port = server.port_u16().unwrap_or(match server.scheme_str() {
        Some("http") => 80,
        _ => 443,
    });
    let exempt = environment.no_proxy.as_deref().is_some_and(|list| {
        list.split(',')
            .any(|rule| exempts(rule.trim(), host, address, port))
    });
    (!exempt).then_some(proxy)
}

fn exempts(rule: &str, host: &str, address: Option<IpAddr>, port: u16) -> bool {
    if rule == "*" {
        return true;
    }
    if let Some((network, bits)) = rule.split_once('/') {
        return match (network.parse::<IpAddr>(), bits.parse::<u32>(), address) {
            (Ok(network), Ok(bits), Some(address)) => in_network(address, network, bits),
            _ => false,
        };
    }
    let (name, rule_port) = match rule.rsplit_once(':') {
        Some((name, digits)) if !name.contains(':') => (name, digits.parse::<u16>().ok()),
        _ => (rule, None),
    };
    if name.is_empty() || rule_port.is_some_and(|wanted| wanted != port) {
        return false;
    }
    if let Ok(wanted) = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
    {
        return address == Some(wanted);
    }
    let host = host.to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    let domain = name.trim_start_matches('*').trim_start_matches('.');
    let under = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.ends_with('.'));
    under || (host == domain && !name.starts_with(['.', '*']))
}

fn in_network(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let shift = 32_u32.saturating_sub(bits);
            address.to_bits().checked_shr(shift) == network.to_bits().checked_shr(shift)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let shift = 128_u32.saturating_sub(bits);
            address.to_bits().checked_shr(shift) == network.to_bits().checked_shr(shift)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy_for(server: &str, no_proxy: &str) -> bool {
        let environment = Environment {
            https_proxy: Some("http://proxy:3128".to_owned()),
            no_proxy: Some(no_proxy.to_owned()),
            ..Environment::default()
        };
        from_environment(&environment, &server.parse().unwrap()).is_some()
    }

    #[test]
    fn loopback_is_never_sent_through_a_proxy() {
        for server in [
            "https://127.0.0.1:6443",
            "https://localhost:6443",
            "https://[::1]:6443",
        ] {
            assert!(!proxy_for(server, ""), "{server}");
        }
        assert!(proxy_for("https://10.0.0.1:6443", ""));
    }

    #[test]
    fn no_proxy_is_compared_with_the_server() {
        let server = "https://api.harvester.example:6443";
        for rule in [
            "*",
            "example",
            ".example",
            "*.example",
            "api.harvester.example",
            "a, example",
        ] {
            assert!(!proxy_for(server, rule), "{rule}");
        }
        for rule in [
            "",
            "ample",
            ".api.harvester.example",
            "api.harvester.example:443",
            "10.0.0.0/8",
        ] {
            assert!(proxy_for(server, rule), "{rule}");
        }
        assert!(!proxy_for("https://10.1.2.3:6443", "10.0.0.0/8"));
        assert!(!proxy_for("https://10.1.2.3:6443", "10.1.2.3:6443"));
        assert!(!proxy_for("https://10.1.2.3:6443", "0.0.0.0/0"));
        assert!(proxy_for("https://11.1.2.3:6443", "10.0.0.0/8,fe80::/10"));
    }

    #[test]
    fn plain_http_has_its_own_variable() {
        let environment = Environment {
            https_proxy: Some("http://p".to_owned()),
            ..Environment::default()
        };
        let server = "http://10.0.0.1".parse().unwrap();
        assert_eq!(from_environment(&environment, &server), None);
    }
}
