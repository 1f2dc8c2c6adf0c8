//! CDI's rule for a `DataVolume`: its claim must not be there yet, unless it may be adopted.

use serde_json::Value;

use super::Refusal;
use super::request::{Operation, Request};
use crate::model::machine::{annotation, list, name, namespace};
use crate::model::{Store, kind};

pub(crate) fn validate(request: &Request, store: &Store) -> Result<(), Refusal> {
    let volume = &request.object;
    if request.operation != Operation::Create {
        return Ok(());
    }
    let (namespace, name) = (namespace(volume), name(volume));
    let Some(claim) = store.get(kind::CLAIM, namespace, name) else {
        return Ok(());
    };
    if annotation(volume, "cdi.kubevirt.io/allowClaimAdoption") == "true"
        || annotation(claim, "cdi.kubevirt.io/storage.populatedFor") == name
        || is_of_a_data_volume(claim)
    {
        return Ok(());
    }
    Err(Refusal::invalid(
        "DataVolume.Name",
        format!("Destination PVC {namespace}/{name} already exists"),
    ))
}

fn is_of_a_data_volume(claim: &Value) -> bool {
    list(&claim["metadata"]["ownerReferences"])
        .any(|owner| owner["kind"] == "DataVolume" && owner["controller"] == true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_in_the_way_must_be_adoptable() {
        let volume = |annotations: Value| {
            Request::create(json!({
                "apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume",
                "metadata": {"namespace": "a", "name": "root", "annotations": annotations},
            }))
        };
        let claim = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"namespace": "a", "name": "root"},
        });
        let store = Store::of([&claim]);
        assert_eq!(validate(&volume(json!({})), &Store::default()), Ok(()));
        let refusal = validate(&volume(json!({})), &store).unwrap_err();
        assert_eq!(refusal.code, 422);
        assert_eq!(refusal.message, "Destination PVC a/root already exists");
        let adopts = json!({"cdi.kubevirt.io/allowClaimAdoption": "true"});
        assert_eq!(validate(&volume(adopts), &store), Ok(()));
    }
}
