//! Exports from a support bundle: the same configuration, marked as reconstructed.

use hv_testbed::bundle::{BundleOptions, write_dir};

use crate::plugin::{ok, plugin_of, serve, world};

#[test]
fn a_support_bundle_gives_the_configuration_that_the_cluster_gives() {
    let world = world("v1.8.2");
    let plane = serve(&world);
    let plugin = plugin_of(&plane, "viewer");
    write_dir(&world, &BundleOptions::default(), &plugin.path("support")).unwrap();
    ok(plugin.run("vm -n prod --to live"));
    ok(plugin.run("vm -n prod --from support --to offline"));
    ok(plugin.run("verify offline"));
    let header = ok(plugin.run("show offline/prod/web01 -o json")).document();
    let header = &header["items"][0];
    assert_eq!(
        header["reconstructed"]["from"], "support bundle",
        "{header}"
    );
    let same = plugin.run("diff live offline");
    assert_eq!(same.code, Some(0), "{same:?}");
}
