// Command crds writes CustomResourceDefinitions as one JSON file each: those of KubeVirt and CDI,
// which their projects publish as Go code, and those of the YAML files it is given.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	cdi "kubevirt.io/containerized-data-importer/pkg/operator/resources"
	"kubevirt.io/kubevirt/pkg/virt-operator/resource/generate/components"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: crds DIR [YAML_FILE...]")
		os.Exit(2)
	}
	if err := writeAll(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func writeAll(dir string, files []string) error {
	for _, build := range kubevirt {
		crd, err := build()
		if err != nil {
			return err
		}
		if err := write(dir, crd); err != nil {
			return err
		}
	}
	for name, text := range cdi.CDICRDs {
		if err := writeDocuments(dir, text); err != nil {
			return fmt.Errorf("cannot read the CDI definition %q: %w", name, err)
		}
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return err
		}
		if err := writeDocuments(dir, string(text)); err != nil {
			return fmt.Errorf("cannot read %q: %w", file, err)
		}
	}
	return nil
}

var kubevirt = []func() (*extv1.CustomResourceDefinition, error){
	components.NewVirtualMachineInstanceCrd,
	components.NewVirtualMachineCrd,
	components.NewPresetCrd,
	components.NewReplicaSetCrd,
	components.NewVirtualMachineInstanceMigrationCrd,
	components.NewKubeVirtCrd,
	components.NewVirtualMachinePoolCrd,
	components.NewVirtualMachineSnapshotCrd,
	components.NewVirtualMachineSnapshotContentCrd,
	components.NewVirtualMachineRestoreCrd,
	components.NewVirtualMachineExportCrd,
	components.NewVirtualMachineInstancetypeCrd,
	components.NewVirtualMachineClusterInstancetypeCrd,
	components.NewVirtualMachinePreferenceCrd,
	components.NewVirtualMachineClusterPreferenceCrd,
	components.NewMigrationPolicyCrd,
	components.NewVirtualMachineCloneCrd,
}
