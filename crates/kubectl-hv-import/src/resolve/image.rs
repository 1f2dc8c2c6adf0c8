//! Images: mapped, or the one that is the same; a name alone proves nothing.

use hv_vm::header::ImageNeed;
use hv_vm::mapping::DiskChoice;

use super::class::volume_mode;
use super::disk::Case;
use super::parts;
use crate::inventory::{Found, Image};

/// A fresh copy of an image of the target.
pub(super) fn fresh(case: &mut Case<'_, '_, '_>, given: Option<&str>) -> Option<DiskChoice> {
    let image = find(case, given);
    let size = case.size(None);
    let (image, size) = (image?, size?);
    let id = image.id();
    if !image.is_imported() || image.status.storage_class_name.is_empty() {
        let source = case.disk.image.clone().unwrap_or_default();
        let values = [("image", source.as_str()), ("target", id.as_str())];
        case.sheet.say("image-not-imported", &values);
        return None;
    }
    case.tell("image-fresh", "image", &id);
    let class = image.status.storage_class_name.clone();
    let found = case.ground.inventory.classes.get("", &class).yes();
    Some(DiskChoice::Image {
        claim: case.claim.clone(),
        class,
        size,
        access_modes: super::class::access_modes(case.disk, found, case.sheet),
        volume_mode: volume_mode(case.disk, case.sheet),
        cdi: image.spec.backend == "cdi",
        image: id,
    })
}

/// The image of the target; none if that is open.
fn find<'c>(case: &mut Case<'c, '_, '_>, given: Option<&str>) -> Option<&'c Image> {
    let (source, map) = (case.disk.image.as_deref(), case.ground.map);
    let needs = case.draft.header.requirements.images.iter();
    let need = source.and_then(|source| needs.clone().find(|need| need.id == source));
    if let Some(target) = given.or_else(|| map.image_of(source?)) {
        return named(case, need, target);
    }
    let Some(source) = source else {
        case.say("image-none");
        return None;
    };
    let Some(need) = need else {
        let values = [("image", source), ("name", "its name is not known")];
        case.sheet.say("image-missing", &values);
        return None;
    };
    alike(case, need)
}

/// An image that the user names.
fn named<'c>(
    case: &mut Case<'c, '_, '_>,
    need: Option<&ImageNeed>,
    target: &str,
) -> Option<&'c Image> {
    let (namespace, image) = parts(target);
    let source = case.disk.image.clone();
    let source = source.as_deref().unwrap_or(target);
    match case.ground.inventory.images.get(namespace, image) {
        Found::Yes(found) => {
            let differences = need
                .map(|need| differences(found, need))
                .unwrap_or_default();
            if !differences.is_empty() {
                let values = [
                    ("target", target),
                    ("image", source),
                    ("what", &differences),
                ];
                case.sheet.say("image-differs", &values);
            } else if need.is_some_and(|need| !is_proven(found, need)) {
                let values = [("target", target), ("image", source)];
                case.sheet.warn("image-unproven", &values);
            }
            Some(found)
        }
        Found::No => {
            let values = [("target", target), ("image", source)];
            case.sheet.say("image-target-missing", &values);
            None
        }
        Found::Unknown(why) => {
            case.sheet
                .say("unknown-images", &[("image", target), ("why", why)]);
            None
        }
    }
}

/// The image that is the same, if there is one and only one.
fn alike<'c>(case: &mut Case<'c, '_, '_>, need: &ImageNeed) -> Option<&'c Image> {
    let images = &case.ground.inventory.images;
    let mut same: Vec<&Image> = images.iter().filter(|one| is_same(one, need)).collect();
    if same.len() > 1 && same.iter().any(|one| one.is_imported()) {
        same.retain(|one| one.is_imported());
    }
    let shown = need.display_name.as_deref().unwrap_or("no name");
    let values = [("image", need.id.as_str()), ("name", shown)];
    let [image, shown] = values;
    match same.as_slice() {
        [one] => return Some(one),
        [] => {}
        several => {
            let ids: Vec<String> = several.iter().map(|one| one.id()).collect();
            let among = ids.join(", ");
            case.sheet
                .say("image-ambiguous", &[image, shown, ("among", &among)]);
            return None;
        }
    }
    let called = |one: &&Image| Some(&one.spec.display_name) == need.display_name.as_ref();
    let likely = |one: &&Image| called(one) && differences(one, need).is_empty();
    if let Some(likely) = images.iter().find(likely) {
        let id = likely.id();
        let values = [image, ("target", id.as_str())];
        case.sheet.say("image-unproven", &values);
    } else if let Some(other) = images.iter().find(called) {
        let (id, what) = (other.id(), differences(other, need));
        let values = [image, ("target", id.as_str()), ("what", what.as_str())];
        case.sheet.say("image-other", &values);
    } else if let Err(why) = images.all() {
        case.sheet.say("unknown-images", &[image, ("why", why)]);
    } else {
        case.sheet.say("image-missing", &values);
    }
    None
}

/// Whether an image is the one that is needed: its checksum, or its display name with size or address.
fn is_same(image: &Image, need: &ImageNeed) -> bool {
    if let (checksum, Some(wanted)) = (image.spec.checksum.as_str(), &need.checksum)
        && !checksum.is_empty()
        && !wanted.is_empty()
    {
        return checksum.eq_ignore_ascii_case(wanted);
    }
    let is_called = need.display_name.as_deref() == Some(image.spec.display_name.as_str());
    is_called && differences(image, need).is_empty() && is_proven(image, need)
}

/// Whether checksum, size or address are known on both sides and equal: a name can be given to anything.
fn is_proven(image: &Image, need: &ImageNeed) -> bool {
    let equal = |one: &str, other: Option<&String>| {
        !one.is_empty() && other.is_some_and(|other| one.eq_ignore_ascii_case(other))
    };
    let size = image.status.virtual_size;
    let size = size.and_then(|size| u64::try_from(size).ok());
    equal(&image.spec.checksum, need.checksum.as_ref())
        || size.is_some_and(|size| size > 0 && need.virtual_size_bytes == Some(size))
        || (!image.spec.url.is_empty() && need.url.as_ref() == Some(&image.spec.url))
}

/// What of an image is another than in the source, as far as both are known.
fn differences(image: &Image, need: &ImageNeed) -> String {
    let mut found = Vec::new();
    let checksum = image.spec.checksum.as_str();
    let wanted = need.checksum.as_deref().unwrap_or_default();
    if !checksum.is_empty() && !wanted.is_empty() && !checksum.eq_ignore_ascii_case(wanted) {
        found.push("another checksum");
    }
    let size = image
        .status
        .virtual_size
        .and_then(|size| u64::try_from(size).ok());
    if let (Some(size), Some(wanted)) = (size, need.virtual_size_bytes)
        && size != wanted
    {
        found.push("another size");
    }
    found.join(" and ")
}
