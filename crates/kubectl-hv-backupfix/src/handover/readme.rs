//! What is in the folder of a report, and what was masked in it.

use std::fmt::Write as _;

use hv_cli::plural;

use super::inputs::Input;
use super::mask::Counts;
use crate::report::FindingList;

/// Writes `README.txt`.
pub(super) fn readme(
    report: &FindingList,
    inputs: &[Input],
    counts: Counts,
    version: &str,
) -> String {
    let mut text = format!(
        "Findings about the backups of a Harvester cluster\n\
         =================================================\n\n\
         Written by kubectl hv-backupfix {version}, of Harvester {} as seen at {}.\n\n\
         index.html      {}, with consequence, fix and evidence; open it in a browser\n\
         findings.yaml   the same for programs, a FindingList of kubectl-hv.io/v1alpha1\n\
         inputs/         the objects that were judged, whole kinds as lists:\n",
        report.cluster.harvester_version,
        report.cluster.time,
        plural::count(report.items.len(), "finding"),
    );
    for input in inputs {
        let partial = if input.gap().is_some() {
            ", not complete"
        } else {
            ""
        };
        // Writing to memory does not fail.
        let _ = writeln!(
            text,
            "  {:<66}{}{partial}",
            input.file(),
            plural::count(input.count(), "object")
        );
    }
    let Counts {
        secrets,
        macs,
        addresses,
        hosts,
    } = counts;
    let _ = write!(
        text,
        "\nWhat was masked\n---------------\n\n\
         The same value has the same mask in every file, so it can be followed.\n\n\
         secret-N    {secrets} different: passwords, tokens, keys, saved secrets, user data and network data\n\
         \x20           of cloud-init, credentials in settings and URLs\n\
         mac-N       {macs} different: hardware addresses, whatever their spelling\n\
         address-N   {addresses} different: network addresses of IPv4 and IPv6\n\
         host-N      {hosts} different: host names in URLs and endpoints; two spellings of a name have two masks,\n\
         \x20           since Harvester compares them as text\n\
         <masked>    certificates and keys, and settings of Harvester that nothing was judged by\n\n\
         Left out: metadata.managedFields. JSON in a string may have its keys in another order.\n\n\
         What was not masked\n-------------------\n\n\
         Names of namespaces, VMs, volumes, backups, classes, images, networks, nodes, buckets and regions, and\n\
         all times and sizes. A secret that stands in a free text without a name before it may not have been\n\
         recognised. Look through the folder before you hand it over.\n"
    );
    text
}
