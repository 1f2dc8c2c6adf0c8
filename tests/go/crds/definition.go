package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// Longhorn's file is a Helm template in one line of each definition, its labels.
var templated = regexp.MustCompile(`(?m)^.*\{\{-? .*\}\}.*$`)

// writeDocuments writes the definitions of a YAML stream and leaves out everything else.
func writeDocuments(dir, text string) error {
	text = templated.ReplaceAllString(text, "")
	for _, document := range strings.Split("\n"+text, "\n---") {
		crd := &extv1.CustomResourceDefinition{}
		if err := yaml.Unmarshal([]byte(document), crd); err != nil {
			return err
		}
		if crd.Kind != "CustomResourceDefinition" {
			continue
		}
		if err := write(dir, crd); err != nil {
			return err
		}
	}
	return nil
}

// write keeps what an API server reads of a definition, and the first sentence of descriptions:
// whole ones are most of the bytes and make loading slow.
func write(dir string, crd *extv1.CustomResourceDefinition) error {
	for i := range crd.Spec.Versions {
		if schema := crd.Spec.Versions[i].Schema; schema != nil {
			shorten(schema.OpenAPIV3Schema)
		}
	}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1",
		"kind":       "CustomResourceDefinition",
		"metadata": map[string]any{
			"name":        crd.Name,
			"annotations": approval(crd.Annotations),
		},
		"spec": crd.Spec,
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, crd.Name+".json"), text, 0o644)
}

// approval keeps the annotation without which an API server refuses the groups of Kubernetes.
func approval(annotations map[string]string) map[string]string {
	kept := map[string]string{}
	if value, ok := annotations["api-approved.kubernetes.io"]; ok {
		kept["api-approved.kubernetes.io"] = value
	}
	return kept
}

func shorten(schema *extv1.JSONSchemaProps) {
	if schema == nil {
		return
	}
	if sentence, _, more := strings.Cut(schema.Description, ". "); more {
		schema.Description = sentence + "."
	}
	for _, group := range []map[string]extv1.JSONSchemaProps{schema.Properties, schema.PatternProperties} {
		for name, property := range group {
			shorten(&property)
			group[name] = property
		}
	}
	if schema.Items != nil {
		shorten(schema.Items.Schema)
		for i := range schema.Items.JSONSchemas {
			shorten(&schema.Items.JSONSchemas[i])
		}
	}
	if schema.AdditionalProperties != nil {
		shorten(schema.AdditionalProperties.Schema)
	}
	for _, group := range [][]extv1.JSONSchemaProps{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for i := range group {
			shorten(&group[i])
		}
	}
	shorten(schema.Not)
}
