//! The id of a VM through all its moves.

use uuid::Uuid;

/// A UUID (version 5) made of the first cluster and of the VM's uid there.
///
/// A cluster id that is no UUID is hashed into one first.
pub fn lineage_id(cluster_id: &str, vm_uid: &str) -> String {
    let cluster = Uuid::parse_str(cluster_id)
        .unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_OID, cluster_id.as_bytes()));
    Uuid::new_v5(&cluster, vm_uid.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: &str = "3f6c1d52-9a0e-4c5b-8a35-1f0f2d7b6c11";
    const VM: &str = "7c0d4f0a-52b1-4c58-9f0e-6a8a1b2f9e01";

    #[test]
    fn known_ids_have_the_known_lineage() {
        assert_eq!(
            lineage_id(CLUSTER, VM),
            "35da96ae-a4bd-5438-bdcc-78c49d6d06ba"
        );
        assert_eq!(
            lineage_id("https://vip:6443", VM),
            "c0b8a9c6-9794-5a47-acd0-29eea442ae62"
        );
    }

    #[test]
    fn another_cluster_or_vm_is_another_lineage() {
        let base = lineage_id(CLUSTER, VM);
        assert_eq!(lineage_id(&CLUSTER.to_uppercase(), VM), base);
        assert_ne!(lineage_id(VM, VM), base);
        assert_ne!(lineage_id(CLUSTER, CLUSTER), base);
        assert_ne!(lineage_id("", VM), base);
    }
}
