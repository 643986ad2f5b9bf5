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

package manifest

import (
	"fmt"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// IsOurs reports whether the object is of the operator's API group, in any version.
func (d *Document) IsOurs() bool {
	return strings.HasPrefix(d.APIVersion, v1alpha1.GroupVersion.Group+"/")
}

// IsMap reports whether the object is a StakeholderMap, in any version.
func (d *Document) IsMap() bool { return d.Kind == names.KindMap && d.IsOurs() }

// IsPolicy reports whether the object is a StakeholderPolicy, in any version.
func (d *Document) IsPolicy() bool { return d.Kind == names.KindPolicy && d.IsOurs() }

// IsKnown reports whether the object is of the version of the API group that the plugin knows.
func (d *Document) IsKnown() bool { return d.APIVersion == v1alpha1.GroupVersion.String() }

// UnknownVersion says that the plugin does not know the version of the object.
func (d *Document) UnknownVersion() string {
	return fmt.Sprintf("%s is not known to this plugin, which knows only %s: update the plugin", d.APIVersion, v1alpha1.GroupVersion)
}

// CheckVersion returns an error if IsKnown is false.
func (d *Document) CheckVersion() error {
	if d.IsKnown() {
		return nil
	}
	return &SyntaxError{File: d.File, Line: d.Begin(), Problem: fmt.Sprintf("%s %s: apiVersion %s", d.Kind, d.Name, d.UnknownVersion())}
}
