//! Whether the target's release is one that the VM can run on.

use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::release::Release;

use super::Sheet;
use crate::resolve::{Draft, Ground};

pub(super) fn judge(ground: &Ground<'_>, draft: &Draft<'_>, sheet: &mut Sheet<'_>) {
    if !ground.inventory.serves_vms {
        sheet.say("no-kubevirt", &[]);
        return;
    }
    let source = draft.header.source.harvester.as_deref();
    match &ground.inventory.release {
        HarvesterRelease::NotHarvester => sheet.say("no-harvester", &[]),
        HarvesterRelease::Unknown(why) => sheet.say("unknown-release", &[("why", why)]),
        HarvesterRelease::Assumed(_, written) => {
            sheet.say("release-assumed", &[("release", written)]);
        }
        HarvesterRelease::Known(target, written) => {
            let before = source.and_then(Release::parse);
            let is_older = before
                .is_some_and(|before| (target.major, target.minor) < (before.major, before.minor));
            if is_older {
                let values = [("source", source.unwrap_or_default()), ("release", written)];
                sheet.say("release-older", &values);
            }
        }
    }
}
