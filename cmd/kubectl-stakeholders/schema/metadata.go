/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package schema

import (
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

var metadataPath = field.NewPath("metadata")

// checkMetadata returns the problems of metadata, and replaces it as the API server does before it checks the object. The
// errors are those that the API server finds together with those of the schema.
func checkMetadata(object map[string]any, namespaced bool) ([]Problem, field.ErrorList) {
	problems := mistyped(object)
	isMistyped := len(problems) > 0
	metadata, _, unknown, err := objectmeta.GetObjectMetaWithOptions(object, objectmeta.ObjectMetaOptions{
		DropMalformedFields: true, ReturnUnknownFieldPaths: true,
	})
	if err != nil {
		// It is no object: the schema says so.
		return nil, nil
	}
	for _, path := range unknown {
		problems = append(problems, unknownField(path, nil))
	}
	if metadata == nil {
		metadata = &metav1.ObjectMeta{}
	}
	if isMistyped && metadata.Name == "" {
		// The name may be what is mistyped.
		metadata.Name = anySuffix
	}
	complete(metadata, namespaced)
	if err := objectmeta.SetObjectMeta(object, metadata); err != nil {
		problems = append(problems, Problem{Field: metadataPath.String(), Message: err.Error()})
	}
	return problems, validation.ValidateObjectMeta(metadata, namespaced, validation.NameIsDNSSubdomain, metadataPath)
}

// mistyped returns the problem of metadata that the API server cannot read at all.
func mistyped(object map[string]any) []Problem {
	_, _, _, err := objectmeta.GetObjectMetaWithOptions(object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err == nil {
		return nil
	}
	if name, problem, ok := manifest.Mistyped(err); ok {
		return []Problem{{Field: metadataPath.String() + "." + name, Message: problem}}
	}
	return []Problem{{Field: metadataPath.String(), Message: err.Error()}}
}

// The API server's name generator shortens the beginning, and adds five characters.
const (
	maxGenerated = 58
	anySuffix    = "xxxxx"
)

// complete fills in what kubectl and the API server would fill in.
func complete(metadata *metav1.ObjectMeta, namespaced bool) {
	// The API server sets these itself, whatever the file says.
	metadata.Generation, metadata.ManagedFields = 0, nil
	if metadata.Name == "" && metadata.GenerateName != "" {
		metadata.Name = metadata.GenerateName[:min(len(metadata.GenerateName), maxGenerated)] + anySuffix
	}
	switch {
	case !namespaced:
		metadata.Namespace = ""
	case metadata.Namespace == "":
		metadata.Namespace = metav1.NamespaceDefault
	}
}
