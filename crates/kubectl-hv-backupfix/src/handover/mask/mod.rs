//! Stands in for what must not be handed over: the same value always gets the same mask.

#[cfg(test)]
mod tests;
mod walk;

use std::collections::{BTreeSet, HashMap};

use super::address::{Address, Mac, next};
use super::known::Known;
use super::url;
use super::words::{self, Part};

/// A secret that a free text seems to give away is looked for elsewhere from this length on.
const SAID: usize = 8;

/// Words that name no machine although somebody may have given a machine such a name.
const PLAIN: [&str; 6] = ["s3", "nfs", "default", "harvester", "longhorn", "localhost"];

/// How many different values were masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::handover) struct Counts {
    pub(in crate::handover) secrets: usize,
    pub(in crate::handover) macs: usize,
    pub(in crate::handover) addresses: usize,
    pub(in crate::handover) hosts: usize,
}

/// What was learned, and the masks that were given. Never printed: it holds what is masked.
#[derive(Default)]
pub(in crate::handover) struct Mask {
    known: Known,
    secrets: HashMap<String, usize>,
    hosts: BTreeSet<String>,
    host_masks: HashMap<String, usize>,
    macs: HashMap<Mac, Option<usize>>,
    addresses: HashMap<std::net::IpAddr, usize>,
    counts: Counts,
}

impl Mask {
    /// Notes the host of an endpoint, with or without a scheme.
    pub(in crate::handover) fn learn_endpoint(&mut self, endpoint: &str) {
        if let Some(host) = url::host_of_endpoint(endpoint) {
            self.learn_host(host);
        }
    }

    /// How many different values were masked.
    pub(in crate::handover) fn counts(&self) -> Counts {
        self.counts
    }

    /// A value that is secret as a whole.
    fn secret(&mut self, text: &str) -> String {
        if is_nothing(text) || is_mask(text) {
            return text.to_owned();
        }
        let counts = &mut self.counts;
        let number = *self.secrets.entry(text.to_owned()).or_insert_with(|| {
            counts.secrets += 1;
            counts.secrets
        });
        format!("secret-{number}")
    }

    fn learn_secret(&mut self, text: &str) {
        if !is_nothing(text) {
            self.known.add(text);
            if let Some(plain) = url::decoded(text) {
                self.known.add(plain.trim());
            }
        }
    }

    fn learn_host(&mut self, host: &str) {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let is_address = host.parse::<std::net::IpAddr>().is_ok();
        if !host.is_empty() && !is_address && !PLAIN.contains(&host.as_str()) {
            self.hosts.insert(host);
        }
    }

    fn learn_text(&mut self, text: &str) {
        for host in url::hosts(text) {
            self.learn_host(host);
        }
        words::replace(text, &mut |part| {
            match part {
                Part::Secret(word) if word.len() >= SAID => self.learn_secret(word),
                Part::Word(word) if url::is_token(word) => self.learn_secret(word),
                _ => {}
            }
            None
        });
        let mut from = 0;
        while let Some((range, address)) = next(text, from, &|_| false) {
            if let Address::Mac(mac) = address {
                self.macs.entry(mac).or_default();
            }
            from = range.end;
        }
    }

    /// A text with everything in it masked that was learned or that shows what it is.
    pub(in crate::handover) fn text(&mut self, text: &str) -> String {
        let text = url::without_keys(text);
        let mut plain = String::with_capacity(text.len());
        let mut from = 0;
        while let Some(range) = self.known.next(&text, from) {
            plain.push_str(&text[from..range.start]);
            plain.push_str(&self.secret(&text[range.clone()]));
            from = range.end;
        }
        plain.push_str(&text[from..]);
        let words = words::replace(&plain, &mut |part| match part {
            Part::Secret(word) => Some(self.secret(word)),
            Part::Word(word) => self.word(word),
        });
        self.addresses(&words)
    }

    /// What stands in for a word, if it has to be masked.
    fn word(&mut self, word: &str) -> Option<String> {
        if url::is_token(word) {
            return Some(self.secret(word));
        }
        let bare = word.trim_end_matches(['.', ':', '!', '?']);
        let ending = self.host_in(&bare.to_ascii_lowercase())?;
        let (front, host) = bare.split_at(bare.len() - ending);
        let counts = &mut self.counts;
        let number = *self.host_masks.entry(host.to_owned()).or_insert_with(|| {
            counts.hosts += 1;
            counts.hosts
        });
        Some(format!("{front}host-{number}{}", &word[bare.len()..]))
    }

    /// How much of the end of a name is a host that is known.
    fn host_in(&self, name: &str) -> Option<usize> {
        if self.hosts.contains(name) {
            return Some(name.len());
        }
        let ends = name.match_indices('.').map(|(at, _)| &name[at + 1..]);
        let mut ends = ends.filter(|end| end.contains('.') && self.hosts.contains(*end));
        ends.next().map(str::len)
    }

    fn addresses(&mut self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut from = 0;
        while let Some((range, address)) = next(text, from, &|mac| self.macs.contains_key(mac)) {
            masked.push_str(&text[from..range.start]);
            masked.push_str(&self.address(address));
            from = range.end;
        }
        masked.push_str(&text[from..]);
        masked
    }

    fn address(&mut self, address: Address) -> String {
        let counts = &mut self.counts;
        match address {
            Address::Mac(mac) => {
                let number = self.macs.entry(mac).or_default().get_or_insert_with(|| {
                    counts.macs += 1;
                    counts.macs
                });
                format!("mac-{number}")
            }
            Address::Ip(ip) => {
                let number = self.addresses.entry(ip).or_insert_with(|| {
                    counts.addresses += 1;
                    counts.addresses
                });
                format!("address-{number}")
            }
        }
    }
}

/// Whether there is nothing to hide; a support bundle writes `null` for an empty text.
fn is_nothing(text: &str) -> bool {
    text.is_empty() || text == "null"
}

/// Whether it is a mask already.
fn is_mask(text: &str) -> bool {
    let number = text.strip_prefix("secret-");
    text == hv_cli::redact::MASK
        || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}
