//! What the cluster's own admission says of the objects, with a stable code for each known answer.

use hv_change::ObjectRef;
use hv_cli::plural;
use hv_vm::header::VmName;

use super::catalog::Known;
use super::{Catalog, Sheet};
use crate::report::PreflightItem;

/// What a dry run said of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It would be created.
    Accepted,
    /// It would not be.
    Refused {
        /// HTTP status.
        code: u16,
        /// The server's reason, such as `Forbidden`.
        reason: String,
        /// The server's sentence.
        message: String,
    },
    /// What it needs does not exist yet; it is asked again at its turn.
    Later,
    /// It could not be asked; why.
    Unavailable(String),
}

/// What begins the text of a webhook.
const DENIED: &str = "denied the request: ";

/// Judges what the dry run said of the objects of one VM.
pub(crate) fn judge(
    catalog: &Catalog,
    vm: &VmName,
    replies: &[(ObjectRef, Reply)],
) -> Vec<PreflightItem> {
    let mut sheet = Sheet::new(catalog, vm);
    let mut later = 0;
    for (object, reply) in replies {
        let name = object.to_string();
        match reply {
            Reply::Accepted => {}
            Reply::Later => later += 1,
            Reply::Unavailable(why) => {
                sheet.say("unknown-admission", &[("object", &name), ("why", why)]);
            }
            Reply::Refused {
                code,
                reason,
                message,
            } => {
                let text = bare(message);
                let values = [("object", name.as_str()), ("text", text)];
                let known = known(catalog, object, message);
                sheet.say(known.unwrap_or_else(|| by_status(*code, reason)), &values);
            }
        }
    }
    let objects = plural::count(replies.len(), "object");
    if later > 0 {
        let later = plural::count(later, "object");
        sheet.say(
            "admission-later",
            &[("objects", &objects), ("later", &later)],
        );
    } else if sheet.is_free() && !replies.is_empty() {
        let unknown = replies
            .iter()
            .any(|(_, reply)| matches!(reply, Reply::Unavailable(_)));
        if !unknown {
            sheet.say("admission-accepted", &[("objects", &objects)]);
        }
    }
    sheet.into_items()
}

/// The code of a message that is known.
fn known<'c>(catalog: &'c Catalog, object: &ObjectRef, message: &str) -> Option<&'c str> {
    let fits = |known: &&Known| {
        let mut rest = Some(message);
        for text in &known.holds {
            rest = rest.and_then(|rest| rest.find(text).map(|at| &rest[at + text.len()..]));
        }
        rest.is_some() && known.kind.as_ref().is_none_or(|kind| *kind == object.kind)
    };
    catalog
        .admission()
        .iter()
        .find(fits)
        .map(|known| known.code.as_str())
}

/// The code of a message that is not.
fn by_status(code: u16, reason: &str) -> &'static str {
    match (code, reason) {
        // It could not even be made, so that the server was not asked.
        (0, _) => "admission-unopened",
        (403, _) => "admission-forbidden",
        (409, "AlreadyExists") => "admission-exists",
        _ => "admission-refused",
    }
}

/// The text of a webhook without what the server puts before it.
fn bare(message: &str) -> &str {
    message
        .split_once(DENIED)
        .map_or(message, |(_, text)| text)
        .trim()
}
