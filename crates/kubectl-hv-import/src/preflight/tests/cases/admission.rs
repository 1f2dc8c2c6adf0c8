//! Rights, and what the admission says; its texts are those that Harvester really sent.

use super::super::bed::{Bed, object};
use super::super::{Case, case};
use crate::preflight::admission::Reply;
use crate::preflight::rights::Answer;

const WEBHOOK: &str = "admission webhook \"validator.harvesterhci.io\" denied the request: ";

fn refused(bed: &mut Bed, kind: &str, code: u16, reason: &str, text: &str) {
    let reply = Reply::Refused {
        code,
        reason: reason.to_owned(),
        message: text.to_owned(),
    };
    bed.replies = vec![(object(kind, "db01"), reply)];
}

fn denied(bed: &mut Bed, kind: &str, code: u16, text: &str) {
    refused(bed, kind, code, "", &format!("{WEBHOOK}{text}"));
}

fn accepted(bed: &mut Bed) {
    bed.replies = Bed::new().replies;
}

fn allowed(bed: &mut Bed) {
    bed.answer = |_| Answer::Allowed;
}

const VM: &str = "VirtualMachine";
const PVC: &str = "PersistentVolumeClaim";

pub(super) const CASES: &[Case] = &[
    case(
        "rights-granted",
        |_| (),
        |bed| bed.answer = |_| Answer::Unknown("x".to_owned()),
    ),
    case(
        "right-missing",
        |bed| {
            bed.answer = |right| match right.verb {
                "create" => Answer::Denied("no role".to_owned()),
                _ => Answer::Allowed,
            };
        },
        allowed,
    ),
    case(
        "right-wanted",
        |bed| {
            bed.answer = |right| match right.verb {
                "patch" => Answer::Denied(String::new()),
                _ => Answer::Allowed,
            };
        },
        allowed,
    ),
    case(
        "unknown-right",
        |bed| bed.answer = |_| Answer::Unknown("500".to_owned()),
        allowed,
    ),
    case(
        "admission-accepted",
        |_| (),
        |bed| denied(bed, VM, 422, "no"),
    ),
    case(
        "admission-later",
        |bed| bed.replies.push((object("Secret", "s"), Reply::Later)),
        accepted,
    ),
    case(
        "unknown-admission",
        |bed| bed.replies[0].1 = Reply::Unavailable("webhook down".to_owned()),
        accepted,
    ),
    case(
        "field-unknown",
        |bed| {
            let text = "VirtualMachine in version \"v1\" cannot be handled as a VirtualMachine: \
                        strict decoding error: unknown field \"spec.template.spec.domain.new\"";
            refused(bed, VM, 400, "BadRequest", text);
        },
        accepted,
    ),
    case(
        "admission-mac-duplicate",
        |bed| {
            let text = "duplicate mac address present for vm a3 for cluster network vmnet";
            denied(bed, VM, 500, text);
        },
        accepted,
    ),
    case(
        "admission-network-missing",
        |bed| {
            let text = "network-attachment-definitions.k8s.cni.cncf.io \"nonet\" not found";
            denied(bed, VM, 500, text);
        },
        accepted,
    ),
    case(
        "admission-claim-in-use",
        |bed| {
            let text = "PVC prod/web-disk-0 is already used by other VM, please use a shareable RWX volume.";
            denied(bed, VM, 422, text);
        },
        accepted,
    ),
    case(
        "admission-claim-golden",
        |bed| denied(bed, VM, 422, "PVC dr/x is a golden image"),
        accepted,
    ),
    case(
        "admission-claim-templates",
        |bed| {
            let text = "the volumeClaimTemplates annotaion is invalid: invalid character 'x'";
            denied(bed, VM, 422, text);
        },
        accepted,
    ),
    case(
        "admission-no-memory",
        |bed| {
            let text = "either memory.guest or resources.limits.memory must be set";
            denied(bed, VM, 422, text);
        },
        accepted,
    ),
    case(
        "admission-no-cpu",
        |bed| {
            let text = "replace operation does not apply: doc is missing path: \
                        /spec/template/spec/domain/cpu/maxSockets: missing value";
            refused(bed, VM, 500, "InternalError", text);
        },
        accepted,
    ),
    case(
        "admission-class-reserved",
        |bed| {
            let text = "can not create volume with the reserved storage class longhorn-static";
            denied(bed, PVC, 422, text);
        },
        accepted,
    ),
    case(
        "admission-quota",
        |bed| {
            let text = "persistentvolumeclaims \"db01\" is forbidden: exceeded quota: q, requested: \
                        requests.storage=40Gi, used: requests.storage=61Gi, limited: requests.storage=100Gi";
            refused(bed, PVC, 403, "Forbidden", text);
        },
        accepted,
    ),
    case(
        "admission-namespace-deleting",
        |bed| {
            let text =
                "unable to create new content in namespace dr because it is being terminated";
            refused(bed, PVC, 403, "Forbidden", text);
        },
        accepted,
    ),
    case(
        "admission-namespace-missing",
        |bed| refused(bed, PVC, 404, "NotFound", "namespaces \"dr\" not found"),
        accepted,
    ),
    case(
        "admission-unopened",
        |bed| refused(bed, "Secret", 0, "Unreadable", "no identity opens it"),
        accepted,
    ),
    case(
        "admission-exists",
        |bed| {
            refused(
                bed,
                PVC,
                409,
                "AlreadyExists",
                "persistentvolumeclaims \"db01\" already exists",
            );
        },
        accepted,
    ),
    case(
        "admission-forbidden",
        |bed| {
            refused(
                bed,
                PVC,
                403,
                "Forbidden",
                "User \"u\" cannot create resource",
            );
        },
        accepted,
    ),
    case(
        "admission-refused",
        |bed| denied(bed, VM, 422, "something new"),
        accepted,
    ),
];
